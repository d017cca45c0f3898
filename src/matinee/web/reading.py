"""How a release's name is read, word by word: for whoever wonders why."""

from fastapi import APIRouter

from matinee.media.parse.explain import explain_name
from matinee.media.title import Kind
from matinee.web.choice_models import NameIn, NameOut, WordOut
from matinee.web.desk import Me

router = APIRouter(prefix="/api", tags=["reading"])


@router.post("/parse")
async def parse_name(body: NameIn, me: Me) -> NameOut:
    """Read a name, and tell of each word what it decides."""
    name, words = explain_name(body.name, Kind(body.kind) if body.kind else None)
    return NameOut(
        name=body.name,
        kind=name.kind.value if name.kind else None,
        is_release=name.is_release,
        title=name.title,
        year=name.year,
        season=name.season,
        episodes=list(name.episodes),
        absolute=list(name.absolute),
        air_date=name.air_date,
        is_season_pack=name.is_season_pack,
        quality=name.quality.name,
        revision=name.revision.version,
        languages=list(name.languages),
        group=name.group,
        edition=name.edition,
        words=[WordOut.model_validate(word, from_attributes=True) for word in words],
    )
