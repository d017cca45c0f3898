"""What the pages and the house say to each other about tastes: profiles, formats, sizes, delays and words."""

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from matinee.media.custom_format import ConditionKind
from matinee.media.formats.numbers import Product
from matinee.media.preferences import Propers
from matinee.media.release import Protocol
from matinee.pipeline.curating import Outcome
from matinee.web.models import Message

KindName = Literal["movie", "series"]
ShortName = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=r"^[^\x00-\x1f\x7f]*$")]
Word = Annotated[str, StringConstraints(min_length=1, max_length=10_000)]
Tag = Annotated[str, StringConstraints(min_length=1, max_length=80)]
Score = Annotated[int, Field(ge=-1_000_000, le=1_000_000)]
Minutes = Annotated[int, Field(ge=0, le=525_600)]
Bytes = Annotated[int, Field(ge=0, le=2**53)]
Megabytes = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]


class GroupBody(Message):
    """Qualities that are as good as each other."""

    name: ShortName
    qualities: list[str] = Field(max_length=100)


class SizeBody(Message):
    """How large a minute may be, in MB; none is no limit."""

    least: Megabytes = 0.0
    preferred: Megabytes | None = None
    most: Megabytes | None = None


class ProfileBody(Message):
    """A quality profile: groups from worst to best, the cutoff, and what each custom format adds."""

    name: ShortName
    groups: list[GroupBody] = Field(max_length=100)
    cutoff: str
    upgrades: bool = True
    languages: list[str] = Field([], max_length=100)
    scores: dict[str, Score] = Field({})
    least_score: Score = 0
    cutoff_score: Score = 0
    least_gain: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    sizes: dict[str, SizeBody] = Field({})
    sentence: str = Field("", max_length=400)


class ProfileOut(ProfileBody):
    """A quality profile that is kept; `is_default` is that of new wishes."""

    id: int
    is_default: bool


class ConditionBody(Message):
    """One thing that a custom format looks for."""

    name: str = Field("", max_length=200)
    kind: ConditionKind
    value: str = Field("", max_length=10_000)
    least: Bytes | None = None
    most: Bytes | None = None
    negate: bool = False
    required: bool = False
    except_language: bool = False


class FormatBody(Message):
    """A custom format; `proposed` are a guide's scores by the name of the set."""

    name: ShortName
    conditions: list[ConditionBody] = Field(max_length=2000)
    include_when_renaming: bool = False
    trash_id: str | None = Field(None, max_length=64)
    proposed: dict[str, Score] = Field({})


class FormatOut(FormatBody):
    """A custom format that is kept."""

    id: int


class PaperIn(Message):
    """One file to take in: its path, which may tell whose it is, and its text."""

    path: str = Field(max_length=1000)
    text: str


class ImportIn(Message):
    """What to take in: files, or an address or a place on the house's own machine."""

    files: list[PaperIn] = Field([], max_length=5000)
    place: str | None = Field(None, max_length=2000)
    product: Product = Product.RADARR


class ToldOut(Message):
    """What one file was, and what became of it."""

    path: str
    what: str
    name: str
    outcome: Outcome
    why: str


class ImportOut(Message):
    """What became of everything that came."""

    told: list[ToldOut]


class ExportOut(Message):
    """Custom formats as the guides write them; `left_out` tells which the product cannot have, and why."""

    formats: list[dict[str, Any]]
    left_out: list[str]


class TryIn(Message):
    """A release to try the formats on."""

    name: str = Field(min_length=1, max_length=2000)
    kind: KindName | None = None
    size: Bytes = 0
    flags: list[str] = Field([], max_length=100)
    original_language: str | None = Field(None, max_length=80)


class TriedCondition(Message):
    """Whether a condition held."""

    name: str
    kind: ConditionKind
    negate: bool
    required: bool
    held: bool


class TriedFormat(Message):
    """Whether a format matches, condition by condition."""

    name: str
    matches: bool
    conditions: list[TriedCondition]


class TriedProfile(Message):
    """What a profile makes of it: the score, and whether quality and score are welcome."""

    name: str
    score: int
    quality_allowed: bool
    score_reached: bool


class TryOut(Message):
    """How a release is read, and what the house's taste says of it."""

    quality: str
    languages: list[str]
    group: str | None
    formats: list[TriedFormat]
    profiles: list[TriedProfile]


class SizesBody(Message):
    """The house's own sizes, by quality."""

    sizes: dict[str, SizeBody]


class SizesOut(SizesBody):
    """The house's own sizes, and every quality there is, from worst to best."""

    qualities: list[str]


class DelayBody(Message):
    """How long to wait for something better; one without tags stands last."""

    name: ShortName
    tags: list[Tag] = Field([], max_length=100)
    preferred: Protocol = Protocol.TORRENT
    torrent_minutes: Minutes = 0
    usenet_minutes: Minutes = 0
    torrents: bool = True
    usenet: bool = True
    bypass_if_best_quality: bool = False
    bypass_above_score: Score | None = None


class DelaysBody(Message):
    """All delay profiles, in their order."""

    delays: list[DelayBody] = Field(max_length=200)


class RestrictionBody(Message):
    """Words that must or must not stand in a name."""

    name: ShortName
    must: list[Word] = Field([], max_length=500)
    must_not: list[Word] = Field([], max_length=500)
    tags: list[Tag] = Field([], max_length=100)
    indexer: str | None = Field(None, max_length=120)
    enabled: bool = True


class RestrictionsBody(Message):
    """All release profiles."""

    restrictions: list[RestrictionBody] = Field(max_length=500)


class LimitsBody(Message):
    """The house's bounds: sizes in MB, ages in minutes and days; 0 is no bound."""

    largest_mb: Annotated[int, Field(ge=0, le=2**31)] = 0
    least_usenet_minutes: Minutes = 0
    usenet_retention_days: Annotated[int, Field(ge=0, le=100_000)] = 0
    least_free_mb: Annotated[int, Field(ge=0, le=2**31)] = 100
    availability_delay_days: Annotated[int, Field(ge=-3650, le=3650)] = 0
    hardcoded_subtitles: bool = False
    hardcoded_subtitles_allowed: list[str] = Field([], max_length=100)
    prefer_flags: bool = False


class TermsBody(Message):
    """What the owner asks of one indexer's releases."""

    least_seeders: Annotated[int, Field(ge=0, le=1_000_000)] = 1
    required_flags: list[str] = Field([], max_length=100)
    tags: list[Tag] = Field([], max_length=100)
    season_pack_after_days: Annotated[int, Field(ge=0, le=3650)] | None = None


class PreferencesBody(Message):
    """The rest of the house's taste: propers, bounds, and terms by the indexers' names."""

    propers: Propers = Propers.UPGRADE
    limits: LimitsBody = LimitsBody()
    indexers: dict[str, TermsBody] = Field({})
