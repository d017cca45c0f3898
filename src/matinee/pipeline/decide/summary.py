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
