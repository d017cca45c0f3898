"""The catalogue of indexers that can be added: well-known ones, plain feeds, and every definition the owner brings."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from pathlib import Path

from matinee.engines.indexer.language.definition import Definition, Setting
from matinee.engines.indexer.shelf.library import Library
from matinee.engines.indexer.shelf.summary import Summary
from matinee.kernel.clock import Clock, now
from matinee.kernel.errors import MatineeError, NotFound, Refused
from matinee.kernel.guard import Guard
from matinee.media.categories import STANDARD, name_of
from matinee.media.indexing import Function, IndexerFacts, Privacy
from matinee.pipeline.search import Seat
from matinee.products.newznab.presets import PRESETS, Preset
from matinee.web.indexer_models import BrokenOut, CatalogueOut, FormOut, OfferOut, OptionOut, SettingOut, SettingType

log = logging.getLogger(__name__)

REFRESH_SECONDS = 3600.0  # how often it is looked whether the day is over
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


class Catalogue:
    """Holds the library of definitions in the folder `folder`; `source` may change while the house is open."""

    def __init__(self, folder: Path, source: str, *, guard: Guard | None = None, clock: Clock = now) -> None:
        self.source = source
        self.trouble = ""
        self.read: datetime | None = None
        self._folder = folder
        self._guard = guard
        self._clock = clock
        self.library = self._library(source)

    async def use(self, source: str) -> None:
        """Take definitions from somewhere else. Refused or Unreachable when there are none: nothing is changed."""
        library = self._library(source)
        await library.refresh(at_once=True)
        await asyncio.to_thread(library.summaries)
        self.library, self.source = library, source
        self.read, self.trouble = self._clock(), ""

    async def refresh(self, *, at_once: bool = False) -> bool:
        """Look for newer definitions: whether there are any. What goes wrong is told on the page, the old ones stay."""
        is_newer = False
        try:
            is_newer = await self.library.refresh(at_once=at_once)
            await asyncio.to_thread(self.library.summaries)
            self.read, self.trouble = self._clock(), ""
        except MatineeError as error:
            self.trouble = str(error)
            log.warning("definitions of indexers: %s", error)
        return is_newer

    async def keep_fresh(self, tell: Callable[[], Awaitable[None]]) -> None:
        """Look every day, for as long as the house is open; `tell` hears of newer ones."""
        await self.refresh()
        while True:
            await asyncio.sleep(REFRESH_SECONDS)
            if await self.refresh():
                await tell()

    def get(self, id: str) -> Definition:
        """One definition; NotFound, with the cure."""
        return self.library.get(id)

    def summaries(self) -> tuple[Summary, ...]:
        """Every definition in a line; none while they cannot be read."""
        return self._shelf()[0]

    async def everything(self) -> CatalogueOut:
        """All that can be added."""
        summaries, broken = await asyncio.to_thread(self._shelf)
        offers = [_ARCHIVE, *map(_of_preset, PRESETS), _RSS, *map(_of_summary, summaries)]
        return CatalogueOut(
            offers=offers,
            source=self.source,
            custom=str(self._folder / "custom"),
            read=self.read,
            trouble=self.trouble,
            broken=[BrokenOut(file=file, reason=reason) for file, reason in sorted(broken.items())],
        )

    def form(self, kind: str, definition: str) -> FormOut:
        """What to fill in. NotFound for a kind or definition that nobody knows."""
        if kind == "cardigann":
            found = self.get(definition)
            return FormOut(name=found.name, settings=_settings(found))
        if kind == "archive":
            return FormOut(name=_ARCHIVE.name, settings=[])
        if kind == "rss":
            return FormOut(name="", settings=_RSS_SETTINGS)
        preset = next((one for one in PRESETS if _is_called(one, kind, definition)), None)
        if preset is None:
            raise NotFound(f"there is no '{definition}' of kind '{kind}' to add")
        return FormOut(name=preset.name if preset.url else "", settings=_preset_settings(preset))

    def secrets(self, kind: str, definition: str) -> frozenset[str]:
        """Which settings of such an indexer are never shown."""
        try:
            told = self.form(kind, definition).settings
        except NotFound:
            return frozenset({"api_key", "password", "cookie"})
        return frozenset(one.name for one in told if one.type == "password")

    def facts(self, seat: Seat) -> IndexerFacts:
        """What is known of an indexer of the house, without reading its whole definition."""
        stored = seat.stored
        if stored.kind == "cardigann":
            found = next((one for one in self.summaries() if one.id == stored.definition), None)
            if found:
                site = stored.settings.get("url") or (found.links[0] if found.links else "")
                return IndexerFacts(privacy=found.privacy, language=found.language, site=site)
            return IndexerFacts()
        try:
            return seat.indexer.facts
        except MatineeError:
            return IndexerFacts(site=stored.settings.get("url", ""))

    def _shelf(self) -> tuple[tuple[Summary, ...], Mapping[str, str]]:
        try:
            return self.library.summaries(), self.library.refused()
        except MatineeError as error:
            self.trouble = str(error)
            return (), {}

    def _library(self, source: str) -> Library:
        own = self._guard.allowing(source) if self._guard and "://" in source else self._guard
        return Library(source or None, self._folder, guard=own, clock=self._clock)


_ARCHIVE = OfferOut(
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
_RSS = OfferOut(
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
_RSS_SETTINGS = [
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


def _of_preset(preset: Preset) -> OfferOut:
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


def _of_summary(summary: Summary) -> OfferOut:
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


def _is_called(preset: Preset, kind: str, definition: str) -> bool:
    """A preset by its name; one that was added without a preset is a generic one."""
    fits = (kind == "torznab") == (preset.protocol.value == "torrent") and kind in ("torznab", "newznab")
    return fits and (preset.name == definition or (not definition and not preset.url))


def _preset_settings(preset: Preset) -> list[SettingOut]:
    path = SettingOut(
        name="api_path", label="Path of the API", type="text", default=preset.api_path, options=[], help=""
    )
    return [_ADDRESS.model_copy(update={"default": preset.url}), path, _KEY, _CATEGORIES]


def _settings(definition: Definition) -> list[SettingOut]:
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
