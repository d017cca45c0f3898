"""The fields of a row, read one after the other: each may use what those before it have told."""

from dataclasses import dataclass

from matinee.engines.indexer.language.definition import Field
from matinee.engines.indexer.language.scope import Scope
from matinee.engines.indexer.language.template import render
from matinee.engines.indexer.pages.normalise import Draft, Setting, Taker, taker_of
from matinee.engines.indexer.pages.selecting import Reader, Row, reader_of

_AUTOMATIC = frozenset(
    (
        "imdb",
        "imdbid",
        "tmdbid",
        "rageid",
        "tvdbid",
        "tvmazeid",
        "traktid",
        "doubanid",
        "poster",
        "banner",
        "description",
        "genre",
    )
)
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Failure:
    """What could not be read: the row counted from one (0 is the page), the field, its selector and the reason."""

    row: int
    field: str
    selector: str
    reason: str

    def __str__(self) -> str:
        place = f"row {self.row}" if self.row else "the page"
        return f"{place}, field '{self.field}': {self.reason}" if self.field else f"{place}: {self.reason}"


@dataclass(frozen=True, slots=True)
class FieldPlan:
    """A field and what of it does not change from row to row."""

    field: Field
    variable: str
    read: Reader
    is_optional: bool
    taker: Taker | None


def plans_of(fields: tuple[Field, ...]) -> tuple[FieldPlan, ...]:
    """The plans of a definition's fields, in its order."""
    return tuple(
        FieldPlan(
            field,
            f".Result.{field.name}",
            reader_of(field.block),
            is_optional(field),
            taker_of(field.name, field.modifiers),
        )
        for field in fields
    )


def read_fields(
    plans: tuple[FieldPlan, ...], row: Row, number: int, scope: Scope, setting: Setting
) -> tuple[Draft, list[Failure]]:
    """A draft of the row's release and what could not be read of it; the row's `.Result.…` stay in the scope."""
    draft, failures, encoding = Draft(), [], setting.encoding
    scope.update(dict.fromkeys([plan.variable for plan in plans]))
    for plan in plans:
        field = plan.field
        try:
            value = (
                _value_or_default(plan, row, scope, encoding) if plan.is_optional else plan.read(row, scope, encoding)
            )
            if value is not None and plan.taker is not None:
                value = plan.taker(draft, value, setting)
            scope[plan.variable] = value
        except ValueError as error:
            if not plan.is_optional:
                failures.append(Failure(number, field.key, field.block.selector or "", str(error)[:_LONGEST]))
    return draft, failures


def is_optional(field: Field) -> bool:
    """Whether a row may do without the field; some names need not say so, but then stand alone in their key."""
    return field.block.optional or "optional" in field.modifiers or field.key in _AUTOMATIC


def _value_or_default(plan: FieldPlan, row: Row, scope: Scope, encoding: str) -> str | None:
    """The field's text; one that is blank or fails has its default, which tells nothing when it is blank, too."""
    try:
        value = plan.read(row, scope, encoding)
    except ValueError:
        value = None
    if value is None or not value.strip():
        default = render(plan.field.block.default or "", scope)
        return default if default.strip() else None
    return value
