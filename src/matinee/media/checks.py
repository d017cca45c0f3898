"""What is said no to before it is kept: tastes that hold nothing, contradict themselves, or would never end."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from matinee.kernel.errors import Refused
from matinee.media.custom_format import Condition, ConditionKind, CustomFormat
from matinee.media.formats.expression import check_expression
from matinee.media.formats.numbers import MODIFIERS, NUMBERS, RELEASE_TYPES, Product
from matinee.media.formats.subject import plain
from matinee.media.parse.languages import LANGUAGES, MULTI, ORIGINAL
from matinee.media.preferences import DelayProfile, ReleaseProfile
from matinee.media.profile import Profile, QualitySize
from matinee.media.quality import LADDER, Source
from matinee.media.release import Protocol

QUALITIES = frozenset(quality.name for quality in LADDER)
LARGEST_SCORE = 1_000_000
_WORDS = frozenset({ConditionKind.TITLE, ConditionKind.GROUP, ConditionKind.EDITION})
_LANGUAGES = frozenset(
    plain(word)
    for words in (*(numbers.languages.values() for numbers in NUMBERS.values()), LANGUAGES.values(), (ORIGINAL, MULTI))
    for word in words
)
_CHOICES: Mapping[ConditionKind, frozenset[str]] = {
    ConditionKind.SOURCE: frozenset(map(str, Source)) | frozenset(NUMBERS[Product.SONARR].sources.values()),
    ConditionKind.MODIFIER: frozenset(MODIFIERS.values()),
    ConditionKind.RELEASE_TYPE: frozenset(RELEASE_TYPES.values()),
}


def check_profile(profile: Profile, formats: Collection[str]) -> None:
    """Refused for a profile that allows nothing, stops at what it does not allow, or names what there is not."""
    _check_qualities(profile)
    if profile.cutoff not in {name for group in profile.groups for name in (group.name, *group.qualities)}:
        raise Refused(f"the cutoff '{profile.cutoff}' is not among the allowed qualities", field="cutoff")
    for name, score in profile.scores.items():
        if name not in formats:
            raise Refused(f"there is no custom format '{name}'", field="scores")
        if abs(score) > LARGEST_SCORE:
            raise Refused(f"the score of '{name}' is beyond {LARGEST_SCORE:,}", field="scores")
    if profile.least_gain < 1:
        raise Refused("an upgrade must gain at least 1", field="least_gain")
    for language in profile.languages:
        if plain(language) in ("any", "unknown"):
            raise Refused(f"'{language}' is no language: a profile without languages takes any", field="languages")
        _check_language(language, "languages")
    check_sizes(profile.sizes)


def _check_qualities(profile: Profile) -> None:
    if not profile.allowed:
        raise Refused("the profile allows no quality: nothing would ever be found", field="groups")
    strange = next((name for name in profile.allowed if name not in QUALITIES), None)
    if strange:
        raise Refused(f"there is no quality '{strange}'", field="groups")
    twice = _first_twice(profile.allowed)
    if twice:
        raise Refused(f"the quality '{twice}' is named twice", field="groups")
    for group in profile.groups:
        if not group.qualities or not group.name:
            raise Refused(f"the group '{group.name}' has no qualities or no name", field="groups")
        if group.name in QUALITIES and group.qualities != (group.name,):
            raise Refused(f"the group '{group.name}' bears the name of a quality that it is not", field="groups")
    same = _first_twice(group.name for group in profile.groups)
    if same:
        raise Refused(f"two groups are called '{same}'", field="groups")


def check_format(one: CustomFormat) -> None:
    """Refused for a format without conditions, or with one that can never be asked."""
    if not one.conditions:
        raise Refused(f"the custom format '{one.name}' has no conditions", field="conditions")
    for place, condition in enumerate(one.conditions):
        try:
            _check_condition(condition)
        except Refused as error:
            raise Refused(f"condition '{condition.name}': {error}", field=f"conditions.{place}") from error


def _check_condition(condition: Condition) -> None:
    kind, value = condition.kind, condition.value
    if kind in _WORDS:
        check_expression(value)
    elif kind in (ConditionKind.SIZE, ConditionKind.YEAR):
        _check_bounds(condition)
    elif kind is ConditionKind.LANGUAGE:
        _check_language(value, "value")
    elif kind is ConditionKind.RESOLUTION and not (value.isascii() and value.isdigit()):
        raise Refused(f"'{value}' is no number of lines")
    elif kind in _CHOICES and value not in _CHOICES[kind]:
        raise Refused(f"there is no {kind} '{value}'; there is: {', '.join(sorted(_CHOICES[kind]))}")
    elif not value:
        raise Refused("it names nothing")


def _check_bounds(condition: Condition) -> None:
    least, most = condition.least, condition.most
    if least is None and most is None:
        raise Refused("it has neither a lower nor an upper bound")
    if (least or 0) < 0 or (most or 0) < 0:
        raise Refused("a bound is below zero")
    is_empty = (
        least is not None
        and most is not None
        and (least > most or (condition.kind is ConditionKind.SIZE and least == most))
    )
    if is_empty:
        raise Refused(f"the lower bound {least} is not below the upper bound {most}")


def _check_language(name: str, field: str) -> None:
    if plain(name) not in _LANGUAGES:
        raise Refused(f"there is no language '{name}'", field=field)


def check_sizes(sizes: Mapping[str, QualitySize]) -> None:
    """Refused unless least, preferred and most stand in this order."""
    for name, size in sizes.items():
        if name not in QUALITIES:
            raise Refused(f"there is no quality '{name}'", field="sizes")
        told = [bound for bound in (size.least, size.preferred, size.most) if bound is not None]
        if told != sorted(told) or told[0] < 0:
            raise Refused(f"{name}: the sizes must rise from least through preferred to most", field="sizes")


def check_release_profiles(profiles: Sequence[ReleaseProfile]) -> None:
    """Refused for one that asks for nothing, or for a word and against it."""
    for profile in profiles:
        if not any(profile.must) and not any(profile.must_not):
            raise Refused(f"the release profile '{profile.name}' has no words in it", field="must")
        for term in (*profile.must, *profile.must_not):
            _check_term(term)
        both = {term.casefold() for term in profile.must} & {term.casefold() for term in profile.must_not}
        if both:
            raise Refused(f"'{min(both)}' both must and must not stand in a name", field="must_not")
    _check_names((profile.name for profile in profiles), "release profiles")


def _check_term(term: str) -> None:
    if not term.strip():
        raise Refused("a word is empty", field="must")
    body, slash, flags = term[1:].rpartition("/")
    if term.startswith("/") and slash and set(flags) <= {"i"}:
        check_expression(body)


def check_delay_profiles(profiles: Sequence[DelayProfile]) -> None:
    """Refused when one cannot be followed, or when two fit the same titles."""
    for profile in profiles:
        _check_delay(profile)
    _check_names((profile.name for profile in profiles), "delay profiles")
    general = [profile for profile in profiles if not profile.tags]
    if profiles and len(general) != 1:
        raise Refused("exactly one delay profile must be without tags, for all other titles", field="tags")
    if general and profiles[-1] is not general[0]:
        raise Refused(f"'{general[0].name}' is without tags and fits every title: it must stand last", field="tags")
    same = _first_twice(tag for profile in profiles for tag in profile.tags)
    if same:
        raise Refused(f"two delay profiles fit the tag '{same}'", field="tags")


def _check_delay(profile: DelayProfile) -> None:
    if not profile.torrents and not profile.usenet:
        raise Refused(f"'{profile.name}' allows neither torrents nor usenet", field="torrents")
    if not (profile.torrents if profile.preferred is Protocol.TORRENT else profile.usenet):
        raise Refused(f"'{profile.name}' prefers {profile.preferred}, but does not allow it", field="preferred")
    if profile.torrent_minutes < 0 or profile.usenet_minutes < 0:
        raise Refused(f"'{profile.name}' waits less than no time", field="torrent_minutes")


def _check_names(names: Iterable[str], what: str) -> None:
    same = _first_twice(name.casefold() for name in names)
    if same is not None:
        raise Refused(f"two {what} are called '{same}'", field="name")


def _first_twice(names: Iterable[str]) -> str | None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return None
