"""What a name tells of picture and sound: `x265`, `EAC3 Atmos`, `5.1`, `[EN+DE]`, `HDR10`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from matinee.media.file import MediaFacts
from matinee.media.language import LANGUAGES


@dataclass(frozen=True, slots=True)
class Streams:
    """Picture and sound as a probe calls them; `channels` may be told as 6 or as 5.1.

    `dynamic_range` as `HDR10`, `DV HDR10`, `HLG`; empty for an ordinary one.
    """

    video_codec: str = ""
    audio_codec: str = ""
    audio_profile: str = ""
    channels: float = 0
    bit_depth: int = 0
    dynamic_range: str = ""
    is_3d: bool = False
    audio_languages: tuple[str, ...] = ()
    subtitle_languages: tuple[str, ...] = ()


def streams_of(facts: MediaFacts) -> Streams:
    """What a name can tell of a probed file."""
    return Streams(
        video_codec=facts.video_codec,
        audio_codec=facts.audio_codec or "",
        audio_languages=facts.audio_languages,
        subtitle_languages=facts.subtitle_languages,
    )


def video_codec(streams: Streams, original: str = "") -> str:
    """`h264`, or `x264` where the release was called so; the encoder of an MPEG-4 likewise."""
    told = streams.video_codec.lower().replace(".", "").replace("-", "")
    codec = _VIDEO.get(told, streams.video_codec)
    for encoder in _ENCODERS.get(codec, ()):
        if encoder.lower() in original.lower():
            return encoder
    return codec


def audio_codec(streams: Streams) -> str:
    """`DTS-HD MA`, `TrueHD Atmos`, `AC3`."""
    codec = streams.audio_codec.lower().replace("-", "_")
    profile = streams.audio_profile.lower()
    if codec.startswith("pcm"):
        return "PCM"
    if codec.startswith("wma"):
        return "WMA"
    by_profile = next((name for sort, word, name in _PROFILES if sort == codec and word in profile), None)
    return by_profile or _AUDIO.get(codec, streams.audio_codec)


def channels(streams: Streams) -> str:
    """`5.1` for six channels."""
    if not streams.channels:
        return ""
    if streams.channels != int(streams.channels):
        return f"{streams.channels:.1f}"
    count = int(streams.channels)
    return f"{count - 1}.1" if count in (3, 6, 7, 8) else f"{count}.0"


def languages(told: Sequence[str], wanted: str = "", *, silent_english: bool = False) -> str:
    """`[EN+DE]`, or nothing. `wanted` picks and orders (`NL+EN`), drops (`-NL`), or tells of more (`DE+`)."""
    codes = tuple(dict.fromkeys(code for one in told if (code := short_code(one))))
    if silent_english and codes == ("EN",):
        return ""
    chosen = _chosen(codes, wanted.upper())
    return f"[{'+'.join(chosen)}]" if chosen else ""


def short_code(language: str) -> str:
    """`EN` for `eng` or `English`; what has no short code is told as it is, an unknown one not at all."""
    told = language.strip().lower().replace("_", "-").partition("-")[0]
    return "" if told in ("", "und", "unknown", "mis", "zxx") else _SHORT.get(told, told).upper()


def _chosen(codes: tuple[str, ...], wanted: str) -> tuple[str, ...]:
    if not wanted:
        return codes
    if wanted.startswith("-"):
        unwanted = re.split(r"[-+,|]", wanted)
        return tuple(code for code in codes if code not in unwanted)
    chosen = tuple(dict.fromkeys(code for code in re.split(r"[+,|]", wanted) if code in codes))
    tells_of_more = wanted.endswith("+") and len(chosen) < len(codes)
    return (*chosen, "-") if tells_of_more else chosen


_VIDEO = {
    "h264": "h264", "avc": "h264", "avc1": "h264", "x264": "x264",
    "h265": "h265", "hevc": "h265", "hvc1": "h265", "x265": "x265",
    "h266": "h266", "vvc": "h266", "av1": "AV1", "vp6": "VP6", "vp7": "VP7", "vp8": "VP8", "vp9": "VP9",
    "vc1": "VC1", "wmv": "WMV", "wmv1": "WMV", "wmv2": "WMV", "wmv3": "WMV", "mpeg2": "MPEG2", "mpeg2video": "MPEG2",
    "mpeg1video": "MPEG", "mpeg": "MPEG", "mpeg4": "MPEG4", "msmpeg4v2": "MPEG4", "msmpeg4v3": "DivX",
    "xvid": "XviD", "divx": "DivX", "theora": "Theora", "rv30": "RV", "rv40": "RV",
    "mjpeg": "MJPEG", "prores": "ProRes",
}  # fmt: skip
_ENCODERS = {"h264": ("x264",), "h265": ("x265",), "MPEG4": ("XviD", "DivX")}
_AUDIO = {
    "aac": "AAC", "ac3": "AC3", "ac_3": "AC3", "eac3": "EAC3", "e_ac_3": "EAC3", "dts": "DTS", "dca": "DTS",
    "truehd": "TrueHD", "mlp": "TrueHD", "mlp_fba": "TrueHD", "flac": "FLAC", "mp2": "MP2", "mp3": "MP3",
    "opus": "Opus", "vorbis": "Vorbis", "alac": "ALAC", "ape": "APE", "cook": "Cook", "amr": "AMR",
    "ac4": "AC4", "ac_4": "AC4",
}  # fmt: skip
_PROFILES = (
    ("eac3", "atmos", "EAC3 Atmos"),
    ("truehd", "atmos", "TrueHD Atmos"),
    ("dts", "dts:x", "DTS-X"),
    ("dts", "dts-x", "DTS-X"),
    ("dts", "hd ma", "DTS-HD MA"),
    ("dts", "hd hra", "DTS-HD HRA"),
    ("dts", "express", "DTS Express"),
    ("dts", "96/24", "DTS 96/24"),
    ("dts", "es", "DTS-ES"),
    ("aac", "he", "HE-AAC"),
    ("mp3", "layer 2", "MP2"),
)

# every code of three letters behind the short one it means; rarer languages, and dialects filed under their own
_RARE = """
af afr|am amh|as asm|be bel|bo bod tib|br bre|co cos|cy cym wel|eo epo|eu eus baq|fo fao|fy fry|ga gle|gd gla|gl glg
gn grn|gu guj|ha hau|ht hat|hy hye arm|ig ibo|iu iku|jv jav|kk kaz|kl kal|km khm|ku kur|ky kir|la lat|lb ltz|lo lao
mg mlg|mi mri mao|mt mlt|my mya bur|ne nep|nn nno|oc oci|or ori|pa pan|ps pus|qu que|rw kin|sa san|sc srd|sd snd|se sme
si sin|sm smo|sn sna|so som|su sun|sw swa|tg tgk|ti tir|tk tuk|to ton|tt tat|ug uig|wo wol|xh xho|yi yid|yo yor|zu zul
de gsw|nb nob|zh cmn yue|fa prs
"""


def _short_codes() -> dict[str, str]:
    short: dict[str, str] = {}
    rare = [line for row in _RARE.split("\n") for line in row.split("|") if line]
    for codes in [*(line.split() for line in rare), *(one.codes for one in LANGUAGES)]:
        for code in codes:
            two = code if len(code) == 2 else next(c for c in reversed(codes[: codes.index(code)]) if len(c) == 2)
            short.setdefault(code, two)
    return short | {one.name.lower(): one.codes[0] for one in LANGUAGES if one.codes}


_SHORT = _short_codes()
