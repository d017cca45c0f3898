"""Says no in words: what is wrong, with which field, and the cure."""

import logging
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from matinee.kernel.auth import TooManyTries
from matinee.kernel.errors import Conflict, MatineeError, NotFound, Refused, Unreachable
from matinee.kernel.redact import redact
from matinee.web.desk import Forbidden
from matinee.web.gate import CAREFUL

log = logging.getLogger(__name__)

_STATUS: tuple[tuple[type[MatineeError], int], ...] = (
    (NotFound, 404),
    (Conflict, 409),
    (Forbidden, 403),
    (TooManyTries, 429),
    (Refused, 400),
    (Unreachable, 503),
    (MatineeError, 500),
)


def problem(status: int, detail: str) -> HTTPException:
    """A refusal with a status of its own."""
    return HTTPException(status, detail)


def explain_problems(app: FastAPI) -> None:
    """Answer every error of this application as a Problem."""
    app.add_exception_handler(MatineeError, _known)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Exception, _unknown)


def _answer(status: int, detail: str, field: str | None = None) -> JSONResponse:
    return JSONResponse({"detail": redact(detail), "field": field}, status)


async def _known(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, MatineeError):
        raise error
    status = next(status for kind, status in _STATUS if isinstance(error, kind))
    return _answer(status, str(error), error.field)


async def _http(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, HTTPException):
        raise error
    answer = _answer(error.status_code, str(error.detail))
    answer.headers.update(error.headers or {})
    return answer


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, RequestValidationError):
        raise error
    first: dict[str, Any] = error.errors()[0]
    if first["type"] == "json_invalid":
        return _answer(422, "The request is not valid JSON.")
    field = ".".join(str(part) for part in first["loc"][1:]) or None
    return _answer(422, f"{field or 'request'}: {first['msg']}", field)


async def _unknown(request: Request, error: Exception) -> JSONResponse:
    log.error("fault while answering %s", request.url.path, exc_info=error)
    answer = _answer(500, "A fault inside Matinee; its log says more.")
    answer.headers.update(CAREFUL)  # this answer is given outside the gate
    return answer
