"""A custom format is a taste with a name: what to look for in a release, to be scored by each profile."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class ConditionKind(StrEnum):
    """What a condition looks at."""

    TITLE = "title"
    GROUP = "group"
    EDITION = "edition"
    SOURCE = "source"
    RESOLUTION = "resolution"
    MODIFIER = "modifier"
    LANGUAGE = "language"
    FLAG = "flag"
    SIZE = "size"
    YEAR = "year"
    RELEASE_TYPE = "release type"


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing to look for.

    `value` is an expression (title, group, edition), or the name looked for (source `webdl`, resolution `1080`,
    modifier `remux`, language `German` or `Original`, flag `freeleech`, release type `season`/`episode`/`multi`).
    A source may be narrower: `bluray remux`, `bluray encode`, `tv raw`, `tv encode`.
    `least` and `most` are bounds in bytes (size, above least up to most) or years (inclusive).
    `negate` turns it round; `required` means the format is lost without it. `except_language` matches any other one.
    """

    name: str
    kind: ConditionKind
    value: str = ""
    least: int | None = None
    most: int | None = None
    negate: bool = False
    required: bool = False
    except_language: bool = False


@dataclass(frozen=True, slots=True)
class CustomFormat:
    """A named set of conditions: every required one must hold, and of a kind without a required one any.

    `proposed` are the scores that a guide gives it, by the name of the set; `default` is the usual one.
    """

    name: str
    conditions: tuple[Condition, ...]
    include_when_renaming: bool = False
    trash_id: str | None = None
    proposed: Mapping[str, int] = field(default_factory=dict)
