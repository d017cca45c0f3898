"""Ask for a film, watch it tonight: a wish is asked, searched, grabbed, downloaded, imported and ready."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stage:
    """One stop of a journey: its name in the store and what it means to the one who waits."""

    name: str
    sentence: str


STORY: tuple[Stage, ...] = (
    Stage("asked", "Somebody in the house wishes to see it."),
    Stage("searched", "Every indexer was asked, and every release was judged."),
    Stage("grabbed", "The best release was handed to a download client."),
    Stage("downloaded", "All of it has arrived and was checked piece by piece."),
    Stage("imported", "The files were judged, named and linked into the library."),
    Stage("ready", "It can be watched."),
)
