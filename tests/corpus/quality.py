"""How fine a picture a name promises, in the words of whoever asks."""

from collections.abc import Callable
from typing import Any

from matinee.media.parse import ReleaseName, read_name
from matinee.media.quality import Source, name_in, resolution_in, source_in
from matinee.media.title import Kind

FILMED = (Source.CAM, Source.TELESYNC, Source.TELECINE, Source.WORKPRINT)


def answer_quality(name: ReleaseName, asker: Kind | None) -> dict[str, Any]:
    """All that is asked of a quality."""
    of_series = (asker or name.kind) is Kind.SERIES
    quality = name.quality
    return {
        "quality": name_in(quality, of_series=of_series),
        "quality_source": source_in(quality, of_series=of_series),
        "quality_resolution": name.resolution
        if quality.source in FILMED
        else resolution_in(quality, of_series=of_series),
        "quality_modifier": quality.modifier or "none",
        "revision_version": name.revision.version,
        "revision_real": name.revision.real,
        "is_repack": name.is_repack,
        "source_detected_from": name.source_from,
        "resolution_detected_from": name.resolution_from,
    }


def _parse_quality(record: dict[str, Any], asker: Kind | None) -> dict[str, Any]:
    return answer_quality(read_name(record["input"], asker), asker)


ANSWERS: dict[str, Callable[[dict[str, Any], Kind | None], dict[str, Any]]] = {"parse_quality": _parse_quality}
