"""What the house likes: quality profiles, custom formats, words, delays, sizes and its preferences."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Float,
    Integer,
    String,
    Table,
    delete,
    func,
    insert,
    select,
    update,
)

from matinee.kernel.database import Transaction, metadata
from matinee.kernel.errors import Conflict, NotFound
from matinee.media.custom_format import CustomFormat
from matinee.media.naming import DEFAULT, NamingScheme
from matinee.media.preferences import DelayProfile, IndexerTerms, Limits, Preferences, Propers, ReleaseProfile
from matinee.media.profile import Profile, QualitySize
from matinee.store.titles import slots


def _named(name: str) -> Table:
    """A table of things with a name and a place among the others; the nested rest is JSON."""
    return Table(
        name,
        metadata,
        Column("id", Integer, primary_key=True),
        Column("name", String(120), nullable=False, unique=True),
        Column("place", Integer, nullable=False),
        Column("body", JSON, nullable=False),
    )


profiles = _named("profiles")
custom_formats = _named("custom_formats")
release_profiles = _named("release_profiles")
delay_profiles = _named("delay_profiles")

quality_sizes = Table(
    "quality_sizes",
    metadata,
    Column("quality", String(40), primary_key=True),
    Column("least", Float, nullable=False),
    Column("preferred", Float),
    Column("most", Float),
)

house_preferences = Table(
    "house_preferences",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", JSON, nullable=False),
)

T = TypeVar("T", Profile, CustomFormat, ReleaseProfile, DelayProfile)

_SHAPES: Mapping[type, TypeAdapter[Any]] = {
    kind: TypeAdapter(kind) for kind in (Profile, CustomFormat, ReleaseProfile, DelayProfile)
}
_LIMITS = TypeAdapter(Limits)
_NAMING = TypeAdapter(NamingScheme)
_INDEXERS = TypeAdapter(dict[str, IndexerTerms])
_DERIVED = {"ranks"}  # what a profile works out by itself


def read_profiles(db: Connection) -> dict[int, Profile]:
    """All quality profiles by their ids, in their order."""
    return _read(db, profiles, Profile)


def read_formats(db: Connection) -> dict[int, CustomFormat]:
    """All custom formats by their ids, in their order."""
    return _read(db, custom_formats, CustomFormat)


def read_preferences(db: Connection) -> Preferences:
    """What the house says of releases beside their quality."""
    kept = {row.name: row.value for row in db.execute(select(house_preferences))}
    return Preferences(
        sizes=read_sizes(db),
        release_profiles=tuple(_read(db, release_profiles, ReleaseProfile).values()),
        delay_profiles=tuple(_read(db, delay_profiles, DelayProfile).values()),
        propers=Propers(kept.get("propers", Propers.UPGRADE)),
        limits=_LIMITS.validate_python(kept.get("limits", {})),
        indexers=_INDEXERS.validate_python(kept.get("indexers", {})),
    )


def read_sizes(db: Connection) -> dict[str, QualitySize]:
    """The house's own sizes by quality."""
    query = select(quality_sizes).order_by(quality_sizes.c.quality)
    return {row.quality: QualitySize(row.least, row.preferred, row.most) for row in db.execute(query)}


def add_profile(tx: Transaction, profile: Profile) -> int:
    """Keep a new profile. Conflict when its name is taken."""
    return _add(tx, profiles, profile)


def change_profile(tx: Transaction, profile_id: int, profile: Profile) -> None:
    """Keep a profile as it is now; a new name goes to the slots that have it."""
    former = _change(tx, profiles, profile_id, profile)
    tx.execute(update(slots).where(slots.c.profile == former).values(profile=profile.name))


def remove_profile(tx: Transaction, profile_id: int) -> None:
    """Forget a profile. Conflict while titles are kept by it."""
    name = _name_of(tx.connection, profiles, profile_id)
    used = tx.execute(select(func.count()).where(slots.c.profile == name)).scalar_one()
    if used:
        raise Conflict(f"{used} titles are kept by the profile '{name}': give them another one first")
    tx.execute(delete(profiles).where(profiles.c.id == profile_id))


def add_format(tx: Transaction, one: CustomFormat) -> int:
    """Keep a new custom format. Conflict when its name is taken."""
    return _add(tx, custom_formats, one)


def change_format(tx: Transaction, format_id: int, one: CustomFormat) -> None:
    """Keep a custom format as it is now; the profiles score it by its new name."""
    former = _change(tx, custom_formats, format_id, one)
    if former != one.name:
        _rescore(tx, former, one.name)


def remove_format(tx: Transaction, format_id: int) -> None:
    """Forget a custom format, and its scores."""
    name = _name_of(tx.connection, custom_formats, format_id)
    tx.execute(delete(custom_formats).where(custom_formats.c.id == format_id))
    _rescore(tx, name, None)


def keep_sizes(tx: Transaction, sizes: Mapping[str, QualitySize]) -> None:
    """These instead of all former ones."""
    tx.execute(delete(quality_sizes))
    for quality, size in sizes.items():
        values = {"least": size.least, "preferred": size.preferred, "most": size.most}
        tx.execute(insert(quality_sizes).values(quality=quality, **values))


def keep_release_profiles(tx: Transaction, kept: Sequence[ReleaseProfile]) -> None:
    """These instead of all former ones."""
    _replace(tx, release_profiles, kept)


def keep_delay_profiles(tx: Transaction, kept: Sequence[DelayProfile]) -> None:
    """These, in this order, instead of all former ones."""
    _replace(tx, delay_profiles, kept)


def keep_preferences(tx: Transaction, propers: Propers, limits: Limits, indexers: Mapping[str, IndexerTerms]) -> None:
    """The rest of what the house says of releases."""
    told = {
        "propers": str(propers),
        "limits": _LIMITS.dump_python(limits, mode="json"),
        "indexers": _INDEXERS.dump_python(dict(indexers), mode="json"),
    }
    for name, value in told.items():
        _keep_preference(tx, name, value)


def read_naming(db: Connection) -> NamingScheme:
    """How files and folders are called."""
    kept = db.execute(select(house_preferences.c.value).where(house_preferences.c.name == "naming")).scalar()
    return _NAMING.validate_python(kept) if kept else DEFAULT


def keep_naming(tx: Transaction, scheme: NamingScheme) -> None:
    """From now on files are called so."""
    _keep_preference(tx, "naming", _NAMING.dump_python(scheme, mode="json"))


def read_definitions_source(db: Connection) -> str | None:
    """Where definitions of indexers come from, as the owner said it on the page; None when never said."""
    kept = db.execute(select(house_preferences.c.value).where(house_preferences.c.name == "definitions")).scalar()
    return kept if isinstance(kept, str) else None


def keep_definitions_source(tx: Transaction, source: str) -> None:
    """From now on definitions come from there."""
    _keep_preference(tx, "definitions", source)


def is_done(db: Connection, what: str) -> bool:
    """Whether something that is done once in a house's life is done."""
    found = select(house_preferences.c.name).where(house_preferences.c.name == f"done {what}")
    return db.execute(found).first() is not None


def keep_done(tx: Transaction, what: str) -> None:
    """It is done, and not to be done again."""
    _keep_preference(tx, f"done {what}", True)


def _keep_preference(tx: Transaction, name: str, value: Any) -> None:
    tx.execute(delete(house_preferences).where(house_preferences.c.name == name))
    tx.execute(insert(house_preferences).values(name=name, value=value))


def is_new(db: Connection) -> bool:
    """Whether nothing of all this was ever kept."""
    return db.execute(select(func.count()).select_from(profiles)).scalar_one() == 0


def settle_in(tx: Transaction, formats: Iterable[CustomFormat], kept: Iterable[Profile]) -> None:
    """Give a new house its first tastes; a house that has some keeps them."""
    if is_new(tx.connection):
        known = {one.name for one in read_formats(tx.connection).values()}
        for one in formats:
            if one.name not in known:
                add_format(tx, one)
        for profile in kept:
            add_profile(tx, profile)


def _read(db: Connection, table: Table, kind: type[T]) -> dict[int, T]:
    shape = _SHAPES[kind]
    return {row.id: shape.validate_python(row.body) for row in db.execute(select(table).order_by(table.c.place))}


def _body(one: T) -> Any:
    return _SHAPES[type(one)].dump_python(one, mode="json", exclude=_DERIVED)


def _add(tx: Transaction, table: Table, one: T) -> int:
    _check_name(tx.connection, table, one.name)
    last = tx.execute(select(func.max(table.c.place))).scalar()
    return tx.insert(table, name=one.name, place=(last or 0) + 1, body=_body(one))


def _change(tx: Transaction, table: Table, row_id: int, one: T) -> str:
    """Write it anew; returns the name that it had."""
    former = _name_of(tx.connection, table, row_id)
    _check_name(tx.connection, table, one.name, but=row_id)
    tx.execute(update(table).where(table.c.id == row_id).values(name=one.name, body=_body(one)))
    return former


def _replace(tx: Transaction, table: Table, kept: Sequence[T]) -> None:
    tx.execute(delete(table))
    for one in kept:
        _add(tx, table, one)


def _check_name(db: Connection, table: Table, name: str, but: int = 0) -> None:
    names = db.execute(select(table.c.name).where(table.c.id != but)).scalars()
    if name.casefold() in {known.casefold() for known in names}:
        raise Conflict(f"there is one called '{name}' already", field="name")


def _name_of(db: Connection, table: Table, row_id: int) -> str:
    name: str | None = db.execute(select(table.c.name).where(table.c.id == row_id)).scalar()
    if name is None:
        raise NotFound(f"there is no such thing among the {table.name.replace('_', ' ')}: {row_id}")
    return name


def _rescore(tx: Transaction, former: str, name: str | None) -> None:
    for profile_id, profile in read_profiles(tx.connection).items():
        if former in profile.scores:
            scores = {name if key == former else key: score for key, score in profile.scores.items()}
            told = {key: score for key, score in scores.items() if key is not None}
            _change(tx, profiles, profile_id, replace(profile, scores=told))
