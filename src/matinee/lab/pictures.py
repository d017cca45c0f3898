"""The picture servers: TMDB's at /t/p/{size}/{file}.jpg, TVmaze's at /uploads/images/{size}/{file}.jpg."""

import asyncio

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from matinee.lab.catalogue import BY_SLUG
from matinee.lab.paint import backdrop, poster

POSTER, BACKDROP = "poster", "backdrop"
ORIGINAL = {POSTER: 1000, BACKDROP: 1920}
TVMAZE_WIDTHS = {"medium_portrait": 210, "original_untouched": 680, "medium_landscape": 250}
LARGEST = 1920


def routes() -> list[BaseRoute]:
    """Both servers."""
    return [Route("/t/p/{size}/{file}.jpg", picture), Route("/uploads/images/{size}/{file}.jpg", picture)]


async def picture(request: Request) -> Response:
    """A poster or backdrop, painted when it is asked for the first time."""
    slug, _, kind = request.path_params["file"].rpartition("-")
    title, width = BY_SLUG.get(slug), _width(request.path_params["size"], kind)
    if title is None or width is None:
        return PlainTextResponse("not found", 404)
    paint = poster if kind == POSTER else backdrop
    body = await asyncio.to_thread(paint, title, width)
    return Response(body, media_type="image/jpeg", headers={"Cache-Control": "public, max-age=31536000"})


def _width(size: str, kind: str) -> int | None:
    """The width in pixels behind a size's name, None for a size or kind that is none."""
    if kind not in ORIGINAL:
        return None
    if size in ("original", "original_untouched"):
        return ORIGINAL[kind]
    if size in TVMAZE_WIDTHS:
        return TVMAZE_WIDTHS[size]
    width = size.removeprefix("w")
    return min(int(width), LARGEST) if size.startswith("w") and width.isdecimal() and int(width) else None
