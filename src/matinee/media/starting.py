"""What a new house likes: three profiles for films and series alike, and the few tastes that they score."""

from matinee.media.custom_format import Condition, ConditionKind, CustomFormat
from matinee.media.profile import Profile, QualityGroup, QualitySize, alone

_SPOKEN = ("Original", "English")
_JUNK = {"Upscaled": -1000, "3D": -1000, "Dubbed": -1000, "Burnt-in subtitles": -1000}
_GAP = "[ ._-]?"


def _title(expression: str, *, negate: bool = False, name: str = "") -> Condition:
    return Condition(name or expression, ConditionKind.TITLE, expression, negate=negate, required=True)


_HDR = rf"\bhdr(10)?\b|\bhdr{_GAP}10{_GAP}(\+|p(lus)?\b)|\bhlg\b|\bpq\b"
_VISION = rf"\b(dv|dovi|dolby{_GAP}vision)\b"

STARTING_FORMATS: tuple[CustomFormat, ...] = (
    CustomFormat("HDR", (_title(_HDR, name="HDR10, HDR10+ or HLG"),)),
    CustomFormat("Dolby Vision", (_title(_VISION, name="DV, DoVi or Dolby Vision"),)),
    CustomFormat(
        "Dolby Vision alone",
        (_title(_VISION, name="Dolby Vision"), _title(_HDR, name="with HDR to fall back to", negate=True)),
    ),
    CustomFormat("x265", (_title(rf"\b[xh]{_GAP}265\b|\bhevc\b", name="x265, H.265 or HEVC"),)),
    CustomFormat("AV1", (_title(r"\bav1\b", name="AV1"),)),
    CustomFormat(
        "Lossless sound",
        (
            _title(
                rf"\btrue{_GAP}hd|\bdts{_GAP}(hd{_GAP}ma|x)\b|\batmos\b|\bl?pcm\b|\bflac", name="TrueHD, DTS-HD MA …"
            ),
        ),
    ),
    CustomFormat(
        "Upscaled",
        (
            _title(
                rf"\b(ai{_GAP})?(upscaled?|upconvert(ed)?|up{_GAP}rez)\b|\bai{_GAP}(hd|enhanced?)\b", name="upscaled"
            ),
        ),
    ),
    CustomFormat(
        "3D",
        (
            _title(
                rf"\b(19|20)[0-9][0-9]\b.*\b3d\b|\bh(alf)?{_GAP}(sbs|ou|tab)\b|\b(bd|blu{_GAP}ray){_GAP}3d\b", name="3D"
            ),
        ),
    ),
    CustomFormat(
        "Dubbed",
        (
            _title(rf"\b((line|mic|md|ld|ac3){_GAP}dub(bed)?|dubbed|dublado|doblado)\b", name="dubbed"),
            _title(r"\b(dual|multi|ml)\b|(?<!web[ ._-])\bdl\b", name="with the original beside it", negate=True),
        ),
    ),
    CustomFormat(
        "Burnt-in subtitles",
        (_title(rf"\b(hc|hard{_GAP}(coded{_GAP})?subs?|korsubs?)\b", name="HC, hardsub or KORSUB"),),
    ),
)

_LOW = (
    *alone("SDTV"),
    QualityGroup("WEB 480p", ("WEBRip-480p", "WEBDL-480p")),
    *alone("Bluray-480p", "Bluray-576p"),
)
_HIGH = (
    *alone("HDTV-720p"),
    QualityGroup("WEB 720p", ("WEBRip-720p", "WEBDL-720p")),
    *alone("Bluray-720p", "HDTV-1080p"),
)
_WEB_1080 = QualityGroup("WEB 1080p", ("WEBRip-1080p", "WEBDL-1080p"))
_WEB_2160 = QualityGroup("WEB 2160p", ("WEBRip-2160p", "WEBDL-2160p"))


def _sizes(groups: tuple[QualityGroup, ...], preferred: float | None, most: float) -> dict[str, QualitySize]:
    return {name: QualitySize(0.0, preferred, most) for group in groups for name in group.qualities}


_SMALL = (*_LOW, *_HIGH, _WEB_1080, *alone("Bluray-1080p"))
SMALL_1080P = Profile(
    name="1080p, small",
    groups=_SMALL,
    cutoff="WEB 1080p",
    languages=_SPOKEN,
    scores={"x265": 10, "AV1": 10, **_JUNK},
    sizes=_sizes(_SMALL, 35.0, 100.0),
    sentence="Up to 1080 lines, about 4 GB for a film of two hours and never more than 12.",
)

_BEST = (
    *_LOW,
    *_HIGH,
    _WEB_1080,
    *alone("Bluray-1080p", "Remux-1080p", "HDTV-2160p"),
    _WEB_2160,
    *alone("Bluray-2160p", "Remux-2160p"),
)
BEST_PICTURE = Profile(
    name="Best picture that fits",
    groups=_BEST,
    cutoff="Remux-2160p",
    languages=_SPOKEN,
    scores={"HDR": 20, "Dolby Vision": 5, "Dolby Vision alone": -10, "Lossless sound": 10, **_JUNK},
    sizes=_sizes(_BEST, None, 400.0),
    sentence="The finest picture that takes no more than 48 GB for a film of two hours.",
)

_UHD = (
    *_HIGH,
    _WEB_1080,
    *alone("Bluray-1080p", "HDTV-2160p"),
    QualityGroup("2160p", (*_WEB_2160.qualities, "Bluray-2160p")),
)
UHD_HDR = Profile(
    name="4K with HDR",
    groups=_UHD,
    cutoff="2160p",
    languages=_SPOKEN,
    scores={"HDR": 100, "Dolby Vision": 20, "Dolby Vision alone": -50, "x265": 5, **_JUNK},
    cutoff_score=100,
    sizes=_sizes(_UHD, 150.0, 300.0),
    sentence="2160 lines with HDR, 18 GB or so for a film of two hours; less until there is such a release.",
)

STARTING_PROFILES: tuple[Profile, ...] = (SMALL_1080P, BEST_PICTURE, UHD_HDR)
DEFAULT_PROFILE = SMALL_1080P.name

FORMER_NAMES = {"HD": SMALL_1080P.name, "4K": UHD_HDR.name, "Any": BEST_PICTURE.name}
