"""A name on disk is at most 255 bytes, and what is cut away leaves a mark."""

LONGEST = 255  # bytes, the limit of every common filesystem
ROOM_FOR_SUBTITLES = 24  # bytes, so that `.pt-BR.forced.srt` still fits beside the film
MARK = "\ue000"  # stands for the ellipsis while a name is put together: as many bytes as `…` and `...`
ELLIPSIS = "…"


def size(text: str) -> int:
    """Bytes on disk."""
    return len(text.encode())


def cut(text: str, room: int, mark: str = ELLIPSIS) -> str:
    """The text in at most so many bytes of UTF-8, never half a letter."""
    if size(text) <= room:
        return text
    if room < size(mark):
        return ""
    kept = text.encode()[: room - size(mark)].decode(errors="ignore")
    kept = kept.rstrip(" .")
    return kept + mark if kept else ""


def cut_front(text: str, room: int, mark: str = ELLIPSIS) -> str:
    """The end of the text in at most so many bytes."""
    if size(text) <= room:
        return text
    if room <= size(mark):
        return ""
    kept = text.encode()[size(text) - room + size(mark) :].decode(errors="ignore")
    kept = kept.lstrip(" .")
    return mark + kept if kept else ""


def cut_to(text: str, length: int) -> str:
    """As a token asks: `30` keeps the beginning, `-30` the end, 0 all."""
    if not length:
        return text
    return cut(text, length, MARK) if length > 0 else cut_front(text, -length, MARK)


def cut_titles(titles: tuple[str, ...], separator: str, room: int) -> str:
    """The titles of several episodes: all, or the first and the last, or the first, or its beginning."""
    if not titles:
        return ""
    first, last = titles[0].rstrip(" ."), titles[-1]
    for told in (separator.join(titles), f"{first}{MARK}{last}" if len(titles) > 1 else "", f"{first}{MARK}"):
        if told and size(told) <= room and (len(titles) > 1 or told == titles[0]):
            return told
    return cut(titles[0], room, MARK)
