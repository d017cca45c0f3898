"""Make a picture as small as the page needs it: same proportions, WebP, nothing of the camera in it."""

from io import BytesIO
from typing import TYPE_CHECKING

from matinee.kernel.errors import Refused

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_PIXELS = 40_000_000
QUALITY = 80
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")


def shrink(original: bytes, width: int, where: str) -> bytes:
    """The picture as WebP at most `width` pixels wide, never enlarged; Refused names `where` it came from."""
    try:
        return _webp(_scaled(_opened(original), width))
    except Refused as error:
        raise Refused(f"{where}: {error}") from error
    except Exception as error:  # a hostile file breaks a decoder in more ways than its documents tell
        raise Refused(f"{where}: this is not a picture that can be shown") from error


def _opened(original: bytes) -> "Image":
    """The first frame, not decoded yet: its size is judged before a pixel is unpacked."""
    from PIL import Image  # noqa: PLC0415  (heavy: a house that shows no picture does not load it)

    try:
        image = Image.open(BytesIO(original), formats=_FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused("the picture is too large to unpack") from error
    if image.width * image.height > MAX_PIXELS:
        raise Refused(f"the picture is too large to unpack ({image.width} × {image.height} pixels)")
    return image


def _scaled(image: "Image", width: int) -> "Image":
    from PIL import Image, ImageOps  # noqa: PLC0415

    image.draft("RGB", (width * 2, width * 2))  # a JPEG is decoded no finer than needed
    upright = _plain(ImageOps.exif_transpose(image))
    if upright.width <= width:
        return upright
    height = max(1, round(upright.height * width / upright.width))
    return upright.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)


def _plain(image: "Image") -> "Image":
    """The picture in plain colours, with transparency only where it had some."""
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _webp(image: "Image") -> bytes:
    image.info.clear()
    out = BytesIO()
    image.save(out, "WEBP", quality=QUALITY, method=4)
    return out.getvalue()
