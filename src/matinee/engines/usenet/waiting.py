"""Articles that wait to be fetched, as ranges; those that the same servers lack wait together."""

from collections import deque
from collections.abc import Callable, Iterator


class Waiting:
    """For each set of servers that are out of the question (a mask of bits) a line of articles."""

    def __init__(self) -> None:
        self._lines: dict[int, deque[range]] = {}
        self._counts: dict[int, int] = {}

    def put(self, excluded: int, articles: range, *, first: bool = False) -> None:
        """Let them wait; `first` before the others."""
        line = self._lines.setdefault(excluded, deque())
        (line.appendleft if first else line.append)(articles)
        self._counts[excluded] = self._counts.get(excluded, 0) + len(articles)

    def take(self, bit: int, most: int, allowed: Callable[[int], int]) -> list[int]:
        """Up to so many articles that the server with this bit may be asked for."""
        taken: list[int] = []
        for excluded in [mask for mask in self._lines if allowed(mask) & bit]:
            taken += self._take_from(excluded, most - len(taken))
            if len(taken) == most:
                break
        return taken

    def _take_from(self, excluded: int, most: int) -> Iterator[int]:
        line = self._lines[excluded]
        while line and most > 0:
            articles = line.popleft()
            if len(articles) > most:
                line.appendleft(articles[most:])
                articles = articles[:most]
            most -= len(articles)
            self._counts[excluded] -= len(articles)
            yield from articles
        if not line:
            del self._lines[excluded], self._counts[excluded]

    def count(self, bit: int, allowed: Callable[[int], int]) -> int:
        """How many the server with this bit may be asked for."""
        return sum(count for mask, count in list(self._counts.items()) if allowed(mask) & bit)

    def hopeless(self, allowed: Callable[[int], int]) -> list[int]:
        """Take out those for which no server is left."""
        gone: list[int] = []
        for excluded in [mask for mask in self._lines if not allowed(mask)]:
            for articles in self._lines.pop(excluded):
                gone += articles
            del self._counts[excluded]
        return gone

    def clear(self) -> None:
        """Nobody waits."""
        self._lines.clear()
        self._counts.clear()
