"""Out of what a row has told, a release: with what can be concluded of it, or the reason why it is none."""

from matinee.engines.indexer.language.links import public_magnet
from matinee.engines.indexer.pages.normalise import Draft
from matinee.media.magnet import infohash_of, v1_infohash
from matinee.media.release import Release
from matinee.media.title import ExternalIds

_ATTRIBUTES = ("genre", "author", "booktitle", "publisher", "artist", "album", "label", "track", "coverurl")


_OF_DOWNLOAD = {0.0: "freeleech", 0.5: "halfleech"}
_OF_UPLOAD = {0.0: "neutralleech", 2.0: "doubleupload"}


class NotARelease(ValueError):
    """The row lacks what a release must have; the message names it."""


def release_of(draft: Draft, *, indexer: str, priority: int, is_private: bool, is_interactive: bool) -> Release:
    """The release. Raises NotARelease: a person's own search is also shown those without size or category."""
    name = _checked_name(draft, is_interactive=is_interactive)
    infohash, magnet = _torrent(draft, name, is_private=is_private)
    link = draft.download or magnet
    if link is None:
        raise NotARelease("it has neither a download nor a magnet link")
    numbers, factors = draft.numbers, draft.factors
    down, up = factors.get("downloadvolumefactor", 1.0), factors.get("uploadvolumefactor", 1.0)
    return Release(
        guid=link,
        name=name,
        indexer=indexer,
        download_url=link,
        size=draft.size or 0,
        published=draft.published,
        seeders=numbers.get("seeders"),
        leechers=numbers.get("leechers"),
        categories=tuple(draft.categories or ()),
        infohash=infohash,
        ids=_ids(draft),
        page_url=draft.details or draft.texts.get("comments"),
        indexer_priority=priority,
        flags=_flags(draft, down, up),
        magnet_url=magnet,
        grabs=numbers.get("grabs"),
        files=numbers.get("files"),
        download_factor=down,
        upload_factor=up,
        minimum_ratio=factors.get("minimumratio"),
        minimum_seed_time=numbers.get("minimumseedtime"),
        description=draft.description or "",
        attributes=_attributes(draft),
    )


def _checked_name(draft: Draft, *, is_interactive: bool) -> str:
    if draft.title is None or not draft.title.strip():
        raise NotARelease("it has no title")
    if not is_interactive and (draft.size is None or draft.categories is None):
        raise NotARelease(f"it has no {'size' if draft.size is None else 'category'}")
    return draft.title.strip()


def _torrent(draft: Draft, name: str, *, is_private: bool) -> tuple[str | None, str | None]:
    """The infohash and the magnet link, each from the other where only one is told."""
    infohash = v1_infohash((draft.infohash or "").strip())
    if draft.magnet is not None:
        return infohash_of(draft.magnet) or infohash, draft.magnet
    if infohash is None or is_private:
        return infohash, None
    return infohash, public_magnet(infohash, name, with_trackers=True)


def _ids(draft: Draft) -> ExternalIds:
    told = draft.numbers
    imdb = told.get("imdbid") or told.get("imdb")
    return ExternalIds(
        tmdb=told.get("tmdbid") or None,
        imdb=f"tt{imdb:07}" if imdb else None,
        tvdb=told.get("tvdbid") or None,
        tvmaze=told.get("tvmazeid") or None,
        rage=told.get("rageid") or None,
        trakt=told.get("traktid") or None,
    )


def _flags(draft: Draft, down: float, up: float) -> frozenset[str]:
    told = [_OF_DOWNLOAD.get(down), _OF_UPLOAD.get(up)]
    if draft.description and draft.description.startswith("Internal"):
        told.append("internal")
    return frozenset(flag for flag in told if flag)


def _attributes(draft: Draft) -> tuple[tuple[str, str], ...]:
    texts = [(name, draft.texts[name]) for name in _ATTRIBUTES if draft.texts.get(name)]
    numbers = [(name, str(draft.numbers[name])) for name in ("year", "doubanid") if draft.numbers.get(name)]
    return (*texts, *numbers)
