"""Files from the internet are judged twice: by their list before the download, by what they hold before the library."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePath, PurePosixPath

from matinee.media.file import MediaFacts, is_archive, is_disc_image, is_executable, is_video
from matinee.media.nzb_file import NzbFile
from matinee.media.parse import ReleaseName, read_name
from matinee.media.title import Kind
from matinee.media.wanted import Wanted
from matinee.pipeline.decide.candidate import MB
from matinee.pipeline.decide.decision import Reason
from matinee.pipeline.decide.episode import tells_the_episode
from matinee.pipeline.decide.sample import LARGEST_SAMPLE

SLACK_SECONDS = 30  # running times are told in whole minutes, and clips of a minute are films, too
LEAST_SHARE = 0.5  # of the running time; less is a sample or a part
LONGEST_SHARE = 3.0  # of the running time; more is another film
LEAST_MB_PER_MINUTE = ((2160, 3.0), (1080, 1.0), (720, 0.6), (0, 0.15))  # from so many lines on; far below any encode
PASSWORD_WORDS = ("password", "passwort", "contraseña", "mot de passe")
FINEST_FIRST = ((2160, 3000, 1700), (1080, 1700, 960), (720, 1150, 640))  # lines, and the least width or height of them

FIRST_TALKIES = 1930  # films of the years before may be silent
UNPACKING = ("_unpack_", "_failed_")  # how usenet clients call a folder that is not ready
REPAIRS = (".par2", ".sfv", ".nzb", ".srr", ".srs")  # what travels beside a film to mend or to prove it
NEVER = frozenset({"path", "program"})  # what nobody can wish for, not even by hand

_HALF = re.compile(r"(?<![a-z0-9])(?:cd|dis[ck]|dvd)[\s._-]?([1-9])(?![a-z0-9])", re.I)
_PART = re.compile(r"(?<![a-z0-9])(?:part|pt)[\s._-]?([1-9])(?![a-z0-9])", re.I)


@dataclass(frozen=True, slots=True)
class ListedFile:
    """A file of a download as the torrent or the folder names it; size in bytes."""

    path: str | PurePath
    size: int

    @property
    def parts(self) -> tuple[str, ...]:
        """Folders and name, whichever slash the maker used."""
        return tuple(str(self.path).replace("\\", "/").split("/"))

    @property
    def pure(self) -> PurePosixPath:
        """The path to look at, with one kind of slash."""
        return PurePosixPath(*self.parts)


def judge_listing(files: Sequence[ListedFile], wanted: Wanted) -> list[Reason]:
    """Everything that speaks against a download, by its file names and sizes alone."""
    verdicts = [reason for rule in (*_SAFE, *_RULES) if (reason := rule(files))]
    verdicts += [halves] if not verdicts and (halves := _is_in_one_piece(files, wanted)) else []
    if verdicts:
        return verdicts
    if choose_video(files, wanted) is None:
        return [Reason("episode", f"none of its {len(_films(files))} films reads as {wanted.label}")]
    return []


def judge_before_download(files: Sequence[ListedFile], name: ReleaseName, wanted: Wanted) -> list[Reason]:
    """Everything that its list of files tells against a release before a byte of it is there."""
    verdicts = judge_listing(files, wanted)
    if verdicts:
        return verdicts
    film = choose_video(files, wanted)
    size = next((file.size for file in files if _as_listed(file) == film), 0)
    rules = (_is_no_stub(size, name, wanted), _pack_is_whole(files, name, wanted))
    return [reason for reason in rules if reason]


def judge_nzb(nzb: NzbFile, name: ReleaseName, wanted: Wanted) -> list[Reason]:
    """Everything that an NZB tells against a release. Its client unpacks, with the password that it tells."""
    files = [ListedFile(told, size) for told, size in nzb.files if not told.lower().endswith(REPAIRS)]
    if _films(files) and not any(is_archive(file.pure) for file in files):
        return judge_before_download(files, name, wanted)
    rules = [rule for rule in _SAFE if rule is not _needs_no_password or not nzb.password]
    verdicts = [reason for rule in rules if (reason := rule(files))]
    stub = None if verdicts else _is_no_stub(sum(file.size for file in files), name, wanted)
    return [*verdicts, stub] if stub else verdicts


def choose_video(files: Sequence[ListedFile], wanted: Wanted) -> PurePosixPath | None:
    """The path of the film itself: the largest that is no sample; of a series the one that reads as the episode."""
    films = sorted(_films(files), key=lambda file: file.size, reverse=True)
    if wanted.episode is None or not films:
        return _as_listed(films[0]) if films else None
    fitting = [file for file in films if _reads_as_episode(file, wanted)]
    if not fitting and len(films) == 1 and not _tells_another(films[0], wanted):
        return _as_listed(films[0])
    return _as_listed(fitting[0]) if fitting else None


def judge_facts(facts: MediaFacts, name: ReleaseName, wanted: Wanted) -> list[Reason]:
    """Everything that speaks against a downloaded file, by what a probe found inside."""
    if not facts.video_codec or not facts.width or not facts.height:
        return [Reason("video", "it has no picture")]
    verdicts = (_picture_is_as_named(facts, name), _length_is_sane(facts, name, wanted), _can_be_heard(facts, wanted))
    return [reason for reason in verdicts if reason]


def _is_no_stub(size: int, name: ReleaseName, wanted: Wanted) -> Reason | None:
    """No picture of that many lines fits into so few bytes a minute: it is a fake, or a trailer."""
    minutes = wanted.known_runtime_minutes
    lines = name.resolution or name.quality.resolution
    least = next((mb for told, mb in LEAST_MB_PER_MINUTE if lines >= told), LEAST_MB_PER_MINUTE[-1][1])
    if not minutes or size >= least * MB * minutes:
        return None
    text = (
        f"its film has {size / MB:,.1f} MB for {minutes} minutes, and {lines}p needs {least * minutes:,.0f} MB at least"
    )
    return Reason("stub", text)


def _pack_is_whole(files: Sequence[ListedFile], name: ReleaseName, wanted: Wanted) -> Reason | None:
    """Every episode of the season is among the files."""
    if not name.is_season_pack or not wanted.season:
        return None
    told = [read_name(file.pure.name, Kind.SERIES) for file in _films(files)]
    there = {number for one in told if one.season in (None, name.season) for number in one.episodes}
    missing = [episode.number for episode in wanted.season if episode.number not in there]
    if not missing or not there:
        return None
    listed = ", ".join(f"E{number:02}" for number in missing[:10])
    return Reason("pack", f"{len(missing)} of the season's {len(wanted.season)} episodes are missing: {listed}")


def _stays_inside(files: Sequence[ListedFile]) -> Reason | None:
    for file in files:
        is_absolute = not file.parts[0] or str(file.path)[1:3] in (":/", ":\\")
        if is_absolute or ".." in file.parts:
            return Reason("path", f"{_shown(file)} would be written outside of the download's folder")
        if any(_is_hidden(letter) for letter in str(file.path)):
            return Reason("path", f"{_shown(file)} has invisible characters in its name")
    return None


def _has_no_programs(files: Sequence[ListedFile]) -> Reason | None:
    programs = [file for file in files if is_executable(file.pure)]
    return Reason("program", f"{_shown(programs[0])} is a program, and films need none") if programs else None


def _is_no_disc(files: Sequence[ListedFile]) -> Reason | None:
    discs = [file for file in files if is_disc_image(file.pure)]
    if not discs or max(files, key=lambda file: file.size) not in discs:
        return None
    return Reason("disc", f"{_shown(discs[0])} is an untouched disc or a part of one, not a film file")


def _needs_no_password(files: Sequence[ListedFile]) -> Reason | None:
    """A note with a password, or a word of one, beside packed files: somebody wants to be visited first."""
    packed = [file for file in files if is_archive(file.pure)]
    told = [file for file in files if any(word in file.pure.name.lower() for word in PASSWORD_WORDS)]
    if not packed or not told:
        return None
    return Reason("password", f"its archives want a password ({_shown(told[0])})")


def _is_ready(files: Sequence[ListedFile]) -> Reason | None:
    """The download client has unpacked it, and did not give up."""
    found = [file for file in files if any(part.lower().startswith(UNPACKING) for part in file.parts[:-1])]
    return Reason("unpacking", f"{_shown(found[0])} is still being unpacked", permanent=False) if found else None


def _is_in_one_piece(files: Sequence[ListedFile], wanted: Wanted) -> Reason | None:
    """`CD1` and `CD2` are halves, and halves are not joined; the parts of a series are its episodes."""
    for counted in (_HALF, _PART) if wanted.episode is None else (_HALF,):
        halves = _differ_in_number_only(files, counted)
        if halves:
            text = f"the film is in {len(halves)} parts ({_shown(halves[0])}), and parts are not joined"
            return Reason("parts", text)
    return None


def _differ_in_number_only(files: Sequence[ListedFile], counted: re.Pattern[str]) -> list[ListedFile]:
    """The largest set of films that are called the same but for a number."""
    alike: dict[str, list[ListedFile]] = {}
    for file in _films(files):
        path = str(file.pure.with_suffix("")).lower()
        if counted.search(path):
            alike.setdefault(counted.sub("#", path), []).append(file)
    largest = max(alike.values(), key=len, default=[])
    return largest if len(largest) > 1 else []


def _has_a_film(files: Sequence[ListedFile]) -> Reason | None:
    videos = [file for file in files if is_video(file.pure)]
    if videos:
        return None if _films(files) else Reason("sample", f"{_shown(videos[0])} is only a sample")
    packed = [file for file in files if is_archive(file.pure)]
    if _is_no_disc(files):
        return None
    if packed:
        return Reason("archive", f"the film is packed ({_shown(packed[0])}), and archives are not unpacked yet")
    return Reason("video", f"there is no film among its {len(files)} files")


Rule = Callable[[Sequence[ListedFile]], Reason | None]

_SAFE: tuple[Rule, ...] = (_stays_inside, _has_no_programs, _is_no_disc, _needs_no_password)
_RULES: tuple[Rule, ...] = (_is_ready, _has_a_film)


def _as_listed(file: ListedFile) -> PurePosixPath:
    return PurePosixPath(str(file.path))


def _films(files: Sequence[ListedFile]) -> list[ListedFile]:
    return [file for file in files if is_video(file.pure) and not _is_sample(file)]


def _is_sample(file: ListedFile) -> bool:
    """`Sample/film.mkv` and `film-sample.mkv`, unless it is as large as a film."""
    words = " ".join(file.parts[-2:]).lower().replace(".", " ").replace("-", " ").replace("_", " ").split()
    return file.size < LARGEST_SAMPLE and bool({"sample", "samples"} & set(words))


def _reads_as_episode(file: ListedFile, wanted: Wanted) -> bool:
    """By its own name, or by the nearest folder's that tells an episode."""
    for part in reversed(file.parts):
        name = read_name(part, Kind.SERIES)
        if name.episodes or name.air_date or wanted.absolute in name.absolute:
            return tells_the_episode(name, wanted) and not name.is_split_episode
    return False


def _tells_another(file: ListedFile, wanted: Wanted) -> bool:
    """The only film of a download is the episode that it was grabbed as, unless it says something else."""
    names = [read_name(part, Kind.SERIES) for part in file.parts]
    last, number = names[-1], wanted.episode.number if wanted.episode else None
    is_more = last.is_season_pack or last.is_partial_season or last.is_season_extra
    is_counted_otherwise = bool(last.absolute) and not {number, wanted.absolute} & set(last.absolute)
    return is_more or is_counted_otherwise or any(name.episodes or name.air_date for name in names)


def _picture_is_as_named(facts: MediaFacts, name: ReleaseName) -> Reason | None:
    """Black bars may be cut off above or beside, so either side tells the class."""
    named = next((row for row in FINEST_FIRST if row[0] == name.resolution), None)
    if named is None or facts.width >= named[1] or facts.height >= named[2]:
        return None
    return Reason("resolution", f"its name says {named[0]}p, but the picture has {facts.width}x{facts.height} pixels")


def _length_is_sane(facts: MediaFacts, name: ReleaseName, wanted: Wanted) -> Reason | None:
    """Unknown lengths are no offence; a file of two episodes may be twice as long."""
    minutes = wanted.known_runtime_minutes
    if not minutes or facts.duration <= 0:
        return None
    expected, episodes = minutes * 60, max(1, len(name.episodes))
    told = f"it runs {_in_words(facts.duration)}, and {wanted.label} {_in_words(expected)}"
    if facts.duration < expected * LEAST_SHARE - SLACK_SECONDS:
        return Reason("sample", f"{told}: a sample or a part")
    if facts.duration > expected * episodes * LONGEST_SHARE + SLACK_SECONDS:
        return Reason("duration", f"{told}: another film")
    return None


def _can_be_heard(facts: MediaFacts, wanted: Wanted) -> Reason | None:
    """A film without sound is broken, or as old as the silent ones. Sound that cannot be read still has a language."""
    is_silent_film = wanted.title.year is not None and wanted.title.year < FIRST_TALKIES
    if facts.audio_codec or facts.audio_languages or is_silent_film:
        return None
    return Reason("audio", "it has no sound")


def _in_words(seconds: float) -> str:
    return f"{seconds / 60:.0f} minutes" if seconds >= 120 else f"{seconds:.0f} seconds"


def _is_hidden(letter: str) -> bool:
    """Control characters, halves of letters, and turns of the reading direction: an `exe` dressed as an `mkv`."""
    return unicodedata.category(letter) in ("Cc", "Cs") or unicodedata.bidirectional(letter) in _TURNING


_TURNING = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})


def _shown(file: ListedFile) -> str:
    """The path fit for a sentence."""
    return "'" + "".join("?" if _is_hidden(letter) else letter for letter in str(file.path))[:120] + "'"
