"""How quickly 2,000 releases are judged against 200 custom formats and sorted, names read anew each time.

    python bench/decide.py [--rounds 5] [--json FILE]

The releases are made of the field's own words by a fixed seed: the wanted film in every dress, other films, junk.
The formats are of the kinds that the public guides write: streaming services, sound, picture, groups in tiers,
things nobody wants. Beside ours runs the plain way: every expression searched in every name, one after the other.
"""

import argparse
import gc
import random
import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench import measure  # noqa: E402  # found only now when started as a file
from matinee.media.custom_format import Condition, ConditionKind, CustomFormat  # noqa: E402
from matinee.media.formats import compile_formats  # noqa: E402
from matinee.media.parse import read_name  # noqa: E402
from matinee.media.profile import Profile, alone  # noqa: E402
from matinee.media.quality import LADDER  # noqa: E402
from matinee.media.release import Protocol, Release  # noqa: E402
from matinee.media.title import Title, TitleRef  # noqa: E402
from matinee.media.wanted import Wanted  # noqa: E402
from matinee.pipeline.decide import decide  # noqa: E402

AIM_SECONDS = 0.5
RELEASES, FORMATS = 2000, 200
TITLE = Title(ref=TitleRef.parse("movie-tmdb-603"), name="Tin Comet", year=2021, runtime_minutes=101)

SERVICES = [
    "AMZN",
    "NF",
    "DSNP",
    "HMAX",
    "ATVP",
    "PCOK",
    "PMTP",
    "iP",
    "STAN",
    "CRAV",
    "HULU",
    "MAX",
    "VUDU",
    "MA",
    "iT",
    "RED",
    "CC",
    "ROKU",
    "SHO",
    "STRP",
]
SOUNDS = {
    "TrueHD Atmos": r"\bTrue[ .-]?HD.*Atmos\b|\bAtmos.*True[ .-]?HD\b", "DTS X": r"\bDTS[ .-]?X\b",
    "DTS-HD MA": r"\bDTS[ .-]?(HD[ .-]?)?MA\b", "DTS-HD HRA": r"\bDTS[ .-]?HD[ .-]?(HRA|HR)\b",
    "DTS": r"\bDTS(?![ .-]?(HD|X|ES))\b", "DD+": r"\bDD[P+]|\bE[ .-]?AC[ .-]?3\b",
    "DD": r"\bDD(?![P+])|(?<!E)AC[ .-]?3\b",
    "FLAC": r"\bFLAC\b", "AAC": r"\bAAC(\b|\d)", "PCM": r"\bL?PCM\b", "Opus": r"\bOPUS\b", "MP3": r"\bMP3\b",
}  # fmt: skip
PICTURES = {
    "HDR10": r"\bHDR(10)?\b(?!\+|Plus)", "HDR10+": r"\bHDR10(\+|Plus)", "DV": r"\b(dv|dovi|dolby[ .]?vision)\b",
    "HLG": r"\bHLG\b", "SDR": r"\bSDR\b", "10 bit": r"\b10[ .-]?bit\b", "x265": r"[xh][ .]?265|\bHEVC\b",
    "AV1": r"\bAV1\b", "Remaster": r"\bRe-?master(ed)?\b", "IMAX": r"\bIMAX\b(?!.*Enhanced)",
    "Open Matte": r"\bOpen[ .]?Matte\b",
    "Hybrid": r"\bHybrid\b", "3D": r"\b3D\b", "Upscaled": r"\b(AI[ .-]?)?Up-?scaled?\b", "Extras": r"\bExtras\b",
}  # fmt: skip
WORDS = ["1080p", "720p", "2160p", "480p"]
SOURCES = ["BluRay", "WEB-DL", "WEBRip", "HDTV", "DVDRip", "CAM", "BluRay.REMUX"]
CODECS = ["x264", "x265", "H.264", "HEVC", "AV1", "XviD"]
DRESS = ["PROPER", "REPACK", "German.DL", "MULTi", "HDR10", "DV.HDR", "10bit", "IMAX", "EXTENDED", "3D", "Hybrid"]
GROUPS = [
    f"{a}{b}" for a in ("FLUX", "NTb", "Kit", "SPARK", "DON", "CtrlHD", "LOL", "TEPES") for b in ("", "HD", "X", "7")
]


def main() -> None:
    options = _options()
    releases, formats = _releases(RELEASES), _formats(FORMATS)
    wanted = _wanted(formats)
    ours, plain = [], []
    for _ in range(options.rounds):
        ours.append(_seconds(lambda: decide(releases, wanted), fresh=True))
        plain.append(_seconds(lambda: _plain_way(releases, formats), fresh=False))
    decisions = decide(releases, wanted)
    conditions = sum(len(one.conditions) for one in formats)
    print(
        f"{len(releases):,} releases, {len(formats)} formats of {conditions} conditions, {_approved(decisions)} welcome"
    )
    print(f"read, matched, judged and sorted   {measure.median(ours):.3f} s   ({', '.join(f'{s:.3f}' for s in ours)})")
    print(f"the formats alone, the plain way   {measure.median(plain):.3f} s")
    measure.save(options.json, {"machine": measure.machine(), "ours": ours, "formats_the_plain_way": plain})
    measure.judge("seconds for 2,000 releases and 200 formats", measure.median(ours), AIM_SECONDS)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path)
    return parser.parse_args()


def _seconds(work: object, *, fresh: bool) -> float:
    """Processor seconds of the work; `fresh` forgets every name read before."""
    assert callable(work)
    if fresh:
        read_name.cache_clear()
    gc.collect()
    begun = time.process_time()
    work()
    return time.process_time() - begun


def _releases(count: int) -> list[Release]:
    dice = random.Random(42)
    return [_release(dice, number) for number in range(count)]


def _release(dice: random.Random, number: int) -> Release:
    title = dice.choice(["Tin.Comet.2021"] * 8 + ["Tin.Comet.1999", "Night.Tram.S01E02"])
    words = [
        title,
        dice.choice(WORDS),
        dice.choice(SERVICES),
        dice.choice(SOURCES),
        *dice.sample(DRESS, dice.randint(0, 3)),
    ]
    sound = dice.choice(["DDP5.1", "TrueHD.7.1.Atmos", "DTS-HD.MA.5.1", "AAC2.0", "DTS-X.7.1", "FLAC.2.0"])
    name = ".".join([*words, sound, dice.choice(CODECS)]) + f"-{dice.choice(GROUPS)}{number % 40}"
    return Release(
        guid=str(number),
        name=name,
        indexer=dice.choice(["Lab", "Nook", "Attic"]),
        download_url=f"http://lab/{number}",
        size=dice.randint(500, 60_000) * 1_000_000,
        protocol=Protocol.TORRENT,
        seeders=dice.randint(0, 900),
        leechers=dice.randint(0, 90),
    )


def _formats(count: int) -> list[CustomFormat]:
    found = [_service(name) for name in SERVICES]
    found += [_titled(name, text) for name, text in (SOUNDS | PICTURES).items()]
    found += [_tier(number) for number in range(60)]
    found += [_unwanted(number) for number in range(count - len(found))]
    return found


def _service(name: str) -> CustomFormat:
    web = [Condition(s, ConditionKind.SOURCE, s) for s in ("webdl", "webrip")]
    return CustomFormat(name, (Condition(name, ConditionKind.TITLE, rf"\b({name.lower()})\b", required=True), *web))


def _titled(name: str, text: str) -> CustomFormat:
    return CustomFormat(name, (Condition(name, ConditionKind.TITLE, text, required=True), _not_a_cam()))


def _tier(number: int) -> CustomFormat:
    dice = random.Random(number)
    groups = [Condition(g, ConditionKind.GROUP, rf"^({g}\d*)$") for g in dice.sample(GROUPS, 3)]
    lines = Condition("lines", ConditionKind.RESOLUTION, dice.choice(["720", "1080", "2160"]), required=True)
    return CustomFormat(f"Tier {number}", (*groups, lines, _not_a_cam()))


def _unwanted(number: int) -> CustomFormat:
    """Words and groups that stand in hardly any name, as most of a guide's formats do."""
    dice = random.Random(1000 + number)
    word = "".join(dice.choice("bcdfghklmnprstvz") + dice.choice("aeiou") for _ in range(3))
    title = Condition(word, ConditionKind.TITLE, rf"\b{word}(s|ed)?\b|\[{word}\]")
    group = Condition(f"{word}2", ConditionKind.TITLE, rf"[-. ]({word}|{word[::-1]})[ ._-]?(HD|UHD)?$")
    return CustomFormat(f"Unwanted {number}", (title, group, _not_a_cam()))


def _not_a_cam() -> Condition:
    return Condition("no cam", ConditionKind.SOURCE, "cam", negate=True, required=True)


def _wanted(formats: Sequence[CustomFormat]) -> Wanted:
    dice = random.Random(3)
    scores = {one.name: dice.randint(-50, 200) for one in formats}
    qualities = alone(*(q.name for q in LADDER if q.resolution >= 720))
    profile = Profile("Bench", qualities, cutoff="Remux-2160p", scores=scores)
    return Wanted(TITLE, profile, formats=compile_formats(formats))


def _plain_way(releases: Sequence[Release], formats: Sequence[CustomFormat]) -> int:
    expressions = [
        re.compile(condition.value, re.IGNORECASE)
        for one in formats
        for condition in one.conditions
        if condition.kind in (ConditionKind.TITLE, ConditionKind.GROUP)
    ]
    return sum(1 for release in releases for each in expressions if each.search(release.name))


def _approved(decisions: Sequence[object]) -> int:
    return sum(1 for decision in decisions if getattr(decision, "approved", False))


if __name__ == "__main__":
    main()
