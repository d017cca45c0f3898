"""An untouched disc is no film file yet: an image, or a folder of menus and parts."""

from collections.abc import Sequence

from matinee.media.parse.words import Word, stands_at

_DISC_WORDS = frozenset(
    {"bdiso", "iso", "bdmv", "bd25", "bd50", "bd66", "bd100", "dvd5", "dvd9", "dvdr", "mdvdr", "fulldisc"}
)
_DISC_PHRASES = (
    ("dvd", "r"), ("video", "ts"), ("full", "disc"),
    ("complete", "bluray"), ("complete", "uhd"), ("complete", "blu", "ray"),
)  # fmt: skip


def names_a_disc(name: str, words: Sequence[Word]) -> bool:
    """Whether the name is that of a whole disc."""
    if name.lower().rstrip().endswith(".iso"):
        return True
    later = words[1:]
    return any(word.text in _DISC_WORDS for word in later) or any(
        stands_at(later, at, phrase) for at in range(len(later)) for phrase in _DISC_PHRASES
    )
