"""The group that made a release signs after the last dash, or in brackets at either end."""

import re

from matinee.media.parse.languages import LANGUAGES
from matinee.media.parse.picture import CODECS, SOURCES

# Groups whose names look like two words, or that sign without a dash: nobody could tell them from their surroundings.
ODD_SIGNATURES = (
    "BEN THE MEN", "BluDragon", "Blu-bits", "D-Z0N3", "DarQ", "DX-TV", "E.N.D", "EML HDTeam", "Erai-raws", "Fight-BB",
    "FTW-HS", "KCRT", "Koten_Gars", "KRaLiMaRKo", "LMain", "TAoE", "TMd", "VARYG", "YIFY",
)  # fmt: skip
_ODD_ENDS = tuple(name.lower() for name in ODD_SIGNATURES)
_SITE = re.compile(
    r"[\s.-]{0,3}\[\s*(?:https?://)?(?:www\.[\w.-]+|(?!yts)[\w-]+\.(?:com|org|net|info|to|cc|me|ru|se|io))\s*\]$", re.I
)
_REPOSTERS = frozenset(
    {"4p", "4planet", "altezachen", "buymore", "chamele0n", "gerov", "nzbgeek", "postbot", "whiterev", "z0ids3n"}
)
_REMARKS = frozenset(  # of those who post again what others made
    {"alternativetorequested", "asrequested", "obfuscated", "obfuscation", "pre", "repackpost", "rp", "sample"}
    | {"scrambled", "xpost"}
)
_SIGNATURE = re.compile(r"\s?[^\W_]+(?:[._][^\W_]+)?")
_JOINS = frozenset("_])")
_GLUED_END = re.compile(r"[^\s\])]-[^\W_]+(?:\s*\[[A-Z][^\[\]]*\])?$")
_ATTACHED = re.compile(r"[^\W_]\[([A-Z][A-Za-z]{0,6}[A-Z])\]$")
_AFTERTHOUGHT = re.compile(r"(?:[\s.]{0,3}\{?\[[^\[\]]*\]\}?(?:-(?=\[))?)+$")
_ROUND_AFTERTHOUGHT = re.compile(r"\s\([^()]*\)$")
_LAST_BRACKETS = re.compile(r"\[([^\s\[\]]{2,20})\]$")
_CHECKSUM = re.compile(r"\s*\[[0-9A-Fa-f]{8}\]$")
_FIRST_BRACKETS = re.compile(r"^\[([^\[\]]{1,60})\]")
_SUBTITLED_BY = re.compile(r"\[(?:soft|hard)subs \(([^()\[\]]{2,40})\)\]", re.I)
_LAST_ROUND = re.compile(r"[(\[]([^()\[\]]*[\s.]|[^()\[\]]*-\s?)([^\W_]+)[)\]]$")
_ROUND_TEAM = re.compile(r"-([^\W_]+)\[[^\[\]]+\]\)$")  # `(…-Maker[TEAM])`
_ROUND_MAKER = re.compile(r"\(([^()]*)(?<!-)[\s.]([^\W_]+)\)\s?\[[^\s\[\]]+\]$")  # `(… 5.1 Maker) [TEAM]`
_UNOPENED = re.compile(r"[\s.]([^\W_]+)\)$")
_LAST_LANGUAGE = re.compile(r"(-[^\W_]+)[\s.]([^\W\d_]+)$")
_CHECKSUM_DIGITS = 8
_DIGIT = re.compile(r"[0-9]")
_WORD = re.compile(r"[^\W_]+")
_PICTURE = re.compile(r"[0-9]{3,4}[pi]|[hx]\.?26[45]|hevc|xvid|blu-?ray|web", re.I)
_NOT_A_NAME = re.compile(
    r"[0-9]{3,4}[pi]|[0-9A-F]{8}|[0-9. ]+|[0-9]+[- ]?bits?|[0-9]+x[0-9]+|[0-9.]+ ?[gm]i?b"
    r"|v[0-9]|s[0-9]+(?:e[0-9]+)*|e[0-9]+|(?:imdb|tmdb|tvdb|tvmaze)(?:id)?-.*",
    re.I,
)
_SPEECH = """
dl rip ray hd ma x r es hra sd uhd hdr hdr10 hdr10plus plus dv dovi hlg sdr hybrid remux 8bit 10bit 12bit bit hi10 hi10p
aac ac3 eac3 dd ddp dts dtshd truehd atmos flac opus mp3 pcm lpcm 2ch 6ch 8ch subs sub dub dual audio multi multisubs
batch complete proper repack mkv mp4 avi m2ts end extras imax ts nf amzn dsnp hmax atvp 480p 576p 720p 1080p 2160p 264
265 softsubs hardsubs raw hdtv htdv pdtv sdtv dvdrip webrip webdl uncensored multisub extended unrated uncut remastered
theatrical directors cut edition criterion restored colorized season ova ona
"""
_TECHNICAL = frozenset(_SPEECH.split()) | CODECS | SOURCES.keys() | LANGUAGES.keys()


def read_group(text: str) -> str | None:
    """The release group, None when nobody signed; `text` is the name without a file's suffix."""
    whole = text.rstrip(" .-_")
    name = _without_afterwords(whole)
    if name.lower().endswith(_ODD_ENDS) and (odd := _odd_signature(name)):
        return odd
    rules = _IN_BRACKETS if name.endswith((")", "]", "}")) else _PLAIN
    for rule in rules:
        if sign := rule(name):
            return sign
    return _reposter(whole)


def _odd_signature(name: str) -> str | None:
    small = name.lower()
    length = max(len(odd) for odd in _ODD_ENDS if small.endswith(odd))
    return None if name[:-length][-1:].isalnum() else name[-length:]


def _without_afterwords(name: str) -> str:
    """Others add their own name, a site's or a language behind the group's."""
    if name.endswith("]") and "." in name[name.rfind("[") :]:
        name = _SITE.sub("", name)
    before, dash, last = name.rpartition("-")
    while dash and _is_afterword(last.lower()):
        name = before
        before, dash, last = name.rpartition("-")
    if dash and not last.isalnum() and (told := _LAST_LANGUAGE.search(name)) and told[2].lower() in LANGUAGES:
        name = name[: told.end(1)]
    return name


def _is_afterword(sign: str) -> bool:
    is_number = len(sign) <= 2 and sign.isdigit()
    is_of_another = sign in _REPOSTERS or sign in _REMARKS or sign.startswith("rakuv")
    return is_of_another or is_number or sign in LANGUAGES


def _reposter(name: str) -> str | None:
    """Who posted it signs when nobody else did."""
    last = name.rpartition("-")[2]
    return last if last.lower() in _REPOSTERS else None


def _subtitled_by(name: str) -> str | None:
    found = _SUBTITLED_BY.search(name) if name.endswith("]") else None
    return found[1] if found else None


def _attached(name: str) -> str | None:
    """`-Maker[TEAM]` is signed by the team, `-TEAM [Site]` is not."""
    found = _ATTACHED.search(name) if name.endswith("]") else None
    return _name_of(found[1]) if found else None


def _maker_beside_team(name: str) -> str | None:
    """`(1080p BluRay x265 10bit Maker) [TEAM]` is signed by the maker."""
    found = _ROUND_MAKER.search(name) if name.endswith("]") else None
    return _name_of(found[2]) if found and _PICTURE.search(found[1]) else None


def _behind_the_last_dash(name: str) -> str | None:
    signed = name if name[-1:].isalnum() else _AFTERTHOUGHT.sub("", name)
    is_round = signed.endswith(")")
    if is_round:
        signed = _ROUND_AFTERTHOUGHT.sub("", signed)
    before, dash, sign = signed.rpartition("-")
    if not dash or (not sign.isalnum() and not _SIGNATURE.fullmatch(sign)):
        return None
    if is_round or sign[0] == " " or before[-1:] in (" ", "."):
        fits = _ends_technically(before)
    else:
        fits = (before[-1:].isalnum() or before[-1:] in _JOINS) and _is_about_a_file(before)
    return _first_half(before) + told if fits and (told := _name_of(sign.strip().partition(".")[0])) else None


def _is_about_a_file(text: str) -> bool:
    """Whether more than a title stands there: `Ant-Man` and `S01E02 - Self-Made` are signed by nobody."""
    if _ends_technically(text):
        return True
    words = _WORD.findall(text.lower())
    if not words:
        return False
    if " " in text and not any(letter.isdigit() for letter in words[-1]):
        return not _TECHNICAL.isdisjoint(words)
    return _DIGIT.search(text) is not None or not _TECHNICAL.isdisjoint(words)


def _first_half(before: str) -> str:
    """`x264-Two-Parts` is signed by both."""
    earlier, dash, half = before.rpartition("-")
    return f"{half}-" if dash and half.isalnum() and _name_of(half) and _ends_technically(earlier) else ""


def _in_round_brackets(name: str) -> str | None:
    """`(1080p BluRay x265 10bit Maker)`, `[2160p x265 - Maker]`: the last word of the picture's own brackets."""
    if not name.endswith((")", "]")):
        return None
    if inner := _ROUND_TEAM.search(name):
        return _name_of(inner[1])
    found = _LAST_ROUND.search(name)
    if found and _PICTURE.search(found[1]):
        return _name_of(found[2])
    unopened = None if "(" in name else _UNOPENED.search(name)
    return _name_of(unopened[1]) if unopened else None


def _in_last_brackets(name: str) -> str | None:
    found = _LAST_BRACKETS.search(_without_checksum(name)) if name.endswith("]") else None
    return _name_of(found[1]) if found else None


def _without_checksum(name: str) -> str:
    """`Title - 07 [Maker][9A3C12F0]` and `Title - 07 [Maker][1080p][9A3C12F0]` are signed before the checksum."""
    bare = _CHECKSUM.sub("", name)
    while bare != name and (last := _LAST_BRACKETS.search(bare)) and not _name_of(last[1]):
        bare = bare[: last.start()].rstrip()
    return bare


def _in_front_alone(name: str) -> str | None:
    """Anime's groups sign in front; only what is glued to the very end outdoes it, as in `[Tag] Title.S01E02-GRP`."""
    return None if _GLUED_END.search(name) else _in_front(name)


def _in_front(name: str) -> str | None:
    found = _FIRST_BRACKETS.search(name) if name.startswith("[") else None
    is_name = found and ("." not in found[1] or " " in found[1].strip())
    return _name_of(found[1]) if found and is_name else None


def _ends_technically(text: str) -> bool:
    """Whether the last word speaks of the picture or the sound: what follows a dash is a signature then."""
    words = _WORD.findall(text[-16:])
    return bool(words) and (words[-1].lower() in _TECHNICAL or words[-1].isdigit())


def _name_of(sign: str) -> str | None:
    """The signature, unless it is a word of the picture."""
    if sign.lower() in _TECHNICAL:
        return None
    if sign.isalpha() and len(sign) != _CHECKSUM_DIGITS:
        return sign
    if _NOT_A_NAME.fullmatch(sign):
        return None
    parts = _WORD.findall(sign.lower())
    return sign if parts and not all(part in _TECHNICAL or part.isdigit() for part in parts) else None


_PLAIN = (_behind_the_last_dash, _in_front)
_IN_BRACKETS = (
    _subtitled_by,
    _in_front_alone,
    _maker_beside_team,
    _attached,
    _behind_the_last_dash,
    _in_round_brackets,
    _in_last_brackets,
    _in_front,
)
