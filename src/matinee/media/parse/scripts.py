"""Groups of the East put all in brackets: `【组】[标题/Title][第12话]` is `[组] 标题 / Title - 12` to us."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from matinee.media.parse.numbering.eastern import EPISODE_SIGNS, NUMERALS, number_of

_WIDE = {ord("【"): "[", ord("】"): "]", ord("［"): "[", ord("］"): "]", ord("〔"): "[", ord("〕"): "]"} | {
    ord("（"): "(",
    ord("）"): ")",
    ord("『"): "[",
    ord("』"): "]",
}
_WIDE |= {ord("０") + digit: str(digit) for digit in range(10)}
_FOREIGN = r"\u0370-\u1cff\u2e80-\uabff\uac00-\ud7a3\uf900-\ufaff\uff66-\uff9f"  # Greek, Cyrillic, Asia's; not Latin
_HAN = r"\u2e80-\u2fdf\u3005-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff"
_ADORNMENT = re.compile(
    r"\s*[★☆✦◆●]\s*[0-9]{0,4}年?[0-9]{1,2}月(?:新番|番)?\s*[★☆✦◆●]?|\[[0-9]{1,2}月新番\]"
    r"|(?<!\w)[★☆✦◆●]\s*|\s*[★☆✦◆●](?!\w)"  # `Lucky☆Star` is a title
)
_KIND_IN_FRONT = re.compile(r"^\((?:アニメ|TVアニメ|BD|DVD|TV)\)\s*")
_REMARK = re.compile(r"\s*\([僅仅]限[^()]*\)")  # only for viewers of some region
_BOTH_SCRIPTS = re.compile(rf"(?<=\]) ?([{_HAN}][^A-Za-z\[\]/]{{0,60}}) ([A-Z][ -.0-Z^-~]{{3,60}} - [0-9])")
_TWO_TITLES = re.compile(rf"(?<=\]) ?([A-Z][ -.0-Z^-~]{{3,60}}) - ([^\[\]\n-]*[{_HAN}][^\[\]\n-]* - [0-9])")
_PART = re.compile(r"\[([^\[\]]*)\]|([^\[\]]+)")
_NUMERAL = r"[0-9]{1,4}(?:\.[0-9])?(?:v[0-9])?"
_NUMBER = re.compile(
    rf"(?:TV\s?)?(?:第|ep?\.?\s?|#)?({_NUMERAL})(?:\s?[-~～&+]\s?(?:第|ep?)?({_NUMERAL}))?\s?[{EPISODE_SIGNS}]?"
    rf"\s?(?:v[0-9])?[\s_-]?(?:[(]?(?:end|fin|完结?|完結|全|合集|全集|batch)[)]?)?",
    re.I,
)
_BEFORE_ITS_NAME = re.compile(rf"第([0-9]{{1,4}})[{EPISODE_SIGNS}][\s:：]")  # `[第12话 车库]`
_ALL = re.compile(rf"(?:全|共)([0-9]{{1,4}}|[十百一二三四五六七八九]{{1,4}})[{EPISODE_SIGNS}](?:全|完)?")
_SPELLED = re.compile(rf"第([十百一二三四五六七八九]{{1,4}})[{EPISODE_SIGNS}](?:完|end)?", re.I)
_STANDARD = re.compile(r"s[0-9]{1,2}[ ._-]?e[0-9]{1,4}(?:-?e?[0-9]{1,4})?(?:v[0-9])?", re.I)
_SPECIAL = re.compile(r"(?:ova|oad|ncop|nced|sp|special)\s?-?\s?[0-9]{0,2}(?:v[0-9])?", re.I)
_YEAR = re.compile(r"(?:19|20)[0-9]{2}年?")
_LETTERS = re.compile(r"[^\W\d_]")
_LATIN = re.compile(r"[A-Za-z]")
_IS_FOREIGN = re.compile(rf"[{_FOREIGN}]")
_BETWEEN_TITLES = re.compile(
    r"\s*[／｜]\s*|\s+[/|]\s*|(?<=[^/|])[/|]\s+|(?<=[^\x00-\x7f])[/|]|[/|](?=[^\x00-\x7f])"
    rf"|\s+_\s+|(?<=[^\x00-\x7f])\s*_\s*(?=[A-Za-z])|(?<=[A-Za-z!?.])_(?=[{_HAN}])"
    rf"|(?<=[{_HAN}])[·・](?=[A-Za-z]{{3}})"
)
_CHANGE_OF_SCRIPT = re.compile(rf"(?<=[A-Za-z!?.)])\s+(?=[{_HAN}])|(?<=[{_HAN}!?！？])\s+(?=[A-Za-z])")
_NO_TITLE = re.compile(r"s?[0-9ivx]{1,4}|season.*|[0-9](?:st|nd|rd|th) season|[第最].{1,3}[季期部篇章]|시즌.*", re.I)
_COUNTS = re.compile(rf"\s-\s|[0-9{NUMERALS}][{EPISODE_SIGNS}]|S[0-9]{{2}}|[0-9]$")
_LATIN_GROUP = re.compile(rf"^([A-Za-z][\w&.!-]*?[A-Za-z0-9])\s*[{_HAN}]+$", re.A)
_CALLED_A_GROUP = re.compile("字幕|[组組社室部]")
_KINDS = frozenset(
    {"国漫", "國漫", "国产", "国产动画", "日漫", "动画", "動畫", "动漫", "動漫", "新番", "旧番", "连载", "連載"}
    | {"合集", "完结", "完結", "剧集", "劇集", "电视剧", "剧场版", "劇場版", "搬运", "TV"}
)
_POSTER = re.compile(r"^\[[^\[\]]*(?:www\.|发布|發佈|發布)[^\[\]]*\]\s*")
_HEAD = re.compile(
    rf"^[\s.]*([^\[\].A-Za-z]*[{_HAN}][^\[\].A-Za-z]*)((?:\[[^\[\]]*\])*)[. ]+(?=[A-Za-z])(?!(?:s|ep?)[0-9])", re.I
)
_TAGGED_NUMBERS = re.compile(rf"\[第([0-9]{{1,4}})(?:-([0-9]{{1,4}}))?[{EPISODE_SIGNS}]\]")
_SEASON_ONLY = re.compile(r"(?<=[. ])(S[0-9]{1,2})(?=[. ])", re.I)


class Part(NamedTuple):
    """What stands in one pair of brackets, or between two."""

    content: str
    is_tag: bool
    end: int


def in_our_order(text: str) -> str:
    """The name with its title behind the group and its number behind a dash; any other name stays as it is."""
    if text.isascii():
        return _from_tags(text) if text[:1] == "[" and "][" in text else text
    plain = _KIND_IN_FRONT.sub("", text.translate(_WIDE))
    if plain[:1] != "[":
        return _with_both_titles(plain) if _IS_FOREIGN.match(plain) else plain
    if poster := _POSTER.match(plain):
        return _with_both_titles(plain[poster.end() :])
    bare = _REMARK.sub("", _ADORNMENT.sub("", plain))
    return _from_tags(_BOTH_SCRIPTS.sub(r"\1 / \2", _TWO_TITLES.sub(r"\1 / \2", bare)))


def is_latin(title: str) -> bool:
    """Whether a title is written in our letters throughout."""
    return _IS_FOREIGN.search(title) is None and _LATIN.search(title) is not None


def _with_both_titles(text: str) -> str:
    """`标题.Title.S01` is `标题 / Title.S01`; episodes told in brackets between the two are set behind the season."""
    head = _HEAD.match(text)
    if not head:
        return text
    rest = text[head.end() :]
    if numbers := _TAGGED_NUMBERS.search(head[2]):
        told = f"E{numbers[1]}-E{numbers[2]}" if numbers[2] else f"E{numbers[1]}"
        rest = _SEASON_ONLY.sub(rf"\1{told}", rest, count=1)
    return f"{head[1].strip()} / {rest}"


def _from_tags(text: str) -> str:
    parts = [Part(found[1] or found[2] or "", found[1] is not None, found.end()) for found in _PART.finditer(text)]
    titles: list[str] = []
    for part in parts[1:]:
        content = part.content.strip(" ._-★☆")
        if titles and (number := _number_told(content)):
            return f"[{_group(parts[0].content)}] {_titles_told(titles)} - {number} {text[part.end :]}"
        if content and not part.is_tag and not _is_bare_title(content):
            return text
        if content and not _YEAR.fullmatch(content):
            titles.append(content)
    return text


def _is_bare_title(content: str) -> bool:
    """`[组] 标题/Title[05]` has only its number in brackets."""
    return _IS_FOREIGN.search(content) is not None and _COUNTS.search(content) is None


def _number_told(content: str) -> str:
    """`第05话`, `12END`, `01-24完`, `全12集`, S01E05; a year is none."""
    if not content or _YEAR.fullmatch(content):
        return ""
    if found := _NUMBER.fullmatch(content):
        return f"{found[1]}-{found[2]}" if found[2] else found[1]
    if found := _BEFORE_ITS_NAME.match(content):
        return found[1]
    if found := _ALL.fullmatch(content):
        return f"01-{number_of(found[1]):02}"
    if found := _SPELLED.fullmatch(content):
        return f"{number_of(found[1]):02}"
    return content if _STANDARD.fullmatch(content) or _SPECIAL.fullmatch(content) else ""


def _group(told: str) -> str:
    """`Group動漫` is Group in both scripts, while 字幕组 (subtitle group) is part of a name."""
    latin = _LATIN_GROUP.match(told)
    return told if not latin or _CALLED_A_GROUP.search(told) else latin[1]


def _titles_told(contents: Sequence[str]) -> str:
    """All titles, those in our letters last and the first of them at the very end, where it is looked for."""
    every = [title.strip(" -_.") for content in contents for title in _BETWEEN_TITLES.split(content)]
    titles = [title for title in every if _LETTERS.search(title) and title not in _KINDS]
    if not any(map(is_latin, titles)):
        titles = [title for whole in titles for title in _by_script(whole)]
    ours = [title for title in titles if is_latin(title)]
    others = [title for title in titles if not is_latin(title)]
    return " / ".join([*others, *(ours[1:] if others else ()), *ours[:1]]) or contents[0]


def _by_script(title: str) -> list[str]:
    """`TITLE 標題` is two titles in one; `標題 II` is not."""
    parts = _CHANGE_OF_SCRIPT.split(title)
    is_several = len(parts) > 1 and all(not _NO_TITLE.fullmatch(part) for part in parts)
    return parts if is_several else [title]
