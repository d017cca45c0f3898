"""A search in one sentence: how many releases there were and why most of them would not do."""

from collections import Counter
from collections.abc import Sequence

from matinee.pipeline.decide.decision import Decision

PHRASES = {
    "title": "another title",
    "episode": "another episode",
    "blocklist": "on the blocklist",
    "protocol": "without a download client",
    "sample": "only a sample",
    "disc": "a raw disc",
    "quality": "unwanted quality",
    "size": "too large",
    "least size": "too small",
    "language": "wrong language",
    "seeders": "without seeders",
    "age": "too fresh",
    "anime_version": "another group's version",
    "availability": "before the film is out",
    "delay": "waiting for something better",
    "flags": "without the flag asked for",
    "held": "no better than the file",
    "history": "no better than the last grab",
    "imported": "imported before",
    "indexer": "from an indexer that rests",
    "largest": "over the house's limit",
    "monitored": "not monitored",
    "multi_season": "several seasons in one",
    "pending": "behind others in line",
    "proper": "a proper that is not worth it",
    "queue": "no better than what is on its way",
    "repack": "another group's repack",
    "retention": "too old",
    "same_episodes": "with fewer episodes",
    "score": "below the least score",
    "season": "of a season not over",
    "season_pack": "not the whole season",
    "space": "too large for the disk",
    "split": "half an episode",
    "subtitles": "with burnt-in subtitles",
    "tags": "from an indexer for others",
    "words": "against the owner's words",
}


def summarise(decisions: Sequence[Decision]) -> str:
    """`12 releases; 9 refused: 4 too large, 3 wrong language, 2 without seeders`: each counts by its first reason."""
    refused = [decision for decision in decisions if not decision.approved]
    told = f"{len(decisions)} release{'s' * (len(decisions) != 1)}" if decisions else "no releases"
    if not refused:
        return told + ("; none refused" if decisions else "")
    counted = Counter(PHRASES.get(d.reasons[0].rule, d.reasons[0].rule) for d in refused)
    return f"{told}; {len(refused)} refused: " + ", ".join(
        f"{count} {phrase}" for phrase, count in counted.most_common()
    )
