"""The tunnel's figures as Prometheus reads them, so that a dashboard shows them and an alarm goes off in time."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from matinee.pipeline.tunnel_port import TunnelState

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def tunnel_metrics(state: TunnelState) -> str:
    """In the text format 0.0.4; ages in seconds, and nothing that names an address."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures(state))
    return generate_latest(registry).decode()


class _Figures(Collector):
    def __init__(self, state: TunnelState) -> None:
        self._state = state

    def collect(self) -> Iterator[Metric]:
        """What is unknown is left out, so that nobody takes it for 0."""
        state = self._state
        yield InfoMetricFamily("matinee_tunnel", "Mode and file", {"mode": state.mode.value, "config": state.config})
        yield _gauge("up", "1 while the tunnel carries packets", state.up)
        yield _gauge("wanted", "1 unless the owner has closed it", state.wanted)
        if state.up:
            yield _gauge("up_since_seconds", "Unix time when it came up", state.since)
            if state.handshake_age is not None:
                yield _gauge("handshake_age_seconds", "Since the far end last answered", state.handshake_age)
        yield _counter("received_bytes", "Bytes that came through the tunnel's device", state.received)
        yield _counter("sent_bytes", "Bytes that went through the tunnel's device", state.sent)
        yield _counter("outside_packets", "Packets that left past the tunnel; must be 0", state.outside_packets)
        yield _counter("refused_packets", "Packets that wanted past the tunnel and were dropped", state.refused_packets)
        yield _counter("reconnections", "How often the far end was called again", state.reconnections)
        yield _gauge("forwarded_port", "Port that leads to us, 0 for none", state.port)
        yield _gauge("address_compared", "1 when the world sees another address inside than outside", _compared(state))


def _compared(state: TunnelState) -> bool:
    return bool(state.address_inside and state.address_outside) and state.address_inside != state.address_outside


def _gauge(name: str, words: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"matinee_tunnel_{name}", words, value=float(value))


def _counter(name: str, words: str, value: float) -> CounterMetricFamily:
    return CounterMetricFamily(f"matinee_tunnel_{name}", words, value=float(value))
