"""Shows the journeys on the terminal while they happen: stages, reasons and progress bars."""

from types import TracebackType
from typing import Self

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from matinee.demo.guest import News
from matinee.web.models import DownloadOut, JourneyOut, RequestOut, StepOut

MB = 1_000_000
_MARKS = {"done": ("✓", "green"), "failed": ("✗", "red"), "running": ("…", "cyan"), "waiting": ("⏸", "yellow")}
_ENDED = frozenset({"done", "failed", "cancelled"})


class Show:
    """The journeys as the terminal shows them: drawn live on a terminal, told line by line elsewhere."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._journeys: dict[int, JourneyOut] = {}
        self._downloads: dict[int, DownloadOut] = {}
        self._told: set[tuple[int, int, str]] = set()
        self._live = Live(console=console, refresh_per_second=8) if console.is_terminal else None

    @property
    def journeys(self) -> list[JourneyOut]:
        """All journeys on show, in order."""
        return [self._journeys[id] for id in sorted(self._journeys)]

    @property
    def settled(self) -> bool:
        """Whether every journey has come to an end."""
        return bool(self._journeys) and all(journey.state in _ENDED for journey in self.journeys)

    def ask(self, wishes: list[RequestOut]) -> None:
        """These are on show."""
        for wish in wishes:
            for journey in wish.journeys:
                self._journeys.setdefault(journey.id, journey)
        self._draw()

    def take(self, news: News) -> None:
        """Something has happened."""
        if news.kind == "journey":
            journey = JourneyOut.model_validate(news.told["journey"])
            self._journeys[journey.id] = journey
            self._tell(journey)
        elif news.kind == "download":
            for told in news.told["downloads"]:
                download = DownloadOut.model_validate(told)
                if download.journey_id is not None:
                    self._downloads[download.journey_id] = download
        self._draw()

    def _tell(self, journey: JourneyOut) -> None:
        """Where there is no terminal to draw on, one line for each step that ended."""
        if self._live:
            return
        for step in journey.steps:
            key = (journey.id, step.seq, step.state)
            if step.ended and step.text and key not in self._told:
                self._told.add(key)
                self._console.print(f"{journey.label:<22} {step.stage:<11} {step.text}", markup=False, soft_wrap=True)
                for note in step.notes:
                    self._console.print(f"{'':<34} {note}", markup=False, soft_wrap=True)

    def _draw(self) -> None:
        if self._live:
            self._live.update(Group(*(self._picture(journey) for journey in self.journeys)))

    def _picture(self, journey: JourneyOut) -> Group:
        lines: list[Text | Table] = [Text(journey.label, style="bold")]
        for step in journey.steps:
            lines.append(_line(step))
            lines += [Text(f"      {note}", style="dim") for note in step.notes]
            if step.stage == "downloaded" and step.state == "running" and journey.id in self._downloads:
                lines.append(_bar(self._downloads[journey.id]))
        return Group(*lines, Text())

    def __enter__(self) -> Self:
        if self._live:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live:
            self._live.stop()


def _line(step: StepOut) -> Text:
    mark, colour = _MARKS[step.state]
    return Text.assemble("  ", (mark, colour), f" {step.stage:<11} ", (step.text, "" if step.ended else "dim"))


def _bar(download: DownloadOut) -> Table:
    table = Table.grid(padding=(0, 1))
    table.add_row(
        " " * 15,
        ProgressBar(total=max(download.size, 1), completed=download.done, width=40),
        f"{download.done / MB:.0f} of {download.size / MB:.0f} MB, {download.speed / MB:.1f} MB/s",
    )
    return table
