"""What can be added as an indexer, as the pages show it: each offer in a line, and the form it asks to be filled in."""

from collections.abc import Mapping

from matinee.engines.indexer.language.definition import Definition, Setting
from matinee.engines.indexer.shelf.summary import Summary
from matinee.kernel.errors import Refused
from matinee.media.categories import STANDARD, name_of
from matinee.media.indexing import Function, Privacy
from matinee.products.newznab.presets import Preset
from matinee.web.indexer_models import FormOut, OfferOut, OptionOut, SettingOut, SettingType

_TYPES: Mapping[str, SettingType] = {
    "text": "text",
    "password": "password",
    "checkbox": "checkbox",
    "select": "select",
}
_SECRET_WORDS = ("password", "cookie", "key", "passkey", "token", "2fa", "rsskey", "pid", "secret")
# Notes that definitions name and leave to whoever shows them.
_NOTES: Mapping[str, tuple[str, str]] = {
    "info_cookie": (
        "How to find the cookie",
        "Sign in on the site with a browser, open its developer tools (F12), choose Network, load the page again, "
        "and copy the value of Cookie among the headers of the first request.",
    ),
    "info_useragent": (
        "How to find the user agent",
        "It stands in the same place as the cookie, as User-Agent: both must come from the same browser.",
    ),
    "info_flaresolverr": (
        "This site may want to see a browser",
        "Where the test says so, add a FlareSolverr under Proxies, with a tag that this indexer has too.",
    ),
    "info_category_8000": (
        "Not all kinds are told apart here",
        "The site does not say of what kind its uploads are: some or all of them are in Other (8000).",
    ),
}
_MOVIES_AND_SERIES = ("Movies", "TV")
_ADDRESS = SettingOut(name="url", label="Address", type="text", default="", options=[], help="")
_KEY = SettingOut(
    name="api_key",
    label="API key",
    type="password",
    default="",
    options=[],
    help="It stands on your profile page there; Prowlarr and Jackett show it in their settings.",
)
_CATEGORIES = SettingOut(
    name="categories",
    label="Categories",
    type="text",
    default="",
    options=[],
    help="Numbers, as 2000,5000; empty for all that hold movies and series.",
)

ARCHIVE = OfferOut(
    kind="archive",
    definition="",
    name="Internet Archive",
    description="Films in the public domain, free for everybody and without an account.",
    language="en-US",
    privacy=Privacy.PUBLIC.value,
    protocol="torrent",
    categories=["Movies"],
    ids=["imdb"],
    links=["https://archive.org/"],
)
RSS = OfferOut(
    kind="rss",
    definition="",
    name="Torrent RSS feed",
    description="The newest torrents of any site that has a feed of them.",
    language="en-US",
    privacy=Privacy.PUBLIC.value,
    protocol="torrent",
    categories=list(_MOVIES_AND_SERIES),
    ids=[],
    links=[],
)
RSS_SETTINGS = [
    _ADDRESS.model_copy(update={"label": "Address of the feed"}),
    SettingOut(
        name="cookie", label="Cookie", type="password", default="", options=[], help="Where the feed needs one."
    ),
    SettingOut(
        name="default_size",
        label="Size when the feed tells none, in MB",
        type="text",
        default="512",
        options=[],
        help="A release without a size is otherwise left out.",
    ),
    SettingOut(
        name="allow_zero_size",
        label="Take releases without a size",
        type="checkbox",
        default="",
        options=[],
        help="",
    ),
]


def offer_of_preset(preset: Preset) -> OfferOut:
    """A well-known indexer, or a generic one, in a line."""
    protocol = preset.protocol.value
    generic = "an indexer, a Prowlarr or a Jackett" if protocol == "torrent" else "a usenet indexer"
    return OfferOut(
        kind="torznab" if protocol == "torrent" else "newznab",
        definition=preset.name,
        name=preset.name,
        description=f"By its address and key: {preset.url or generic}.",
        language="en-US",
        privacy=Privacy.PRIVATE.value,
        protocol=protocol,
        categories=list(_MOVIES_AND_SERIES),
        ids=["imdb", "tmdb", "tvdb"],
        links=[preset.url] if preset.url else [],
    )


def offer_of_summary(summary: Summary) -> OfferOut:
    """A definition in a line: its categories by their names at the top."""
    tops = {STANDARD[one].parent or one for one in summary.categories if one in STANDARD}
    told = set(summary.ids(Function.MOVIE)) | set(summary.ids(Function.TV))
    return OfferOut(
        kind="cardigann",
        definition=summary.id,
        name=summary.name,
        description=summary.description,
        language=summary.language,
        privacy=summary.privacy.value,
        protocol="torrent",
        categories=list(dict.fromkeys(name_of(one) for one in sorted(tops))),
        ids=sorted(name.removesuffix("id") for name in told),
        links=list(summary.links),
    )


def is_called(preset: Preset, kind: str, definition: str) -> bool:
    """A preset by its name; one that was added without a preset is a generic one."""
    fits = (kind == "torznab") == (preset.protocol.value == "torrent") and kind in ("torznab", "newznab")
    return fits and (preset.name == definition or (not definition and not preset.url))


def settings_of_preset(preset: Preset) -> list[SettingOut]:
    """What an indexer that speaks Newznab or Torznab asks for."""
    path = SettingOut(
        name="api_path", label="Path of the API", type="text", default=preset.api_path, options=[], help=""
    )
    return [_ADDRESS.model_copy(update={"default": preset.url}), path, _KEY, _CATEGORIES]


def settings_of_definition(definition: Definition) -> list[SettingOut]:
    """The definition's own settings behind the address, which may be another one than the first."""
    links = [OptionOut(value=link, label=link) for link in definition.links]
    address = SettingOut(
        name="url",
        label="Address",
        type="select" if len(links) > 1 else "text",
        default=definition.links[0] if definition.links else "",
        options=links if len(links) > 1 else [],
        help="Another mirror of the same site may be written here." if len(links) < 2 else "",
    )
    captcha = (
        [
            SettingOut(
                name="cardigannCaptcha",
                label="Letters of the picture",
                type="text",
                default="",
                options=[],
                help="Test the indexer to see the picture, then write its letters here and test again.",
            )
        ]
        if definition.login and definition.login.captcha
        else []
    )
    return [address, *(_setting(one) for one in definition.settings), *captcha]


def _setting(setting: Setting) -> SettingOut:
    type_ = _TYPES.get(setting.type, "info")
    is_secret = type_ == "text" and any(word in setting.name.lower() for word in _SECRET_WORDS)
    label, text = _NOTES.get(setting.type, (setting.label or setting.name, ""))
    return SettingOut(
        name=setting.name,
        label=label,
        type="password" if is_secret else type_,
        default=(setting.default or "") if not is_secret else "",
        options=[OptionOut(value=value, label=label) for value, label in setting.options.items()],
        help=text,
    )


def check_settings(form: FormOut, settings: Mapping[str, str]) -> None:
    """Refused for a setting that the indexer does not have, or a choice that is none."""
    known = {one.name: one for one in form.settings}
    for name, value in settings.items():
        setting = known.get(name)
        if setting is None:
            raise Refused(f"'{name}' is no setting of this indexer", field=f"settings.{name}")
        choices = {option.value for option in setting.options}
        if setting.type == "select" and name != "url" and value and value not in choices:
            raise Refused(f"{setting.label}: '{value}' is none of its choices", field=f"settings.{name}")
