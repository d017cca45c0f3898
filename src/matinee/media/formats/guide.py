"""What the guides publish and managers export: custom formats, sizes and profiles, read from their JSON."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from matinee.kernel.errors import Refused
from matinee.media.custom_format import CustomFormat
from matinee.media.formats.numbers import Product
from matinee.media.formats.trash import TrashFormat, format_of
from matinee.media.profile import Profile, QualityGroup, QualitySize
from matinee.media.quality import LADDER

_NAMES = {quality.name.casefold(): quality.name for quality in LADDER} | {
    "bluray-1080p remux": "Remux-1080p",
    "bluray-2160p remux": "Remux-2160p",
}
_RUNGS = {quality.name: rung for rung, quality in enumerate(LADDER)}
_BOUNDLESS = {
    "movie": 2000.0,
    "series": 1000.0,
    "anime": 1000.0,
}  # what the guides write for "no limit", in MB a minute
_ANY_LANGUAGE = frozenset({"", "any"})


@dataclass(frozen=True, slots=True)
class GuideSizes:
    """How large a minute may be, by quality; `strange` are qualities that this house does not know."""

    name: str
    sizes: Mapping[str, QualitySize]
    strange: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GuideProfile:
    """A profile whose scores are still to be looked up: `formats` has the guides' ids by the formats' names."""

    profile: Profile
    formats: Mapping[str, str] = field(default_factory=dict)
    score_set: str = "default"
    strange: tuple[str, ...] = ()


Guide = CustomFormat | GuideSizes | GuideProfile


def read_guides(text: str | bytes, product: Product) -> list[Guide]:
    """All that one file holds. Refused when it holds something else."""
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refused("it is not valid JSON") from error
    return [read_guide(one, product) for one in told] if isinstance(told, list) else [read_guide(told, product)]


def read_guide(told: Any, product: Product) -> Guide:
    """One custom format, table of sizes or profile. Refused when it is none of these."""
    if not isinstance(told, dict):
        raise Refused("it is neither a custom format nor a table of sizes nor a quality profile")
    try:
        if "specifications" in told:
            return format_of(TrashFormat.model_validate(told), product)
        if "qualities" in told:
            return _sizes_of(_Sizes.model_validate(told))
        if "items" in told:
            return _profile_of(_Profile.model_validate(told))
    except ValidationError as error:
        raise _refusal(error) from error
    raise Refused("it is neither a custom format nor a table of sizes nor a quality profile")


def with_scores(guide: GuideProfile, formats: Iterable[CustomFormat]) -> Profile:
    """The profile with the scores that the guides propose for each of its formats."""
    by_id = {one.trash_id: one for one in formats if one.trash_id}
    scores = dict(guide.profile.scores)
    for trash_id in guide.formats.values():
        one = by_id.get(trash_id)
        if one:
            scores[one.name] = one.proposed.get(guide.score_set, one.proposed.get("default", 0))
    return replace(guide.profile, scores={name: score for name, score in scores.items() if score})


class _Size(BaseModel):
    quality: str
    min: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0
    preferred: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    max: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None


class _Sizes(BaseModel):
    type: str = "movie"
    qualities: list[_Size]


def _name_of(told: Any) -> Any:
    """A manager's own export wraps the name in an object."""
    return told["name"] if isinstance(told, dict) and "name" in told else told


def _inner_name(told: Any) -> Any:
    return _name_of(told.get("quality", told)) if isinstance(told, dict) else told


class _Item(BaseModel):
    name: Annotated[str, BeforeValidator(_name_of)] = ""
    quality: Annotated[str | None, BeforeValidator(_name_of)] = None
    id: int | None = None
    allowed: bool = False
    items: list[Annotated[str, BeforeValidator(_inner_name)]] = []


class _Scored(BaseModel):
    name: str
    score: int = 0


class _Profile(BaseModel):
    name: str = Field(min_length=1, max_length=80)
    upgradeAllowed: bool = True
    cutoff: str | int = ""
    minFormatScore: int = 0
    cutoffFormatScore: int = 0
    minUpgradeFormatScore: int = 1
    language: Annotated[str, BeforeValidator(_name_of)] = ""
    trash_score_set: str = "default"
    items: list[_Item]
    formatItems: dict[str, str] | list[_Scored] = {}


def _sizes_of(told: _Sizes) -> GuideSizes:
    known = [(one, _NAMES[one.quality.casefold()]) for one in told.qualities if one.quality.casefold() in _NAMES]
    strange = tuple(one.quality for one in told.qualities if one.quality.casefold() not in _NAMES)
    limit = _BOUNDLESS.get(told.type, _BOUNDLESS["movie"])
    sizes = {
        name: QualitySize(one.min, _bounded(one.preferred, limit - 5), _bounded(one.max, limit)) for one, name in known
    }
    return GuideSizes(told.type, sizes, strange)


def _bounded(told: float | None, limit: float) -> float | None:
    return None if told is None or told >= limit else told


def _profile_of(told: _Profile) -> GuideProfile:
    allowed = [item for item in told.items if item.allowed]
    groups = [_group_of(item) for item in allowed]
    scored = told.formatItems if isinstance(told.formatItems, list) else []
    profile = Profile(
        name=told.name,
        groups=_worst_first(tuple(group for group in groups if group.qualities)),
        cutoff=_cutoff_of(told),
        upgrades=told.upgradeAllowed,
        languages=() if told.language.casefold() in _ANY_LANGUAGE else (told.language,),
        scores={one.name: one.score for one in scored if one.score},
        least_score=told.minFormatScore,
        cutoff_score=told.cutoffFormatScore,
        least_gain=max(1, told.minUpgradeFormatScore),
    )
    formats = told.formatItems if isinstance(told.formatItems, dict) else {}
    strange = tuple(name for item in allowed for name in _inner(item) if name.casefold() not in _NAMES)
    return GuideProfile(profile, formats, told.trash_score_set, strange)


def _inner(item: _Item) -> list[str]:
    return item.items or [item.quality or item.name]


def _group_of(item: _Item) -> QualityGroup:
    qualities = tuple(_NAMES[name.casefold()] for name in _inner(item) if name.casefold() in _NAMES)
    alone = qualities[0] if len(qualities) == 1 and not item.items else item.name
    return QualityGroup(alone, qualities)


def _worst_first(groups: tuple[QualityGroup, ...]) -> tuple[QualityGroup, ...]:
    """The guides list either the worst or the best first."""
    places = [_RUNGS[group.qualities[0]] for group in groups]
    return groups[::-1] if places and places[0] > places[-1] else groups


def _cutoff_of(told: _Profile) -> str:
    """Named by the guides, numbered by the managers."""
    if isinstance(told.cutoff, int):
        name = next((item.name or item.quality or "" for item in told.items if item.id == told.cutoff), "")
    else:
        name = told.cutoff
    return _NAMES.get(name.casefold(), name)


def _refusal(error: ValidationError) -> Refused:
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    return Refused(f"{place}: {first['msg']}", field=place or None)
