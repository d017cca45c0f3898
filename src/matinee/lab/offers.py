"""The releases the lab's indexer offers: good ones, poor ones, and some that are not what they say."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from matinee.lab.catalogue import LabTitle
from matinee.lab.reels import COMET_REEL, DREAM_REEL, HARBOUR_REEL, ORCHARD_REEL, SALT_REEL, SAMPLE_SECONDS, Cut, Reel

MB = 1024 * 1024
NOTHING: Mapping[str, bytes] = {}
MOVIE_FOREIGN, MOVIE_SD, MOVIE_HD, MOVIE_UHD = 2010, 2030, 2040, 2045
MOVIE_BLURAY, MOVIE_DVD, MOVIE_WEB = 2050, 2070, 2080
TV_WEB, TV_SD, TV_HD, TV_UHD = 5010, 5030, 5040, 5045


@dataclass(frozen=True, slots=True)
class Ghost:
    """A file of which only size and checksums were ever seen; nobody has its bytes."""

    size: int


@dataclass(frozen=True, slots=True)
class PackedFile:
    """A file inside a release, at its path there; `source` is a cut of a reel, the bytes themselves, or a ghost."""

    path: str
    source: Cut | Ghost | bytes


@dataclass(frozen=True, slots=True)
class Offer:
    """One release: what the indexer says of it, what is really inside, and its `flaw` in words for people.

    A release of one file named as itself is a single-file torrent, any other a folder. `listed_size` is what
    the indexer claims when that is not the truth; `climbing` marks the one that is only shown as a fault.
    """

    name: str
    title: LabTitle
    files: tuple[PackedFile, ...]
    seeders: int
    categories: tuple[int, ...]
    flaw: str = ""
    listed_size: int | None = None
    season: int | None = None
    episode: int | None = None
    language: str = "English"
    identified: bool = True
    climbing: bool = False

    @property
    def is_ghost(self) -> bool:
        """Whether nobody can have it."""
        return any(isinstance(file.source, Ghost) for file in self.files)

    @property
    def is_single_file(self) -> bool:
        """Whether its torrent is one file, not a folder."""
        return len(self.files) == 1 and self.files[0].path.startswith(f"{self.name}.")


def _single(name: str, cut: Cut, seeders: int, *categories: int, **facts: Any) -> Offer:
    """A release that is one file."""
    files = (PackedFile(f"{name}.{cut.container}", cut),)
    return Offer(name, cut.reel.title, files, seeders, categories, **facts)


def _boxed(
    name: str, cut: Cut, seeders: int, *categories: int, extra: Mapping[str, bytes] = NOTHING, **facts: Any
) -> Offer:
    """A release that is a folder: the film and what lies beside it."""
    nfo = f"{name}\n\nA film of the Matinee lab. It was made on this machine.\n".encode()
    beside = tuple(PackedFile(path, body) for path, body in {f"{name}.nfo": nfo, **extra}.items())
    files = (PackedFile(f"{name}.{cut.container}", cut), *beside)
    return Offer(name, cut.reel.title, files, seeders, categories, **facts)


def _ghost(name: str, title: LabTitle, size: int, seeders: int, *categories: int, **facts: Any) -> Offer:
    """A release that nobody has, whatever its seeders."""
    return Offer(name, title, (PackedFile(f"{name}.mkv", Ghost(size)),), seeders, categories, **facts)


def _films(reel: Reel, name: str) -> Iterator[Offer]:
    """What every film is offered as."""
    title, dvd, cam = reel.title, Cut(reel, 480, 1200, "mkv"), Cut(reel, 360, 700, "mp4")
    yield _single(f"{name}.1080p.WEB-DL.AAC2.0.H.264-LAB", Cut(reel, 1080, 6600, "mp4"), 24, MOVIE_WEB, MOVIE_HD)
    yield _ghost(f"{name}.2160p.WEB-DL.DDP5.1.HEVC-GIANT", title, 4400 * MB, 41, MOVIE_UHD, flaw="is far too large")
    yield _ghost(
        f"{name}.1080p.BluRay.REMUX.AVC.DTS-HD.MA.5.1-VAULT",
        title,
        1900 * MB,
        17,
        MOVIE_BLURAY,
        MOVIE_HD,
        flaw="is too large for one minute",
    )
    yield _boxed(f"{name}.720p.HDTV.x264-SOFA", Cut(reel, 720, 2400, "mkv"), 9, MOVIE_HD)
    yield _single(f"{name}.480p.DVDRip.x264-DISC", dvd, 6, MOVIE_DVD, MOVIE_SD)
    yield _single(f"{name}.HDCAM.x264-SHAKY", cam, 77, MOVIE_SD, flaw="was filmed from the third row")


def _episodes(reel: Reel, name: str, number: int) -> Iterator[Offer]:
    """What every episode is offered as."""
    title, hd, sd = reel.title, Cut(reel, 720, 2400, "mkv"), Cut(reel, 480, 1200, "mkv")
    aired: dict[str, Any] = {"season": 1, "episode": number}
    yield _single(f"{name}.1080p.WEB-DL.AAC2.0.H.264-LAB", Cut(reel, 1080, 4400, "mp4"), 31, TV_WEB, TV_HD, **aired)
    yield _ghost(
        f"{name}.2160p.WEB-DL.DDP5.1.HEVC-GIANT", title, 2600 * MB, 12, TV_UHD, flaw="is far too large", **aired
    )
    yield _boxed(f"{name}.720p.HDTV.x264-SOFA", hd, 14, TV_HD, **aired)
    yield _single(f"{name}.HDTV.x264-OLD", sd, 5, TV_SD, **aired)


def _of_tin_comet() -> Iterator[Offer]:
    """In German; without seeders; another film with a similar name."""
    german = Cut(COMET_REEL, 1080, 6600, "mp4", language="ger")
    yield _single(
        "Tin.Comet.2021.GERMAN.1080p.WEB-DL.AAC2.0.H.264-KINO",
        german,
        8,
        MOVIE_FOREIGN,
        MOVIE_HD,
        flaw="speaks German",
        language="German",
    )
    yield _ghost(
        "Tin.Comet.2021.1080p.BluRay.x264-GONE",
        COMET_REEL.title,
        58 * MB,
        0,
        MOVIE_BLURAY,
        MOVIE_HD,
        flaw="has no seeders",
    )
    yield _single(
        "Tin.Comet.Rising.2014.1080p.BluRay.x264-OTHER",
        Cut(COMET_REEL, 480, 1200, "mkv"),
        19,
        MOVIE_BLURAY,
        MOVIE_HD,
        flaw="is another film",
        identified=False,
    )


def _of_salt_lighthouse() -> Iterator[Offer]:
    """The best by its name, but not by its picture."""
    yield _boxed(
        "The.Salt.Lighthouse.2019.1080p.BluRay.x264-FLASH",
        Cut(SALT_REEL, 360, 6000, "mp4"),
        38,
        MOVIE_BLURAY,
        MOVIE_HD,
        flaw="says 1080p, is 360p",
    )


def _of_paper_orchard() -> Iterator[Offer]:
    """One with a program inside, one that is a sample only."""
    yield _boxed(
        "Paper.Orchard.2023.1080p.BluRay.x264-SETUP",
        Cut(ORCHARD_REEL, 1080, 6600, "mp4"),
        45,
        MOVIE_BLURAY,
        MOVIE_HD,
        extra={"codec.exe": b"MZ harmless, but no film needs it\r\n"},
        flaw="brings a program along",
    )
    name = "Paper.Orchard.2023.1080p.WEB-DL.AAC2.0.H.264-TASTER"
    taste = Cut(ORCHARD_REEL, 1080, 6600, "mp4", seconds=SAMPLE_SECONDS)
    yield Offer(
        name,
        ORCHARD_REEL.title,
        (PackedFile(f"Sample/{name}-sample.mp4", taste),),
        52,
        (MOVIE_WEB, MOVIE_HD),
        flaw="is only a sample",
        listed_size=52 * MB,
    )


def _of_night_tram() -> Iterator[Offer]:
    """The whole season, and another series with a similar name."""
    pack = tuple(
        PackedFile(f"Night.Tram.S01E0{number}.720p.HDTV.x264-SOFA.mkv", Cut(reel, 720, 2400, "mkv"))
        for number, reel in enumerate((HARBOUR_REEL, DREAM_REEL), 1)
    )
    yield Offer("Night.Tram.S01.720p.HDTV.x264-SOFA", HARBOUR_REEL.title, pack, 11, (TV_HD,), season=1)
    yield _single(
        "Last.Night.Tram.S01E01.1080p.WEB-DL.H.264-OTHER",
        Cut(HARBOUR_REEL, 480, 1200, "mkv"),
        22,
        TV_WEB,
        TV_HD,
        flaw="is another series",
        season=1,
        episode=1,
        identified=False,
    )


def _climbing(reel: Reel, name: str, episode: int | None = None) -> Offer:
    """The release whose file wants to lie outside its folder."""
    return Offer(
        f"{name}.1080p.BluRay.x264-CLIMB",
        reel.title,
        (PackedFile("../../evil.mp4", Cut(reel, 480, 1200, "mkv")),),
        99,
        (TV_HD,) if episode else (MOVIE_BLURAY, MOVIE_HD),
        flaw="has a file name that climbs out of its folder",
        listed_size=57 * MB,
        season=1 if episode else None,
        episode=episode,
        climbing=True,
    )


OFFERS: tuple[Offer, ...] = (
    *_films(COMET_REEL, "Tin.Comet.2021"),
    *_films(SALT_REEL, "The.Salt.Lighthouse.2019"),
    *_films(ORCHARD_REEL, "Paper.Orchard.2023"),
    *_episodes(HARBOUR_REEL, "Night.Tram.S01E01", 1),
    *_episodes(DREAM_REEL, "Night.Tram.S01E02", 2),
    *_of_tin_comet(),
    *_of_salt_lighthouse(),
    *_of_paper_orchard(),
    *_of_night_tram(),
    _climbing(COMET_REEL, "Tin.Comet.2021"),
    _climbing(SALT_REEL, "The.Salt.Lighthouse.2019"),
    _climbing(ORCHARD_REEL, "Paper.Orchard.2023"),
    _climbing(HARBOUR_REEL, "Night.Tram.S01E01", 1),
    _climbing(DREAM_REEL, "Night.Tram.S01E02", 2),
)
CUTS: tuple[Cut, ...] = tuple(
    dict.fromkeys(file.source for offer in OFFERS for file in offer.files if isinstance(file.source, Cut))
)
