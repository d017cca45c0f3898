"""The owner's words: some must stand in a name, others must not."""

from functools import lru_cache

from matinee.kernel.errors import Refused
from matinee.media.formats.expression import Expression, compile_expression
from matinee.media.preferences import ReleaseProfile
from matinee.media.wanted import Wanted
from matinee.pipeline.decide.candidate import Candidate
from matinee.pipeline.decide.decision import Reason


def words_are_welcome(one: Candidate, wanted: Wanted) -> Reason | None:
    """Every release profile that holds here finds one of its words, and none of those it forbids."""
    name = one.release.name
    for profile in wanted.preferences.release_profiles:
        if not _holds(profile, one, wanted):
            continue
        if profile.must and not any(_says(name, term) for term in profile.must):
            text = f"its name has none of the words of '{profile.name}': {', '.join(profile.must)}"
            return Reason("words", text, cure=f"change the release profile '{profile.name}'")
        forbidden = [term for term in profile.must_not if _says(name, term)]
        if forbidden:
            text = f"its name says {', '.join(forbidden)}, which '{profile.name}' does not want"
            return Reason("words", text, cure=f"take {forbidden[0]} from the release profile '{profile.name}'")
    return None


def _holds(profile: ReleaseProfile, one: Candidate, wanted: Wanted) -> bool:
    shares = not profile.tags or bool(profile.tags & wanted.tags)
    return profile.enabled and shares and profile.indexer in (None, one.release.indexer)


def _says(name: str, term: str) -> bool:
    expression = _expression(term)
    return expression.holds(name) if expression else term.casefold() in name.casefold()


@lru_cache(maxsize=512)
def _expression(term: str) -> Expression | None:
    """The expression between slashes, as in `/x26[45]/i`; None for a plain word, or for one that cannot be read."""
    opened, _, flags = term.rpartition("/")
    if len(opened) < 2 or not opened.startswith("/") or not set(flags) <= set("imsx"):
        return None
    try:
        return compile_expression(opened[1:] if flags == "i" else _with_flags(opened[1:], flags))
    except Refused:
        return None


def _with_flags(expression: str, flags: str) -> str:
    """Capitals do not matter to the formats; here they do, unless the owner says `i`."""
    switches = "".join(sorted(set(flags))) + ("" if "i" in flags else "-i")
    closed = "\n)" if "x" in flags else ")"  # a comment ends with its line
    return f"(?{switches}:{expression}{closed}"
