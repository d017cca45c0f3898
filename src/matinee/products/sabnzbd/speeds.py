"""Speeds and sizes as people write them: 800K, 4.5M, 200G, 50 %."""

from matinee.products.sabnzbd.call import Wrong

_UNITS = {"K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40}


def speed_of(text: str) -> int:
    """Bytes a second from 800K, 4.5M, 1000000."""
    return _bytes(text.strip().upper().removesuffix("/S"), "a speed is a number such as 800K or 4M")


def size_of(text: str) -> int:
    """Bytes from 200G, 1.5T, 1000000; nothing is 0."""
    return _bytes(text.strip().upper(), "a size is a number such as 500M or 200G")


def _bytes(text: str, otherwise: str) -> int:
    plain = text.removesuffix("B").strip()
    factor = _UNITS.get(plain[-1:], 1)
    number = plain[:-1].strip() if factor > 1 else plain
    if not number:
        return 0
    if not number.replace(".", "", 1).isascii() or not number.replace(".", "", 1).isdigit() or len(number) > 15:
        raise Wrong(otherwise)
    return int(float(number) * factor)


def percent_of(text: str) -> int | None:
    """So many percent of the line; None for a speed."""
    plain = text.strip().rstrip("%").strip()
    speed = speed_of(plain)
    return speed if plain.replace(".", "", 1).isdigit() and 0 < speed <= 100 else None


def limit_of(text: str, line: int) -> int:
    """Bytes a second from a speed or from percent of the line, which must be known for that; 0 is no limit."""
    percent = percent_of(text)
    if percent is None:
        return speed_of(text)
    if percent == 100:
        return 0
    if not line:
        raise Wrong(
            f"{percent} % of the line cannot be told: set its speed (bandwidth_max), or write a speed such as 4M"
        )
    return line * percent // 100
