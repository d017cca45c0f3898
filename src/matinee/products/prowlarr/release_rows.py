"""A release as Prowlarr tells it in a search."""

import re
from datetime import datetime

from matinee.media.release import Protocol, Release
from matinee.products.prowlarr.capabilities import category_row
from matinee.products.servarr.fields import Resource
from matinee.products.servarr.status import iso

_NO_WORD = re.compile(r"[^\w\s]+")


def release_row(release: Release, indexer_id: int, *, download: str, magnet: str, now: datetime) -> Resource:
    """The row; both links are ours already. A release without a date counts as uploaded now."""
    published = release.published or now
    age = max((now - published).total_seconds(), 0.0)
    return {
        "guid": release.guid,
        "age": int(age // 86400),
        "ageHours": age / 3600,
        "ageMinutes": age / 60,
        "size": release.size,
        "files": release.files,
        "grabs": release.grabs,
        "indexerId": indexer_id,
        "indexer": release.indexer,
        "title": release.name,
        "sortTitle": _NO_WORD.sub(" ", release.name).lower().strip(),
        "imdbId": _imdb_number(release.ids.imdb),
        "tmdbId": release.ids.tmdb or 0,
        "tvdbId": release.ids.tvdb or 0,
        "tvMazeId": release.ids.tvmaze or 0,
        "publishDate": iso(published),
        "commentUrl": release.page_url,
        "downloadUrl": download or None,
        "infoUrl": release.page_url,
        "posterUrl": dict(release.attributes).get("coverurl"),
        "indexerFlags": sorted(release.flags),
        "categories": [category_row(id) for id in release.categories],
        "protocol": release.protocol.value,
        "fileName": f"{release.name}.{'nzb' if release.protocol is Protocol.USENET else 'torrent'}",
        **(_torrent(release, magnet) if release.protocol is Protocol.TORRENT else {}),
    }


def _torrent(release: Release, magnet: str) -> Resource:
    return {
        "magnetUrl": magnet or None,
        "infoHash": release.infohash,
        "seeders": release.seeders,
        "leechers": release.leechers,
    }


def _imdb_number(imdb: str | None) -> int:
    digits = (imdb or "").removeprefix("tt")
    return int(digits) if digits.isdecimal() and len(digits) < 10 else 0
