"""A decision is a release with every reason against it; without any it is approved."""

from dataclasses import dataclass

from matinee.media.parse import ReleaseName
from matinee.media.release import Release


@dataclass(frozen=True, slots=True)
class Reason:
    """Why not: the rule's name, a sentence for the owner, whether waiting would not help, and what would change it."""

    rule: str
    text: str
    permanent: bool = True
    cure: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """A release, its name as read, the reasons against it, and the custom formats that made its score."""

    release: Release
    name: ReleaseName
    reasons: tuple[Reason, ...] = ()
    score: int = 0
    formats: tuple[str, ...] = ()

    @property
    def approved(self) -> bool:
        """Whether no rule objects."""
        return not self.reasons

    @property
    def is_pending(self) -> bool:
        """Whether only time speaks against it: it may be approved later as it is."""
        return bool(self.reasons) and not any(reason.permanent for reason in self.reasons)
