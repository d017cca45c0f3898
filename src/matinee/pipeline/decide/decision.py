"""A decision is a release with every reason against it; without any it is approved."""

from dataclasses import dataclass

from matinee.media.parse import ReleaseName
from matinee.media.release import Release


@dataclass(frozen=True, slots=True)
class Reason:
    """Why not: the rule's name, a sentence for the owner, and whether waiting would not help."""

    rule: str
    text: str
    permanent: bool = True


@dataclass(frozen=True, slots=True)
class Decision:
    """A release, its name as read, and the reasons against it."""

    release: Release
    name: ReleaseName
    reasons: tuple[Reason, ...] = ()

    @property
    def approved(self) -> bool:
        """Whether no rule objects."""
        return not self.reasons
