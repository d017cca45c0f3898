"""How many lines a picture has, as one word tells it: 1080p, 720p50, 1920x1080."""

import re

from matinee.media.quality import lines_of_frame

_STATED = {
    "360": 480, "480": 480, "540": 480, "576": 576, "720": 720, "960": 720,
    "1080": 1080, "1440": 1080, "2160": 2160, "4320": 2160,
}  # fmt: skip
_LINES = {f"{told}{scan}": lines for scan in "pi" for told, lines in _STATED.items()}
_LINES |= {
    f"{told}{fields}": _STATED[told[:-1]] for told in _LINES for fields in ("24", "25", "30", "50", "60", "60fps")
}
_FRAME = re.compile(r"([0-9]{3,4})x([0-9]{3,4})")


def lines_of(text: str) -> int:
    """The lines a word states, in small letters, rounded to those that qualities have; 0 when it states none."""
    if stated := _LINES.get(text):
        return stated
    frame = _FRAME.fullmatch(text)
    return lines_of_frame(int(frame[1]), int(frame[2])) if frame else 0
