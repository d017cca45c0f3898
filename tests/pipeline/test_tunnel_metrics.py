"""The tunnel's figures can be read by Prometheus, hide nothing and give nothing away."""

import re
from dataclasses import replace

from prometheus_client.parser import text_string_to_metric_families

from matinee.pipeline.tunnel_metrics import tunnel_metrics
from matinee.pipeline.tunnel_port import Mode, TunnelState
from tests.docs.pages import page

UP = TunnelState(
    Mode.NETNS,
    up=True,
    config='odd "name"\\.conf',
    since=1_700_000_000.0,
    handshake_age=12.5,
    received=5_000_000_000_000,
    sent=7,
    outside_packets=3,
    refused_packets=4,
    address_inside="198.51.100.7",
    address_outside="203.0.113.9",
    port=40001,
    reconnections=2,
)


def figures(state: TunnelState) -> dict[str, float]:
    """As a Prometheus reads them."""
    families = text_string_to_metric_families(tunnel_metrics(state))
    return {sample.name.removeprefix("matinee_tunnel_"): sample.value for each in families for sample in each.samples}


def test_every_figure_is_told() -> None:
    assert figures(UP) == {
        "info": 1,
        "up": 1,
        "wanted": 1,
        "up_since_seconds": 1_700_000_000,
        "handshake_age_seconds": 12.5,
        "received_bytes_total": 5_000_000_000_000,
        "sent_bytes_total": 7,
        "outside_packets_total": 3,
        "refused_packets_total": 4,
        "reconnections_total": 2,
        "forwarded_port": 40001,
        "address_compared": 1,
    }


def test_what_is_not_known_is_not_called_0() -> None:
    down = figures(TunnelState(Mode.ROOTLESS))
    assert (down["up"], down["outside_packets_total"], down["forwarded_port"], down["address_compared"]) == (0, 0, 0, 0)
    assert "handshake_age_seconds" not in down
    assert "up_since_seconds" not in down
    assert figures(replace(UP, address_outside=""))["address_compared"] == 0
    assert figures(replace(UP, address_outside=UP.address_inside))["address_compared"] == 0


def test_no_address_is_given_away() -> None:
    text = tunnel_metrics(UP)
    assert "198.51.100.7" not in text
    assert "203.0.113.9" not in text


def test_the_file_s_name_cannot_spoil_the_page() -> None:
    (info,) = [each for each in text_string_to_metric_families(tunnel_metrics(UP)) if each.name.endswith("_info")]
    assert info.samples[0].labels == {"mode": "netns", "config": UP.config}


def test_every_figure_stands_in_the_docs() -> None:
    documented = set(re.findall(r"`matinee_tunnel_(\w+)`", page("tunnel.md")))
    assert documented == set(figures(UP))
