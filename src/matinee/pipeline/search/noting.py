"""What was asked of an indexer, or taken from it, as the history keeps it: in words, and without secrets."""

from datetime import datetime

from matinee.kernel.redact import redact
from matinee.media.indexing import Question
from matinee.media.release import Release
from matinee.pipeline.search.wording import details_of, in_words
from matinee.store.indexers import IndexerEvent, StoredIndexer


def asked(
    stored: StoredIndexer,
    question: Question,
    moment: datetime,
    *,
    source: str,
    seconds: float = 0.0,
    results: int = 0,
    reason: str = "",
    cached: bool = False,
) -> IndexerEvent:
    """A search, or a look at the newest uploads; `reason` says why it failed."""
    return IndexerEvent(
        indexer_id=stored.id,
        indexer=stored.name,
        at=moment,
        kind="rss" if question.is_rss else "query",
        ok=not reason,
        seconds=seconds,
        results=results,
        text=in_words(question),
        source=source,
        reason=reason,
        cached=cached,
        details=details_of(question),
    )


def grabbed(
    stored: StoredIndexer, release: Release, moment: datetime, *, source: str, seconds: float, reason: str = ""
) -> IndexerEvent:
    """A download, with what is needed to find the release again."""
    details = {"guid": redact(release.guid), "infohash": release.infohash or "", "size": str(release.size)}
    return IndexerEvent(
        indexer_id=stored.id,
        indexer=stored.name,
        at=moment,
        kind="grab",
        ok=not reason,
        seconds=seconds,
        text=redact(release.name),
        source=source,
        reason=reason,
        details={name: told for name, told in details.items() if told},
    )


def is_of_grab(event: IndexerEvent, release: Release) -> bool:
    """Whether it is the release that was taken then."""
    infohash = event.details.get("infohash")
    same_hash = bool(infohash) and infohash == release.infohash
    return same_hash or redact(release.guid) == event.details.get("guid") or redact(release.name) == event.text
