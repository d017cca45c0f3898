"""What an indexer answered a moment ago need not be asked again."""

from collections import OrderedDict
from dataclasses import replace
from typing import Any

from matinee.media.indexing import Page, Question
from matinee.pipeline.search.pace import Monotonic

MOST_ROWS = 40_000  # some 30 MB; the least lately used answers make room


def normal(question: Question) -> Question:
    """The same question however it is written, to compare by."""
    told: dict[str, Any] = {"categories": tuple(sorted(set(question.categories)))}
    told["text"] = " ".join(question.text.split()).casefold()
    for name in ("artist", "album", "label", "track", "author", "title", "publisher", "genre", "episode"):
        word = getattr(question, name)
        told[name] = " ".join(word.split()).casefold() if word else None
    return replace(question, **told)


class Remembered:
    """Answers by indexer and question, each until its time is over; bounded by the rows of all together."""

    def __init__(self, monotonic: Monotonic, most_rows: int = MOST_ROWS) -> None:
        self._monotonic = monotonic
        self._most = most_rows
        self._pages: OrderedDict[tuple[int, Question], tuple[float, Page]] = OrderedDict()
        self._rows = 0

    def get(self, indexer_id: int, question: Question) -> Page | None:
        """What was answered, while it still holds."""
        key = (indexer_id, question)
        kept = self._pages.get(key)
        if kept is None:
            return None
        if kept[0] <= self._monotonic():
            self._drop(key)
            return None
        self._pages.move_to_end(key)
        return kept[1]

    def put(self, indexer_id: int, question: Question, page: Page, seconds: float) -> None:
        """Keep an answer for so long."""
        key = (indexer_id, question)
        self._drop(key)
        if seconds <= 0 or _weight(page) > self._most:
            return
        self._pages[key] = (self._monotonic() + seconds, page)
        self._rows += _weight(page)
        while self._rows > self._most:
            self._drop(next(iter(self._pages)))

    def forget(self, indexer_id: int) -> None:
        """An indexer has changed: nothing it said before holds."""
        for key in [key for key in self._pages if key[0] == indexer_id]:
            self._drop(key)

    def pages(self, indexer_id: int) -> list[Page]:
        """All that still holds of one indexer, the latest used last."""
        moment = self._monotonic()
        return [page for key, (until, page) in self._pages.items() if key[0] == indexer_id and until > moment]

    @property
    def rows(self) -> int:
        """How much is kept."""
        return self._rows

    def _drop(self, key: tuple[int, Question]) -> None:
        kept = self._pages.pop(key, None)
        if kept is not None:
            self._rows -= _weight(kept[1])


def _weight(page: Page) -> int:
    """An empty answer takes room as well."""
    return len(page.releases) + 1
