"""A quality profile says which qualities are welcome, in which order, and when to be content."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class QualityGroup:
    """Qualities that are as good as each other; a quality alone is a group of one that bears its name."""

    name: str
    qualities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QualitySize:
    """How large a minute of a quality may be, in MB; None is no limit. Without a preferred size larger is better."""

    least: float = 0.0
    preferred: float | None = None
    most: float | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """What is welcome, from worst to best; `cutoff` is the quality or group from which no better one is looked for.

    `scores` are what each custom format adds, by its name. A release below `least_score` is refused; a file of
    `cutoff_score` or more is good enough; an upgrade among equal qualities must gain `least_gain`.
    `languages` names what will do: `Original` is one, too; none is any. `sizes` overrule the house's own by quality.
    """

    name: str
    groups: tuple[QualityGroup, ...]
    cutoff: str
    upgrades: bool = True
    languages: tuple[str, ...] = ()
    scores: Mapping[str, int] = field(default_factory=dict)
    least_score: int = 0
    cutoff_score: int = 0
    least_gain: int = 1
    sizes: Mapping[str, QualitySize] = field(default_factory=dict)
    sentence: str = ""
    ranks: Mapping[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Qualities are looked up often: their places are counted once."""
        ranks = {name: place for place, group in enumerate(self.groups) for name in group.qualities}
        object.__setattr__(self, "ranks", ranks)

    @property
    def allowed(self) -> tuple[str, ...]:
        """All welcome qualities from worst to best."""
        return tuple(name for group in self.groups for name in group.qualities)

    @property
    def cutoff_rank(self) -> int:
        """The place of the cutoff, worst 0; the best when the cutoff names nothing of this profile."""
        named = (place for place, group in enumerate(self.groups) if self.cutoff in (group.name, *group.qualities))
        return next(named, len(self.groups) - 1)

    def rank(self, quality: str) -> int | None:
        """The place of a quality in this profile, worst 0; None when it is not allowed."""
        return self.ranks.get(quality)


def alone(*names: str) -> tuple[QualityGroup, ...]:
    """Each quality as a group of its own."""
    return tuple(QualityGroup(name, (name,)) for name in names)
