"""All custom formats made ready to be asked together: what two of them look for is looked for once a release."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from matinee.media.custom_format import Condition, ConditionKind, CustomFormat
from matinee.media.formats.looking import REMEMBERED, Looks, look_of
from matinee.media.formats.subject import Subject

# A format is thought of only when the rarest thing that it needs is there.
_RAREST_FIRST = (
    ConditionKind.GROUP,
    ConditionKind.EDITION,
    ConditionKind.TITLE,
    ConditionKind.FLAG,
    ConditionKind.MODIFIER,
    ConditionKind.LANGUAGE,
    ConditionKind.RESOLUTION,
    ConditionKind.SOURCE,
    ConditionKind.YEAR,
    ConditionKind.SIZE,
    ConditionKind.RELEASE_TYPE,
)


@dataclass(frozen=True, slots=True)
class Held:
    """One condition of a format, and whether it held for a release (a negated one: whether it was not there)."""

    condition: Condition
    held: bool


class Matcher:
    """The formats of the house, ready to be asked of releases."""

    def __init__(self, formats: tuple[CustomFormat, ...]) -> None:
        self.formats = formats
        looks = dict.fromkeys(look_of(condition) for one in formats for condition in one.conditions)
        self._places = {look: place for place, look in enumerate(looks)}
        self._looks = Looks(tuple(looks))
        self._plans = tuple(_plan(one, self._places) for one in formats)
        self._always = tuple(place for place, plan in enumerate(self._plans) if plan.triggers is None)
        self._triggered = _triggered(self._plans, len(looks))
        self._known: dict[tuple[int, ...], tuple[str, ...]] = {}

    def matches(self, subject: Subject) -> tuple[str, ...]:
        """The names of the formats that a release has, in their order."""
        found = self._looks.found(subject)
        known = self._known.get(found)
        if known is None:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            known = self._known[found] = self._matching(found)
        return known

    def _matching(self, found: tuple[int, ...]) -> tuple[str, ...]:
        seen = 0
        thought_of = set(self._always)
        for place in found:
            seen |= 1 << place
            thought_of.update(self._triggered[place])
        return tuple(self._plans[at].name for at in sorted(thought_of) if _fits(self._plans[at], seen))

    def explain(self, subject: Subject, format_name: str) -> tuple[Held, ...]:
        """Each condition of a format, and whether it held. Empty for a format that is none."""
        found = frozenset(self._looks.found(subject))
        conditions = next((one.conditions for one in self.formats if one.name == format_name), ())
        return tuple(Held(one, (self._places[look_of(one)] in found) is not one.negate) for one in conditions)


def compile_formats(formats: Iterable[CustomFormat]) -> Matcher:
    """Make formats ready; an expression that is none holds nowhere."""
    return Matcher(tuple(formats))


@dataclass(frozen=True, slots=True)
class _Plan:
    """A format as sets of places, each a bit: what must be there, what must not, and of which one must.

    Conditions of one kind are a choice, unless some are required: then these are all that counts.
    """

    name: str
    must: int
    must_not: int
    choices: tuple[tuple[int, int], ...]
    triggers: tuple[int, ...] | None


def _fits(plan: _Plan, seen: int) -> bool:
    if seen & plan.must != plan.must or seen & plan.must_not:
        return False
    return all(seen & there or ~seen & absent for there, absent in plan.choices)


def _plan(one: CustomFormat, places: dict[Condition, int]) -> _Plan:
    required = [condition for condition in one.conditions if condition.required]
    settled = {condition.kind for condition in required}
    kinds = [kind for kind in _RAREST_FIRST if kind not in settled]
    groups = [[condition for condition in one.conditions if condition.kind is kind] for kind in kinds]
    choices = [group for group in groups if group]
    return _Plan(
        name=one.name,
        must=_bits(required, places, negated=False),
        must_not=_bits(required, places, negated=True),
        choices=tuple((_bits(group, places, negated=False), _bits(group, places, negated=True)) for group in choices),
        triggers=_triggers(required, choices, places),
    )


def _bits(conditions: Iterable[Condition], places: dict[Condition, int], *, negated: bool) -> int:
    bits = 0
    for condition in conditions:
        if condition.negate is negated:
            bits |= 1 << places[look_of(condition)]
    return bits


def _triggers(
    required: list[Condition], choices: list[list[Condition]], places: dict[Condition, int]
) -> tuple[int, ...] | None:
    """The places of which one must be there before the format is thought of; None: it may always fit."""
    ways = [[condition] for condition in required if not condition.negate]
    ways += [group for group in choices if not any(condition.negate for condition in group)]
    rarest = min(ways, key=lambda way: _RAREST_FIRST.index(way[0].kind), default=None)
    return tuple(places[look_of(condition)] for condition in rarest) if rarest else None


def _triggered(plans: tuple[_Plan, ...], looks: int) -> tuple[tuple[int, ...], ...]:
    found: list[list[int]] = [[] for _ in range(looks)]
    for at, place in _pairs(plans):
        found[place].append(at)
    return tuple(map(tuple, found))


def _pairs(plans: tuple[_Plan, ...]) -> Iterator[tuple[int, int]]:
    for at, plan in enumerate(plans):
        for place in plan.triggers or ():
            yield at, place
