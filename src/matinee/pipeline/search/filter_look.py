"""One release under the filter's eye."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property

from matinee.kernel.clock import Clock
from matinee.media.parse import ReleaseName, read_name
from matinee.media.release import Release

NO_WORD = re.compile(r"[\W_]+")


@dataclass
class Look:
    """One release under the filter's eye; what is costly to know is found out once."""

    release: Release
    clock: Clock

    @cached_property
    def words(self) -> str:
        """The name's words with one blank around each."""
        return words_of(self.release.name)

    @cached_property
    def name(self) -> ReleaseName:
        """What the name tells."""
        return read_name(self.release.name)

    def told(self, attribute: str) -> list[str]:
        """What the indexer told under this name, several values apart."""
        values = (value for name, value in self.release.attributes if name == attribute)
        return [part.strip() for value in values for part in value.split(",")]


Test = Callable[[Look], bool]


def words_of(text: str) -> str:
    """` tin comet 2021 `, to look for other words in."""
    return f" {NO_WORD.sub(' ', text.casefold()).strip()} "


def nearest(told: str, known: "list[str] | tuple[str, ...]") -> str:
    """`: did you mean size?`, or all that there are."""
    near = get_close_matches(told.casefold(), [one.casefold() for one in known], n=1)
    found = next((one for one in known if near and one.casefold() == near[0]), None)
    return f": did you mean {found}?" if found else f": there are {', '.join(known)}"
