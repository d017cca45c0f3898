"""What a thread must know of a job to ask servers for its articles: while it is fetched, or only looked for."""

from collections.abc import Iterable
from typing import Protocol

from sabctools import NNTPResponse

from matinee.engines.usenet.plan import Plan
from matinee.engines.usenet.servers import ServerLive
from matinee.engines.usenet.verdict import Answer


class Asked(Protocol):
    """A job, from the threads' side; any of them may call."""

    plan: Plan

    def verb(self, server: ServerLive) -> bytes:
        """The command by which this server is asked."""
        ...

    def falls_back(self, article: int, status: int, server: ServerLive) -> str:
        """If this status says that the server does not know the command: what is done instead, in words."""
        ...

    def take(self, server: ServerLive, most: int) -> list[int]:
        """Up to so many articles to ask this server for."""
        ...

    def count(self, server: ServerLive) -> int:
        """How many articles this server could be asked for."""
        ...

    def give_back(self, articles: Iterable[int]) -> None:
        """They were not answered."""
        ...

    def strike(self, article: int, server: ServerLive) -> None:
        """The connection was lost over this article."""
        ...

    def is_struck(self, article: int, server: ServerLive) -> bool:
        """Whether a connection was lost over this article before."""
        ...

    def receive(self, article: int, response: NNTPResponse, server: ServerLive) -> Answer:
        """Judge an answer, and do with it what is to be done."""
        ...

    def settle(self) -> None:
        """It is another server's turn: give up what no server is left for."""
        ...
