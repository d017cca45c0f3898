"""One custom format as the guides and the managers write it: a list of specifications with numbers in them."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field, StringConstraints

from matinee.kernel.errors import Refused
from matinee.media.custom_format import Condition, ConditionKind, CustomFormat
from matinee.media.formats.numbers import MODIFIERS, NUMBERS, RELEASE_TYPES, Product

GB = 1024**3  # bytes, as the managers count

_ENDING = "Specification"
_KINDS: Mapping[str, ConditionKind] = {
    "ReleaseTitle": ConditionKind.TITLE,
    "ReleaseGroup": ConditionKind.GROUP,
    "Edition": ConditionKind.EDITION,
    "Source": ConditionKind.SOURCE,
    "Resolution": ConditionKind.RESOLUTION,
    "QualityModifier": ConditionKind.MODIFIER,
    "Language": ConditionKind.LANGUAGE,
    "IndexerFlag": ConditionKind.FLAG,
    "Size": ConditionKind.SIZE,
    "Year": ConditionKind.YEAR,
    "ReleaseType": ConditionKind.RELEASE_TYPE,
}
_IMPLEMENTATIONS = {kind: f"{name}{_ENDING}" for name, kind in _KINDS.items()}
_WORDS = frozenset({ConditionKind.TITLE, ConditionKind.GROUP, ConditionKind.EDITION})
_UNKNOWN_TO: Mapping[Product, frozenset[ConditionKind]] = {
    Product.RADARR: frozenset({ConditionKind.RELEASE_TYPE}),
    Product.SONARR: frozenset({ConditionKind.EDITION, ConditionKind.MODIFIER, ConditionKind.YEAR}),
}
# A source that only the other product tells apart is written as the nearest one.
_NEAREST = {
    "bluray encode": "bluray", "bluray remux": "bluray", "tv encode": "tv", "tv raw": "tv",
    "bluray": "bluray encode", "tv": "tv encode",
}  # fmt: skip


def _as_mapping(told: Any) -> Any:
    """Fields stand as an object, or as a list of names and values."""
    if isinstance(told, list) and all(isinstance(one, dict) and "name" in one for one in told):
        return {str(one["name"]): one.get("value") for one in told}
    return told


class TrashSpecification(BaseModel):
    """One condition as it is published."""

    name: str = ""
    implementation: str
    negate: bool = False
    required: bool = False
    fields: Annotated[dict[str, Any], BeforeValidator(_as_mapping)] = {}


class TrashFormat(BaseModel):
    """A custom format as it is published."""

    trash_id: str | None = None
    trash_scores: dict[str, int] = {}
    name: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    includeCustomFormatWhenRenaming: bool = False
    specifications: list[TrashSpecification] = Field(max_length=2000)


def format_of(told: TrashFormat, product: Product) -> CustomFormat:
    """Our own custom format. Refused for a condition that is unknown."""
    return CustomFormat(
        name=told.name,
        conditions=tuple(_condition_of(one, product) for one in told.specifications),
        include_when_renaming=told.includeCustomFormatWhenRenaming,
        trash_id=told.trash_id,
        proposed=told.trash_scores,
    )


def write_format(one: CustomFormat, product: Product) -> dict[str, Any]:
    """The format as the guides write it. Refused when the product knows no such condition."""
    told: dict[str, Any] = {"trash_id": one.trash_id} if one.trash_id else {}
    if one.proposed:
        told["trash_scores"] = dict(one.proposed)
    return told | {
        "name": one.name,
        "includeCustomFormatWhenRenaming": one.include_when_renaming,
        "specifications": [_specification_of(condition, product) for condition in one.conditions],
    }


def _condition_of(told: TrashSpecification, product: Product) -> Condition:
    kind = _KINDS.get(told.implementation.removesuffix(_ENDING))
    if kind is None:
        raise Refused(f"the condition '{told.name}' is of an unknown kind: {told.implementation}")
    seen: dict[str, Any] = {
        "name": told.name or str(kind),
        "kind": kind,
        "negate": told.negate,
        "required": told.required,
    }
    try:
        return Condition(**seen, **_fields_of(kind, told.fields, product))
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise Refused(f"the condition '{told.name}' has a value that is unknown: {told.fields}") from error


def _fields_of(kind: ConditionKind, fields: Mapping[str, Any], product: Product) -> dict[str, Any]:
    if kind in (ConditionKind.SIZE, ConditionKind.YEAR):
        unit = GB if kind is ConditionKind.SIZE else 1
        return {"least": _bound(fields.get("min"), unit), "most": _bound(fields.get("max"), unit)}
    if kind in _WORDS:
        return {"value": _text(fields["value"])}
    value = int(fields["value"])
    if kind is ConditionKind.LANGUAGE:
        return {"value": _language(value, product), "except_language": bool(fields.get("exceptLanguage") or False)}
    if kind is ConditionKind.RESOLUTION:
        return {"value": str(value)}
    return {"value": _table(kind, product)[value]}


def _text(told: Any) -> str:
    if not isinstance(told, str):
        raise TypeError("an expression must be text")
    return told


def _bound(told: Any, unit: int) -> int | None:
    return None if told is None else round(float(told) * unit)


def _language(number: int, product: Product) -> str:
    """By the product's own table, or by the other's where only that one has it."""
    other = Product.SONARR if product is Product.RADARR else Product.RADARR
    return NUMBERS[product].languages.get(number) or NUMBERS[other].languages[number]


def _table(kind: ConditionKind, product: Product) -> Mapping[int, str]:
    return {
        ConditionKind.SOURCE: NUMBERS[product].sources,
        ConditionKind.FLAG: NUMBERS[product].flags,
        ConditionKind.LANGUAGE: NUMBERS[product].languages,
        ConditionKind.MODIFIER: MODIFIERS,
        ConditionKind.RELEASE_TYPE: RELEASE_TYPES,
    }[kind]


def _specification_of(condition: Condition, product: Product) -> dict[str, Any]:
    if condition.kind in _UNKNOWN_TO[product]:
        raise Refused(f"{product.title()} knows no condition of the kind '{condition.kind}'")
    return {
        "name": condition.name,
        "implementation": _IMPLEMENTATIONS[condition.kind],
        "negate": condition.negate,
        "required": condition.required,
        "fields": _written(condition, product),
    }


def _written(condition: Condition, product: Product) -> dict[str, Any]:
    kind, value = condition.kind, condition.value
    if kind in (ConditionKind.SIZE, ConditionKind.YEAR):
        unit = GB if kind is ConditionKind.SIZE else 1
        return {"min": _unbound(condition.least, unit), "max": _unbound(condition.most, unit)}
    if kind in _WORDS:
        return {"value": value}
    if kind is ConditionKind.RESOLUTION:
        return {"value": int(value)}
    number = _number(kind, value, product)
    return {"value": number} | ({"exceptLanguage": condition.except_language} if kind is ConditionKind.LANGUAGE else {})


def _number(kind: ConditionKind, value: str, product: Product) -> int:
    numbers = {word.casefold(): number for number, word in _table(kind, product).items()}
    wanted = value.casefold()
    number = numbers.get(wanted, numbers.get(_NEAREST.get(wanted, "")))
    if number is None:
        raise Refused(f"{product.title()} knows no {kind} '{value}'")
    return number


def _unbound(told: int | None, unit: int) -> float | int | None:
    return told if told is None or unit == 1 else told / unit
