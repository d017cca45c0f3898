"""Signing in and out, the first owner, and the keys of apps."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from matinee import __version__
from matinee.kernel.auth import Identity, NewSession, Role, TooManyTries
from matinee.kernel.clock import now
from matinee.kernel.errors import Conflict, Refused
from matinee.web.desk import AtDesk, Desk, Forbidden, Id, Owner
from matinee.web.gate import COOKIE, session_token
from matinee.web.models import ApiKeyOut, Credentials, KeyName, NewApiKey, Session, Setup
from matinee.web.problems import problem
from matinee.web.timeline import person

router = APIRouter(prefix="/api", tags=["doors"])

_COOKIE_SECONDS = 30 * 24 * 3600


def _at_the_page(owner: Owner) -> Identity:
    """The owner in person: a key that has got out must not make others that outlive it."""
    if owner.csrf is None:
        raise Forbidden("Keys are made and revoked on the page, not with a key.")
    return owner


OwnerAtThePage = Annotated[Identity, Depends(_at_the_page)]


@router.get("/session")
async def read_session(request: Request, desk: AtDesk) -> Session:
    """Who is looking, and whether the house still waits for its owner."""
    identity: Identity | None = request.scope.get("identity")
    here = await desk.doorkeeper.anyone_here()
    return Session(
        user=person(identity.user) if identity else None,
        csrf=identity.csrf if identity else None,
        needs_setup=not here,
        version=__version__,
    )


@router.post("/setup")
async def set_up(body: Setup, request: Request, response: Response, desk: AtDesk) -> Session:
    """Make the first owner, with the code from the terminal."""
    if await desk.doorkeeper.anyone_here():
        raise Conflict("The house has an owner already: sign in.")
    if not desk.setup.accepts(body.code):
        raise Forbidden("The code is wrong. It stands on the terminal where Matinee was started.", field="code")
    await desk.doorkeeper.create_user(body.name, body.password, Role.OWNER, now())
    return await _let_in(body.name, body.password, request, response, desk)


@router.post("/login")
async def sign_in(body: Credentials, request: Request, response: Response, desk: AtDesk) -> Session:
    """Come in with name and password."""
    try:
        return await _let_in(body.name, body.password, request, response, desk)
    except TooManyTries:
        raise
    except Refused as error:
        raise problem(401, str(error)) from error


@router.post("/logout", status_code=204)
async def sign_out(request: Request, response: Response, desk: AtDesk) -> None:
    """Go out; the cookie is worth nothing any more."""
    token = session_token(request.headers)
    if token:
        await desk.doorkeeper.sign_out(token)
    response.delete_cookie(COOKIE, path="/")


@router.get("/keys")
async def read_keys(desk: AtDesk, owner: OwnerAtThePage) -> list[ApiKeyOut]:
    """All keys of apps."""
    keys = await desk.doorkeeper.keys()
    return [ApiKeyOut(id=key.id, name=key.name, created=key.created, last_used=key.last_used) for key in keys]


@router.post("/keys", status_code=201)
async def make_key(body: KeyName, desk: AtDesk, owner: OwnerAtThePage) -> NewApiKey:
    """A new key; it is shown this one time."""
    made, key = await desk.doorkeeper.make_key(owner.user.id, body.name, now())
    return NewApiKey(id=made.id, name=made.name, key=key)


@router.delete("/keys/{key_id}", status_code=204)
async def revoke_key(key_id: Id, desk: AtDesk, owner: OwnerAtThePage) -> None:
    """The app stays outside from now on."""
    await desk.doorkeeper.revoke_key(key_id)


async def _let_in(name: str, password: str, request: Request, response: Response, desk: Desk) -> Session:
    address = request.client.host if request.client else ""
    return _open(request, response, await desk.doorkeeper.sign_in(name, password, now(), address=address))


def _open(request: Request, response: Response, session: NewSession) -> Session:
    response.set_cookie(
        COOKIE,
        session.token,
        max_age=_COOKIE_SECONDS,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
        path="/",
    )
    return Session(user=person(session.user), csrf=session.csrf, needs_setup=False, version=__version__)
