"""The definition of an indexer: how a site is signed in to, searched and read, as its fans have written it down."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from matinee.media.indexing import Privacy


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter of a chain: its name and its arguments, as text."""

    name: str
    args: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Selector:
    """A selector block: where a value stands and what is done with it.

    `text` (a template) outdoes the page; `case` maps selectors (or JSON values) to templates, in file order.
    """

    selector: str | None = None
    attribute: str | None = None
    remove: str | None = None
    case: tuple[tuple[str, str], ...] = ()
    text: str | None = None
    filters: tuple[Filter, ...] = ()
    optional: bool = False
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing the owner of the account fills in, or is told (`info…`)."""

    name: str
    type: str
    label: str
    default: str | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    defaults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CategoryMapping:
    """A category of the tracker (`id` is its own word) and the field's number for it; None for a name unknown."""

    id: str
    category: int | None
    description: str | None = None
    is_default: bool = False


@dataclass(frozen=True, slots=True)
class DefinitionCaps:
    """What the definition says the site can: `modes` by Cardigann's names (`search`, `tv-search` …)."""

    mappings: tuple[CategoryMapping, ...]
    modes: Mapping[str, tuple[str, ...]]
    allow_raw_search: bool = False
    allow_tv_search_imdb: bool = False


@dataclass(frozen=True, slots=True)
class ErrorBlock:
    """What an error looks like on a page, and where its words stand."""

    selector: str
    message: Selector | None = None
    path: str | None = None


@dataclass(frozen=True, slots=True)
class Captcha:
    """Where the picture stands and what its answer is called."""

    type: str
    selector: str
    input: str


@dataclass(frozen=True, slots=True)
class Login:
    """How to sign in. `test_selector` proves on any page that one is signed in."""

    method: str = "form"
    path: str = ""
    submit_path: str | None = None
    form: str = "form"
    cookies: tuple[str, ...] = ()
    inputs: tuple[tuple[str, str], ...] = ()
    selectors: bool = False
    selector_inputs: tuple[tuple[str, Selector], ...] = ()
    get_selector_inputs: tuple[tuple[str, Selector], ...] = ()
    errors: tuple[ErrorBlock, ...] = ()
    test_path: str | None = None
    test_selector: str | None = None
    captcha: Captcha | None = None
    headers: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class SearchPath:
    """One address that is asked in a search. `response` is html, json or xml."""

    path: str
    method: str = "get"
    inputs: tuple[tuple[str, str], ...] = ()
    inherit_inputs: bool = True
    categories: tuple[str, ...] = ()
    follow_redirect: bool | None = None
    query_separator: str = "&"
    response: str = "html"
    no_results_message: str | None = None


@dataclass(frozen=True, slots=True)
class Rows:
    """Where the rows of an answer stand."""

    selector: str
    after: int = 0
    filters: tuple[Filter, ...] = ()
    date_headers: Selector | None = None
    count: Selector | None = None
    attribute: str | None = None
    multiple: bool = False
    missing_attribute_equals_no_results: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a row: `name` without its modifiers, `modifiers` as `append`, `optional`; `key` as written."""

    key: str
    name: str
    modifiers: frozenset[str]
    block: Selector


@dataclass(frozen=True, slots=True)
class Search:
    """How the site is searched and how its answer is read."""

    paths: tuple[SearchPath, ...]
    inputs: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, tuple[str, ...]], ...] = ()
    keywords_filters: tuple[Filter, ...] = ()
    allow_empty_inputs: bool = False
    errors: tuple[ErrorBlock, ...] = ()
    preprocessing_filters: tuple[Filter, ...] = ()
    rows: Rows = Rows("")
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class DownloadSelector:
    """Where the download link stands on a page."""

    block: Selector
    use_before_response: bool = False


@dataclass(frozen=True, slots=True)
class Before:
    """A request made before the download itself."""

    path: str | None = None
    path_selector: Selector | None = None
    method: str = "get"
    inputs: tuple[tuple[str, str], ...] = ()
    query_separator: str = "&"


@dataclass(frozen=True, slots=True)
class InfohashBlock:
    """Where the hash and the title of a magnet stand."""

    hash: Selector
    title: Selector
    use_before_response: bool = False


@dataclass(frozen=True, slots=True)
class Download:
    """How a torrent is fetched."""

    method: str = "get"
    selectors: tuple[DownloadSelector, ...] = ()
    before: Before | None = None
    infohash: InfohashBlock | None = None
    headers: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Definition:
    """An indexer as one file describes it; every scalar is the text that stands there."""

    id: str
    name: str
    description: str
    language: str
    privacy: Privacy
    encoding: str
    links: tuple[str, ...]
    caps: DefinitionCaps
    search: Search
    legacy_links: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()
    follow_redirect: bool = False
    test_link_torrent: bool = True
    request_delay: float = 2.0
    certificates: tuple[str, ...] = ()
    settings: tuple[Setting, ...] = ()
    login: Login | None = None
    download: Download | None = None
