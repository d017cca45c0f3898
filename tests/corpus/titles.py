"""Titles cleaned, turned into addresses, and recognised as what the scene writes."""

from collections.abc import Callable
from typing import Any

from matinee.media.parse import clean_title
from matinee.media.parse.ids import normalize_imdb
from matinee.media.parse.scene import is_scene_name, scene_name
from matinee.media.parse.slug import url_slug
from matinee.media.parse.titles import episode_title_key
from matinee.media.title import Kind

Record = dict[str, Any]


def _clean(kind: Kind) -> Callable[[Record, Kind | None], Record]:
    return lambda record, asker: {"clean_title": clean_title(record["input"], kind)}


def _slug(record: Record, asker: Kind | None) -> Record:
    args = record.get("args") or {}
    slug = url_slug(
        record["input"],
        dash_for_others=args.get("invalid_dash_replacement", False),
        trim=args.get("trim_end_chars", "-_") or "",
        once=args.get("deduplicate_chars", "-_") or "",
    )
    return {"slug": slug}


ANSWERS: dict[str, Callable[[Record, Kind | None], Record]] = {
    "clean_movie_title": _clean(Kind.MOVIE),
    "clean_series_title": _clean(Kind.SERIES),
    "to_url_slug": _slug,
    "normalize_imdb_id": lambda record, asker: {"imdb_id": normalize_imdb(record["input"])},
    "normalize_episode_title": lambda record, asker: {"normalized_title": episode_title_key(record["input"])},
    "is_scene_title": lambda record, asker: {"is_scene_title": is_scene_name(record["input"], asker)},
    "get_scene_title": lambda record, asker: {"scene_title": scene_name(record["input"], asker)},
}
