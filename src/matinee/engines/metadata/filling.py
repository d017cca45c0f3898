"""What one catalogue does not tell of a title is taken from another, and stays marked as such."""

from dataclasses import replace

from matinee.engines.metadata.numbers import merged
from matinee.media.title import Episode, ExternalIds, Kind, Title, TitleRef


def lacks(title: Title) -> tuple[str, ...]:
    """The parts a page needs that are missing: worth asking another catalogue."""
    parts = ("overview", "poster", "runtime_minutes", *(("episodes",) if title.kind is Kind.SERIES else ()))
    return tuple(part for part in parts if not getattr(title, part))


def filled(title: Title, other: Title) -> Title:
    """The title, and what it lacks from the other; a number of its own is never changed."""
    return replace(
        title,
        year=title.year or other.year,
        ids=merged(title.ids, other.ids),
        overview=title.overview or other.overview,
        tagline=title.tagline or other.tagline,
        runtime_minutes=title.runtime_minutes or other.runtime_minutes,
        genres=title.genres or other.genres,
        rating=title.rating or other.rating,
        status=title.status or other.status,
        released=title.released or other.released,
        original_name=title.original_name or other.original_name,
        poster=title.poster or other.poster,
        backdrop=title.backdrop or other.backdrop,
        original_language=title.original_language or other.original_language,
        episodes=title.episodes or _marked(other),
    )


def in_the_name_of(ref: TitleRef, told: Title, ids: ExternalIds) -> Title:
    """What another catalogue tells, under the reference that was asked for."""
    return replace(told, ref=ref, ids=merged(ids, told.ids), episodes=_marked(told))


def _marked(told: Title) -> tuple[Episode, ...]:
    """Its episodes, with numbers that cannot be taken for another catalogue's: `tvdb:349232`."""
    mark = f"{told.ref.source}:"
    return tuple(
        one if ":" in one.source_id else replace(one, source_id=f"{mark}{one.source_id}") for one in told.episodes
    )
