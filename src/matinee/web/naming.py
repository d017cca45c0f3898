"""How files and folders are called: the scheme, what it would do, and doing it."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field, TypeAdapter

from matinee.media.naming import PRESETS, Colon, NamingScheme, Style, tokens
from matinee.media.title import Kind
from matinee.pipeline.renaming import Rename, look_at_names, rename_files
from matinee.store.profiles import keep_naming
from matinee.web.desk import AtDesk, Me, Owner
from matinee.web.models import KindName, Message

router = APIRouter(prefix="/api/naming", tags=["naming"])

Format = Annotated[str, Field(max_length=500)]
_SCHEME = TypeAdapter(NamingScheme)


class SchemeBody(Message):
    """The formats of names; each is checked, and a wrong one is refused with its field."""

    rename: bool = True
    movie: Format
    standard: Format
    daily: Format
    anime: Format
    movie_folder: Format
    series_folder: Format
    season_folder: Format
    specials_folder: Format
    style: Style
    colon: Colon
    custom_colon: str = Field("", max_length=10)
    replace_illegal: bool = True
    unknown_group: str = Field("", max_length=40)
    ellipsis: str = Field("…", max_length=5)
    room_for_subtitles: int = Field(0, ge=0, le=100)


class TokenOut(Message):
    """A word in braces, what it becomes, and an example."""

    token: str
    meaning: str
    example: str
    kinds: list[KindName]


class NamingOut(Message):
    """The scheme of the house, the schemes to begin with by name, and all tokens."""

    scheme: SchemeBody
    presets: dict[str, SchemeBody]
    tokens: list[TokenOut]


class RenameOut(Message):
    """A file and its new name, both below the library; `trouble` says why it stayed."""

    file_id: int
    label: str
    old: str
    new: str
    trouble: str


class RenamesOut(Message):
    """What would be, or was, renamed."""

    renames: list[RenameOut]


class FilesIn(Message):
    """Which files to rename."""

    file_ids: list[int] = Field(max_length=100_000)


@router.get("")
async def read_naming_scheme(desk: AtDesk, me: Me) -> NamingOut:
    """How files are called, and what else there is."""
    presets = {name: _body(scheme) for name, scheme in PRESETS.items()}
    return NamingOut(scheme=_body(desk.parts.tastes.now.naming), presets=presets, tokens=_tokens())


@router.put("")
async def change_naming_scheme(body: SchemeBody, desk: AtDesk, me: Owner) -> NamingOut:
    """New files are called so from now on; those that are there keep their names until they are renamed."""
    scheme = _meant(body)
    await desk.parts.tastes.change(lambda tx: keep_naming(tx, scheme))
    return await read_naming_scheme(desk, me)


@router.post("/preview")
async def preview_names(body: SchemeBody, desk: AtDesk, me: Owner) -> RenamesOut:
    """Which files of the library this scheme calls by another name. Nothing is changed."""
    return _told(await look_at_names(desk.parts, _meant(body)))


@router.get("/renames")
async def read_renames(desk: AtDesk, me: Owner) -> RenamesOut:
    """Which files bear another name than the house's scheme gives them."""
    return _told(await look_at_names(desk.parts))


@router.post("/renames")
async def rename(body: FilesIn, desk: AtDesk, me: Owner) -> RenamesOut:
    """Rename these files; what cannot be renamed stays and says why."""
    return _told(await rename_files(desk.parts, body.file_ids))


def _meant(body: SchemeBody) -> NamingScheme:
    return NamingScheme(**body.model_dump())


def _body(scheme: NamingScheme) -> SchemeBody:
    told: dict[str, Any] = _SCHEME.dump_python(scheme)
    return SchemeBody.model_validate(told)


def _tokens() -> list[TokenOut]:
    told: dict[str, TokenOut] = {}
    for kind in Kind:
        for one in tokens(kind):
            known = told.setdefault(
                one.token, TokenOut(token=one.token, meaning=one.meaning, example=one.example, kinds=[])
            )
            known.kinds.append(kind.value)
    return list(told.values())


def _told(renames: list[Rename]) -> RenamesOut:
    return RenamesOut(
        renames=[
            RenameOut(file_id=one.file_id, label=one.label, old=str(one.old), new=str(one.new), trouble=one.trouble)
            for one in renames
        ]
    )
