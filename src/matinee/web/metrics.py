"""The house in figures, as Prometheus reads them: its links, its downloads and its tunnel."""

from collections import Counter
from collections.abc import Iterator

from fastapi import APIRouter
from fastapi.responses import Response
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from matinee import __version__
from matinee.pipeline.tunnel_metrics import CONTENT_TYPE, tunnel_metrics
from matinee.topology.report import LinkState
from matinee.web.desk import AtDesk, Desk, Owner

router = APIRouter(prefix="/api", tags=["house"])


@router.get("/metrics", response_class=Response)
async def read_metrics(desk: AtDesk, me: Owner) -> Response:
    """Links, downloads and the tunnel in Prometheus' text format; a scraper shows an owner's app key as Bearer."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_House(desk))
    text = generate_latest(registry).decode()
    if desk.tunnel and desk.tunnel.state:
        text += tunnel_metrics(desk.tunnel.state)
    return Response(text, media_type=CONTENT_TYPE)


class _House(Collector):
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def collect(self) -> Iterator[Metric]:
        """What was not asked so far is left out, so that nobody takes it for broken."""
        yield InfoMetricFamily("matinee", "The house", {"version": __version__})
        yield self._links()
        yield from self._downloads()

    def _links(self) -> Metric:
        links = GaugeMetricFamily("matinee_link_up", "1 while a link of the map works", labels=["link"])
        for id, report in self._desk.prober.states.items():
            if report.state is not LinkState.GREY:
                links.add_metric([id], float(report.state is LinkState.GREEN))
        return links

    def _downloads(self) -> Iterator[Metric]:
        there = GaugeMetricFamily("matinee_downloads", "Downloads by client and state", labels=["client", "state"])
        speeds = GaugeMetricFamily("matinee_download_speed_bytes", "Bytes a second", labels=["client"])
        answers = GaugeMetricFamily("matinee_client_up", "1 while the client answers", labels=["client"])
        for name, follower in self._desk.parts.followers.items():
            for state, count in Counter(status.state for status in follower.statuses.values()).items():
                there.add_metric([name, state.value], count)
            speeds.add_metric([name], sum(status.speed for status in follower.statuses.values()))
            answers.add_metric([name], float(not follower.trouble))
        yield from (there, speeds, answers)
