"""The house's taste: everybody may read it, the owner changes it."""

import asyncio
from collections.abc import Mapping
from typing import Any, TypeVar

from fastapi import APIRouter
from pydantic import TypeAdapter

from matinee.kernel.database import Transaction
from matinee.kernel.errors import Conflict, Refused
from matinee.media.checks import (
    check_delay_profiles,
    check_format,
    check_profile,
    check_release_profiles,
    check_sizes,
)
from matinee.media.custom_format import CustomFormat
from matinee.media.formats import Subject
from matinee.media.formats.numbers import Product
from matinee.media.formats.trash import write_format
from matinee.media.parse import read_name
from matinee.media.preferences import DelayProfile, IndexerTerms, Limits, ReleaseProfile
from matinee.media.profile import Profile, QualitySize
from matinee.media.quality import LADDER
from matinee.media.title import Kind
from matinee.pipeline.curating import Paper, fetch_papers, product_of, take_in
from matinee.pipeline.taste import Taste
from matinee.store.profiles import (
    add_format,
    add_profile,
    change_format,
    change_profile,
    keep_delay_profiles,
    keep_preferences,
    keep_release_profiles,
    keep_sizes,
    read_formats,
    read_profiles,
    remove_format,
    remove_profile,
)
from matinee.web.desk import AtDesk, Desk, Id, Me, Owner
from matinee.web.models import Message
from matinee.web.taste_models import (
    DelayBody,
    DelaysBody,
    ExportOut,
    FormatBody,
    FormatOut,
    ImportIn,
    ImportOut,
    LimitsBody,
    PreferencesBody,
    ProfileBody,
    ProfileOut,
    RestrictionBody,
    RestrictionsBody,
    SizeBody,
    SizesBody,
    SizesOut,
    TermsBody,
    ToldOut,
    TriedCondition,
    TriedFormat,
    TriedProfile,
    TryIn,
    TryOut,
)

router = APIRouter(prefix="/api", tags=["tastes"])

T = TypeVar("T")
M = TypeVar("M", bound=Message)


@router.get("/profiles")
async def read_quality_profiles(desk: AtDesk, me: Me) -> list[ProfileOut]:
    """All quality profiles."""
    kept = await desk.parts.database.read(read_profiles)
    return [_profile_out(desk, profile_id, profile) for profile_id, profile in kept.items()]


@router.post("/profiles", status_code=201)
async def make_quality_profile(body: ProfileBody, desk: AtDesk, me: Owner) -> ProfileOut:
    """Keep a new profile."""

    def add(tx: Transaction) -> int:
        _check_profile(tx, profile)
        return add_profile(tx, profile)

    profile = _meant(Profile, body)
    return _profile_out(desk, await desk.parts.tastes.change(add), profile)


@router.put("/profiles/{profile_id}")
async def change_quality_profile(profile_id: Id, body: ProfileBody, desk: AtDesk, me: Owner) -> ProfileOut:
    """Keep a profile as it is told now."""

    def change(tx: Transaction) -> None:
        _check_profile(tx, profile)
        former = read_profiles(tx.connection).get(profile_id)
        if former and former.name == desk.parts.default_profile != profile.name:
            raise Conflict(f"'{former.name}' is the profile of new wishes (library.profile): it keeps its name")
        change_profile(tx, profile_id, profile)

    profile = _meant(Profile, body)
    await desk.parts.tastes.change(change)
    return _profile_out(desk, profile_id, profile)


@router.delete("/profiles/{profile_id}", status_code=204)
async def remove_quality_profile(profile_id: Id, desk: AtDesk, me: Owner) -> None:
    """Forget a profile that no title is kept by."""

    def remove(tx: Transaction) -> None:
        former = read_profiles(tx.connection).get(profile_id)
        if former and former.name == desk.parts.default_profile:
            raise Conflict(f"'{former.name}' is the profile of new wishes: change library.profile first")
        remove_profile(tx, profile_id)

    await desk.parts.tastes.change(remove)


@router.get("/formats")
async def read_custom_formats(desk: AtDesk, me: Me) -> list[FormatOut]:
    """All custom formats."""
    kept = await desk.parts.database.read(read_formats)
    return [_format_out(format_id, one) for format_id, one in kept.items()]


@router.post("/formats", status_code=201)
async def make_custom_format(body: FormatBody, desk: AtDesk, me: Owner) -> FormatOut:
    """Keep a new custom format."""
    one = _meant(CustomFormat, body)
    await asyncio.to_thread(check_format, one)
    return _format_out(await desk.parts.tastes.change(lambda tx: add_format(tx, one)), one)


@router.put("/formats/{format_id}")
async def change_custom_format(format_id: Id, body: FormatBody, desk: AtDesk, me: Owner) -> FormatOut:
    """Keep a custom format as it is told now."""
    one = _meant(CustomFormat, body)
    await asyncio.to_thread(check_format, one)
    await desk.parts.tastes.change(lambda tx: change_format(tx, format_id, one))
    return _format_out(format_id, one)


@router.delete("/formats/{format_id}", status_code=204)
async def remove_custom_format(format_id: Id, desk: AtDesk, me: Owner) -> None:
    """Forget a custom format, and its scores."""
    await desk.parts.tastes.change(lambda tx: remove_format(tx, format_id))


@router.post("/formats/import")
async def import_formats(body: ImportIn, desk: AtDesk, me: Owner) -> ImportOut:
    """Take in custom formats, sizes and profiles as the guides publish them."""
    if not body.files and not body.place:
        raise Refused("give files, or a place to find them at", field="place")
    papers = [Paper(paper.path, paper.text.encode()) for paper in body.files]
    if body.place:
        papers += await fetch_papers(body.place)
    told = await take_in(desk.parts.tastes, papers, product_of(body.place or "", body.product))
    return ImportOut(told=[ToldOut.model_validate(one, from_attributes=True) for one in told])


@router.get("/formats/export")
async def export_formats(desk: AtDesk, me: Me, product: Product = Product.RADARR) -> ExportOut:
    """All custom formats, as the guides and managers write them."""
    out = ExportOut(formats=[], left_out=[])
    for one in desk.parts.tastes.now.formats.formats:
        try:
            out.formats.append(write_format(one, product))
        except Refused as error:
            out.left_out.append(f"{one.name}: {error}")
    return out


@router.post("/formats/try")
async def try_formats(body: TryIn, desk: AtDesk, me: Me) -> TryOut:
    """Try a release's name: which formats match, and what each profile makes of it."""
    name = read_name(body.name, Kind(body.kind) if body.kind else None)
    subject = Subject(name, body.size, frozenset(body.flags), body.original_language)
    taste = desk.parts.tastes.now
    matching = taste.formats.matches(subject)
    return TryOut(
        quality=name.quality.name,
        languages=list(name.languages),
        group=name.group,
        formats=[_tried(taste, subject, one, one.name in matching) for one in taste.formats.formats],
        profiles=[_judged(profile, matching, name.quality.name) for profile in taste.profiles.values()],
    )


@router.get("/sizes")
async def read_house_sizes(desk: AtDesk, me: Me) -> SizesOut:
    """How large a minute of each quality may be."""
    sizes = _told(SizeBody, desk.parts.tastes.now.preferences.sizes)
    return SizesOut(sizes=sizes, qualities=[quality.name for quality in LADDER])


@router.put("/sizes")
async def change_house_sizes(body: SizesBody, desk: AtDesk, me: Owner) -> SizesOut:
    """These sizes instead of all former ones."""
    sizes = {name: _meant(QualitySize, size) for name, size in body.sizes.items()}
    check_sizes(sizes)
    await desk.parts.tastes.change(lambda tx: keep_sizes(tx, sizes))
    return await read_house_sizes(desk, me)


@router.get("/delays")
async def read_delays(desk: AtDesk, me: Me) -> DelaysBody:
    """All delay profiles: the first that fits a title holds."""
    delays = desk.parts.tastes.now.preferences.delay_profiles
    return DelaysBody(delays=[_as(DelayBody, one) for one in delays])


@router.put("/delays")
async def change_delays(body: DelaysBody, desk: AtDesk, me: Owner) -> DelaysBody:
    """These delay profiles instead of all former ones."""
    delays = [_meant(DelayProfile, one) for one in body.delays]
    check_delay_profiles(delays)
    await desk.parts.tastes.change(lambda tx: keep_delay_profiles(tx, delays))
    return await read_delays(desk, me)


@router.get("/restrictions")
async def read_restrictions(desk: AtDesk, me: Me) -> RestrictionsBody:
    """All release profiles: words that must or must not stand in a name."""
    kept = desk.parts.tastes.now.preferences.release_profiles
    return RestrictionsBody(restrictions=[_as(RestrictionBody, one) for one in kept])


@router.put("/restrictions")
async def change_restrictions(body: RestrictionsBody, desk: AtDesk, me: Owner) -> RestrictionsBody:
    """These release profiles instead of all former ones."""
    kept = [_meant(ReleaseProfile, one) for one in body.restrictions]
    await asyncio.to_thread(check_release_profiles, kept)
    await desk.parts.tastes.change(lambda tx: keep_release_profiles(tx, kept))
    return await read_restrictions(desk, me)


@router.get("/preferences")
async def read_house_preferences(desk: AtDesk, me: Me) -> PreferencesBody:
    """Propers, bounds, and the terms of each indexer."""
    kept = desk.parts.tastes.now.preferences
    return PreferencesBody(
        propers=kept.propers, limits=_as(LimitsBody, kept.limits), indexers=_told(TermsBody, kept.indexers)
    )


@router.put("/preferences")
async def change_house_preferences(body: PreferencesBody, desk: AtDesk, me: Owner) -> PreferencesBody:
    """These preferences instead of the former ones."""
    indexers = {name: _meant(IndexerTerms, terms) for name, terms in body.indexers.items()}
    limits = _meant(Limits, body.limits)
    await desk.parts.tastes.change(lambda tx: keep_preferences(tx, body.propers, limits, indexers))
    return await read_house_preferences(desk, me)


def _check_profile(tx: Transaction, profile: Profile) -> None:
    check_profile(profile, {one.name for one in read_formats(tx.connection).values()})


def _meant(kind: type[T], body: Message) -> T:
    """The house's own noun for a message with the same fields."""
    return TypeAdapter(kind).validate_python(body.model_dump())


def _fields(kind: type[M], one: object) -> dict[str, Any]:
    """A message's fields from a noun that bears the same names; sets in the order of the alphabet."""
    told: dict[str, Any] = TypeAdapter(type(one)).dump_python(one, mode="json")
    known = {name: value for name, value in told.items() if name in kind.model_fields}
    sets = {name for name in known if isinstance(getattr(one, name), frozenset)}
    return {name: sorted(value) if name in sets else value for name, value in known.items()}


def _as(kind: type[M], one: object) -> M:
    return kind.model_validate(_fields(kind, one))


def _told(kind: type[M], kept: Mapping[str, Any]) -> dict[str, M]:
    return {name: _as(kind, one) for name, one in kept.items()}


def _profile_out(desk: Desk, profile_id: int, profile: Profile) -> ProfileOut:
    is_default = profile.name == desk.parts.default_profile
    return ProfileOut(id=profile_id, is_default=is_default, **_fields(ProfileBody, profile))


def _format_out(format_id: int, one: CustomFormat) -> FormatOut:
    return FormatOut(id=format_id, **_fields(FormatBody, one))


def _tried(taste: Taste, subject: Subject, one: CustomFormat, matches: bool) -> TriedFormat:
    conditions = [
        TriedCondition(
            name=told.condition.name,
            kind=told.condition.kind,
            negate=told.condition.negate,
            required=told.condition.required,
            held=told.held,
        )
        for told in taste.formats.explain(subject, one.name)
    ]
    return TriedFormat(name=one.name, matches=matches, conditions=conditions)


def _judged(profile: Profile, matching: tuple[str, ...], quality: str) -> TriedProfile:
    score = sum(profile.scores.get(name, 0) for name in matching)
    return TriedProfile(
        name=profile.name,
        score=score,
        quality_allowed=profile.rank(quality) is not None,
        score_reached=score >= profile.least_score,
    )
