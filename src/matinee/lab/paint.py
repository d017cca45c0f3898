"""Posters, backdrops and the scenery of the films, painted on the spot."""

from functools import lru_cache
from io import BytesIO
from random import Random

from PIL import Image, ImageChops, ImageColor, ImageDraw, ImageFont, ImageOps

from matinee.lab.catalogue import LabTitle
from matinee.lab.motifs import MOTIFS, WHITE, Colour, Size

POSTER: Size = (1000, 1500)
BACKDROP: Size = (1920, 1080)
GRAIN_TILE = 256
SMALLEST_LETTERS = 12
GLOW_EDGE = 76  # what the gradient still has at the edge of its square


@lru_cache(maxsize=64)
def poster(title: LabTitle, width: int) -> bytes:
    """The poster as JPEG: scenery with the name in large letters; two to three."""
    picture = _lettered(title)
    return _jpeg(picture.resize((width, width * 3 // 2), Image.Resampling.LANCZOS))


@lru_cache(maxsize=64)
def backdrop(title: LabTitle, width: int) -> bytes:
    """The wide picture as JPEG, without letters; sixteen to nine."""
    return _jpeg(scenery(title, BACKDROP).resize((width, width * 9 // 16), Image.Resampling.LANCZOS))


def scenery(title: LabTitle, size: Size) -> Image.Image:
    """Sky, light and motif of a title; the same picture every time."""
    dice = Random(title.slug)  # noqa: S311 -- for beauty
    dark, middle, light = (_rgb(colour) for colour in title.palette)
    picture = ImageOps.colorize(Image.linear_gradient("L").resize(size), dark, light, middle)
    picture = _glow(picture, (int(size[0] * dice.uniform(0.25, 0.75)), int(size[1] * 0.42)), light)
    MOTIFS[title.motif](ImageDraw.Draw(picture, "RGBA"), size, (dark, middle, light), dice)
    return _grain(picture, dice)


@lru_cache(maxsize=16)
def _lettered(title: LabTitle) -> Image.Image:
    """The poster in full size."""
    picture = scenery(title, POSTER)
    width, height = POSTER
    shade = Image.linear_gradient("L").resize((width, height // 2))
    picture.paste((8, 8, 14), (0, height // 2), shade.point(lambda level: int(level * 0.72)))
    pen = ImageDraw.Draw(picture)
    lines, letters = _set_name(title.name.upper(), width - 120)
    top = height - 190 - len(lines) * int(letters.size * 1.12)
    for number, line in enumerate(lines):
        pen.text((width // 2, top + number * int(letters.size * 1.12)), line, WHITE, letters, anchor="mt")
    pen.text((width // 2, height - 150), title.tagline, _rgb(title.palette[2]), _letters(40), anchor="mt")
    pen.text((width // 2, height - 82), f"{title.director}   ·   {title.year}", WHITE, _letters(30), anchor="mt")
    return picture


def _set_name(name: str, width: int) -> tuple[list[str], ImageFont.FreeTypeFont]:
    """The name in lines, in the largest letters that fit the width."""
    lines = name.split() if len(name.split()) <= 3 else _in_pairs(name.split())
    size = 190
    while size > SMALLEST_LETTERS and max(_letters(size).getlength(line) for line in lines) > width:
        size -= 6
    return lines, _letters(size)


def _in_pairs(words: list[str]) -> list[str]:
    """Two words on a line."""
    return [" ".join(words[start : start + 2]) for start in range(0, len(words), 2)]


def _letters(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise TypeError("Pillow was built without FreeType")
    return font


def letters_file() -> bytes:
    """The typeface of the posters as a TrueType file, for the titles inside the films."""
    path = _letters(20).path
    return path.getvalue() if isinstance(path, BytesIO) else b""


def _glow(picture: Image.Image, centre: tuple[int, int], colour: Colour) -> Image.Image:
    """A large soft light in the sky."""
    reach = int(max(picture.size) * 0.55)
    light = ImageOps.invert(Image.radial_gradient("L")).resize((reach * 2, reach * 2))
    mask = Image.new("L", picture.size)
    mask.paste(light.point(lambda level: max(0, level - GLOW_EDGE) * 4 // 5), (centre[0] - reach, centre[1] - reach))
    return Image.composite(Image.new("RGB", picture.size, colour), picture, mask)


def _grain(picture: Image.Image, dice: Random) -> Image.Image:
    """The same picture with the grain of film on it."""
    tile = Image.frombytes("L", (GRAIN_TILE, GRAIN_TILE), dice.randbytes(GRAIN_TILE * GRAIN_TILE))
    tile = tile.point(lambda level: 116 + level * 24 // 255)
    grain = Image.new("L", picture.size)
    for left in range(0, picture.width, GRAIN_TILE):
        for top in range(0, picture.height, GRAIN_TILE):
            grain.paste(tile, (left, top))
    return ImageChops.overlay(picture, Image.merge("RGB", (grain, grain, grain)))


def _rgb(text: str) -> Colour:
    red, green, blue = ImageColor.getrgb(text)[:3]
    return red, green, blue


def _jpeg(picture: Image.Image) -> bytes:
    file = BytesIO()
    picture.save(file, "JPEG", quality=88)
    return file.getvalue()
