"""What is filmed: the reels of the lab, and the cuts of them that releases carry."""

from dataclasses import dataclass

from matinee.lab.catalogue import NIGHT_TRAM, PAPER_ORCHARD, SALT_LIGHTHOUSE, TIN_COMET, LabTitle

FILM_SECONDS = 60
SAMPLE_SECONDS = 8
WIDTHS = {1080: 1920, 720: 1280, 480: 854, 360: 640}


@dataclass(frozen=True, slots=True)
class Scene:
    """A chapter: its name and its chord in whole Hz."""

    name: str
    chord: tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Reel:
    """One film or episode to be made: four scenes of equal length."""

    slug: str
    title: LabTitle
    label: str
    scenes: tuple[Scene, Scene, Scene, Scene]


@dataclass(frozen=True, slots=True)
class Cut:
    """A reel as one file: lines, bitrate of the picture in kbit/s, language of the sound, length in seconds."""

    reel: Reel
    height: int
    kbit: int
    container: str
    language: str = "eng"
    seconds: int = FILM_SECONDS

    @property
    def file_name(self) -> str:
        """A name that tells cuts apart."""
        return f"{self.reel.slug}-{self.height}-{self.kbit}k-{self.language}-{self.seconds}s.{self.container}"


COMET_REEL = Reel(
    "tin-comet",
    TIN_COMET,
    "Tin Comet",
    (
        Scene("The Scrapyard", (220, 277, 330)),
        Scene("Solder and Stars", (196, 247, 294)),
        Scene("Lift-off", (262, 330, 392)),
        Scene("It Does Not Come Down", (175, 220, 262)),
    ),
)
SALT_REEL = Reel(
    "salt-lighthouse",
    SALT_LIGHTHOUSE,
    "The Salt Lighthouse",
    (
        Scene("The Keeper", (147, 175, 220)),
        Scene("A Letter of Complaint", (165, 196, 247)),
        Scene("Fog", (131, 156, 196)),
        Scene("The Ship", (196, 247, 294)),
    ),
)
ORCHARD_REEL = Reel(
    "paper-orchard",
    PAPER_ORCHARD,
    "Paper Orchard",
    (
        Scene("Old Letters", (262, 330, 392)),
        Scene("Folding", (294, 370, 440)),
        Scene("Winter", (220, 262, 330)),
        Scene("The First Answer", (330, 415, 494)),
    ),
)
HARBOUR_REEL = Reel(
    "night-tram-s01e01",
    NIGHT_TRAM,
    "Night Tram: Last Stop, Harbour",
    (
        Scene("Depot", (110, 131, 165)),
        Scene("Tomorrow's Ticket", (123, 147, 185)),
        Scene("Do Not Look Out", (104, 131, 156)),
        Scene("Harbour", (131, 165, 196)),
    ),
)
DREAM_REEL = Reel(
    "night-tram-s01e02",
    NIGHT_TRAM,
    "Night Tram: The Conductor Dreams",
    (
        Scene("An Empty Car", (117, 139, 175)),
        Scene("The Bell", (131, 156, 196)),
        Scene("Where He Was Happy", (147, 185, 220)),
        Scene("Terminus", (98, 117, 147)),
    ),
)
REELS = (COMET_REEL, SALT_REEL, ORCHARD_REEL, HARBOUR_REEL, DREAM_REEL)
