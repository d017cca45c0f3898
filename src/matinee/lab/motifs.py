"""The things on the posters: a comet, a sea, an orchard, a city, mountains, rain, planets."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from PIL import ImageDraw

Size = tuple[int, int]
Colour = tuple[int, int, int]
Motif = Callable[[ImageDraw.ImageDraw, Size, Sequence[Colour], Random], None]

WHITE = (255, 250, 240)


@dataclass(frozen=True, slots=True)
class Wave:
    """A wavy line, in pixels; phase in radians."""

    level: float
    swing: float
    length: float
    phase: float


def _comet(pen: ImageDraw.ImageDraw, size: Size, colours: Sequence[Colour], dice: Random) -> None:
    """Stars and one comet over hills."""
    width, height = size
    _stars(pen, size, dice, 220)
    head = (width * 0.66, height * 0.3)
    for step in range(60, 0, -1):
        reach = step / 60
        centre = (head[0] - reach * width * 0.5, head[1] + reach * height * 0.24)
        _disc(pen, centre, height * 0.03 * (1 - reach * 0.8), (*colours[2], int(70 * (1 - reach))))
    _disc(pen, head, height * 0.036, (*WHITE, 255))
    _ridges(pen, size, colours[0], dice)


def _sea(pen: ImageDraw.ImageDraw, size: Size, colours: Sequence[Colour], dice: Random) -> None:
    """A lighthouse above rows of waves."""
    width, height = size
    lamp, foot = (width * 0.34, height * 0.3), height * 0.66
    for side in (-1, 1):
        far = lamp[0] + side * width
        pen.polygon([lamp, (far, lamp[1] - height * 0.16), (far, lamp[1] + height * 0.1)], (*colours[2], 70))
    slim, broad = height * 0.024, height * 0.042
    pen.polygon(
        [(lamp[0] - slim, lamp[1]), (lamp[0] + slim, lamp[1]), (lamp[0] + broad, foot), (lamp[0] - broad, foot)],
        colours[0],
    )
    _disc(pen, lamp, height * 0.032, (*WHITE, 255))
    for row in range(7):
        level = height * (0.62 + row * 0.06)
        wave = Wave(level, height * 0.014, width / dice.uniform(5, 9), dice.uniform(0, 6))
        _wave(pen, size, wave, _mix(colours[1], colours[0], row / 7))


def _orchard(pen: ImageDraw.ImageDraw, size: Size, colours: Sequence[Colour], dice: Random) -> None:
    """Round trees with falling leaves."""
    width, height = size
    _ridges(pen, size, _mix(colours[0], colours[1], 0.4), dice)
    for tree in range(9):
        middle, crown = width * (tree + dice.uniform(0.2, 0.8)) / 9, height * dice.uniform(0.045, 0.085)
        ground = height * dice.uniform(0.74, 0.84)
        pen.line([(middle, ground - crown * 3), (middle, ground + crown)], colours[0], max(2, int(crown * 0.16)))
        for _ in range(14):
            spot = (middle + dice.gauss(0, crown * 0.6), ground - crown * 3 + dice.gauss(0, crown * 0.5))
            _disc(pen, spot, crown * 0.55, (*_mix(colours[1], colours[2], dice.random()), 200))
    for _ in range(70):
        _disc(pen, (dice.uniform(0, width), dice.uniform(0, height)), height * 0.004, (*colours[2], 170))


def _city(pen: ImageDraw.ImageDraw, size: Size, colours: Sequence[Colour], dice: Random) -> None:
    """A street of houses at night, some windows lit, and a tram."""
    width, height = size
    _stars(pen, size, dice, 120)
    _disc(pen, (width * 0.72, height * 0.2), height * 0.06, (*WHITE, 220))
    left = 0.0
    while left < width:
        broad, roof = width * dice.uniform(0.05, 0.11), height * dice.uniform(0.36, 0.62)
        pen.rectangle((left, roof, left + broad, height), _mix(colours[0], colours[1], dice.uniform(0, 0.45)))
        _windows(pen, (left, roof, left + broad, height * 0.8), height * 0.012, colours[2], dice)
        left += broad
    pen.rectangle((0, height * 0.84, width, height), _mix(colours[0], (0, 0, 0), 0.4))
    _tram(pen, (width * 0.3, height * 0.74), height * 0.1, colours)


def _windows(
    pen: ImageDraw.ImageDraw, house: tuple[float, float, float, float], side: float, light: Colour, dice: Random
) -> None:
    """Lit windows on the front of a house."""
    left, top, right, bottom = house
    for row in range(int((bottom - top) / (side * 3))):
        for column in range(int((right - left) / (side * 2.6))):
            if dice.random() < 0.3:
                corner = (left + side * (0.9 + column * 2.6), top + side * (1.2 + row * 3))
                pen.rectangle((*corner, corner[0] + side, corner[1] + side * 1.5), (*light, 210))


def _tram(pen: ImageDraw.ImageDraw, corner: tuple[float, float], tall: float, colours: Sequence[Colour]) -> None:
    """The tram, its windows bright."""
    left, top = corner
    pen.rounded_rectangle((left, top, left + tall * 4, top + tall), tall * 0.2, _mix(colours[1], colours[2], 0.25))
    for window in range(6):
        start = left + tall * (0.2 + window * 0.62)
        pen.rectangle((start, top + tall * 0.18, start + tall * 0.46, top + tall * 0.55), colours[2])
    pen.line([(0, top - tall * 0.25), (left * 8, top - tall * 0.25)], (*colours[2], 90), max(1, int(tall * 0.03)))


def _hills(pen: ImageDraw.ImageDraw, size: Size, colours: Sequence[Colour], dice: Random) -> None:
    """Mountains one behind another."""
    width, height = size
    _disc(pen, (width * 0.62, height * 0.28), height * 0.08, (*WHITE, 200))
    for row in range(5):
        shade = _mix(colours[2], colours[0], (row + 1) / 5)
        points, level = [(0.0, float(height))], height * (0.42 + row * 0.1)
        for step in range(13):
            points.append((width * step / 12, level - height * dice.uniform(-0.03, 0.11)))
        pen.polygon([*points, (width, height)], shade)


def _rain(pen: ImageDraw.ImageDraw, size: Size, colours: Sequence[Colour], dice: Random) -> None:
    """Umbrellas in slanting rain."""
    width, height = size
    for place in range(7):
        middle, reach = width * (place + 0.5) / 7, height * dice.uniform(0.05, 0.09)
        level = height * dice.uniform(0.4, 0.7)
        pen.line([(middle, level), (middle, level + reach * 1.3)], colours[0], max(2, int(reach * 0.07)))
        box = (middle - reach, level - reach, middle + reach, level + reach)
        pen.pieslice(box, 180, 360, _mix(colours[2], colours[0], dice.uniform(0, 0.5)))
    for _ in range(260):
        left, top = dice.uniform(0, width), dice.uniform(0, height)
        pen.line([(left, top), (left - height * 0.008, top + height * 0.035)], (*WHITE, 80), max(1, height // 500))


def _orbits(pen: ImageDraw.ImageDraw, size: Size, colours: Sequence[Colour], dice: Random) -> None:
    """A planet with rings and moons."""
    width, height = size
    _stars(pen, size, dice, 260)
    middle, body = (width * 0.5, height * 0.4), height * 0.11
    _disc(pen, middle, body, (*colours[2], 255))
    _disc(pen, (middle[0] + body * 0.3, middle[1] + body * 0.2), body * 0.84, (*colours[1], 130))
    for ring in range(5):
        wide, flat = body * (1.5 + ring * 0.42), body * (0.42 + ring * 0.12)
        box = (middle[0] - wide, middle[1] - flat, middle[0] + wide, middle[1] + flat)
        pen.ellipse(box, outline=(*WHITE, 130 - ring * 18), width=max(1, height // 360))
        turn = dice.uniform(0, math.tau)
        moon = (middle[0] + wide * math.cos(turn), middle[1] + flat * math.sin(turn))
        _disc(pen, moon, body * 0.09, (*WHITE, 235))


def _stars(pen: ImageDraw.ImageDraw, size: Size, dice: Random, count: int) -> None:
    """So many stars in the upper part of the sky."""
    for _ in range(count):
        place = (dice.uniform(0, size[0]), dice.uniform(0, size[1] * 0.65))
        _disc(pen, place, size[1] * dice.uniform(0.0006, 0.002), (*WHITE, dice.randint(60, 220)))


def _ridges(pen: ImageDraw.ImageDraw, size: Size, colour: Colour, dice: Random) -> None:
    """Three soft rows of hills."""
    width, height = size
    for row in range(3):
        level = height * (0.7 + row * 0.08)
        wave = Wave(level, height * 0.04, width / dice.uniform(1.5, 3), dice.uniform(0, 6))
        _wave(pen, size, wave, _mix(colour, (0, 0, 0), row * 0.25))


def _wave(pen: ImageDraw.ImageDraw, size: Size, wave: Wave, colour: Colour) -> None:
    """Everything below a wavy line."""
    width, height = size
    line = [
        (x, wave.level + wave.swing * math.sin(math.tau * x / wave.length + wave.phase))
        for x in range(0, width + 1, max(1, width // 160))
    ]
    pen.polygon([(0, height), *line, (width, wave.level), (width, height)], colour)


def _disc(
    pen: ImageDraw.ImageDraw, centre: tuple[float, float], reach: float, colour: tuple[int, int, int, int]
) -> None:
    """A filled circle."""
    x, y = centre
    pen.ellipse((x - reach, y - reach, x + reach, y + reach), colour)


def _mix(one: Colour, other: Colour, share: float) -> Colour:
    """A colour between two."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


MOTIFS: dict[str, Motif] = {
    "comet": _comet,
    "sea": _sea,
    "orchard": _orchard,
    "city": _city,
    "hills": _hills,
    "rain": _rain,
    "orbits": _orbits,
}
