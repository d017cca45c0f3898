"""Every setting of the house on one page, as it stands in matinee.toml."""

from pathlib import Path
from typing import Any, ClassVar, Literal, Self

from pydantic import (
    Field,
    HttpUrl,
    ModelWrapValidatorHandler,
    PrivateAttr,
    SecretStr,
    ValidationInfo,
    field_validator,
    model_validator,
)

from matinee.download_settings import ClientSettings, Torrent, Tunnel, Usenet
from matinee.kernel.config import Secret, Section, beside
from matinee.media.starting import DEFAULT_PROFILE, FORMER_NAMES
from matinee.topology import Topology, read
from matinee.topology.declared import TABLES


def _beside(folder: Path, source: str) -> str:
    """A folder or file beside the settings; an address and nothing stay as they are."""
    return source if not source or "://" in source else str(beside(folder, Path(source)))


class Server(Section):
    """Where the pages are served."""

    host: str = Field("127.0.0.1", description="Address to listen on; 0.0.0.0 opens it to the whole network.")
    port: int = Field(8440, ge=0, le=65535, description="The house's one port; 0 takes any free one.")
    trusted_proxies: tuple[str, ...] = Field((), description="Addresses whose X-Forwarded-* headers are believed.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="How much the log tells.")


class DatabaseSettings(Section):
    """Where the memory of the house lies."""

    url: Secret | None = Field(
        None, description="sqlite:///… or postgresql://…; without it a SQLite file below `data`."
    )

    @field_validator("url")
    @classmethod
    def _is_one_we_speak(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not value.get_secret_value().startswith(("sqlite:///", "postgresql://")):
            raise ValueError("must begin with sqlite:/// or postgresql://")
        return value


class Library(Section):
    """The one data root: downloads and library on one file system, so that importing is a hardlink."""

    root: Path = Field(Path("media"), description="Folder that holds `downloads/` and `library/`.")
    allow_copy: bool = Field(False, description="Copy when a hardlink is impossible, instead of refusing.")
    movies: str = Field("Movies", description="Folder for movies below the library.")
    series: str = Field("Series", description="Folder for series below the library.")
    profile: str = Field(DEFAULT_PROFILE, description="Quality profile of new wishes, by its name.")

    @field_validator("profile")
    @classmethod
    def _by_its_new_name(cls, value: str) -> str:
        """Settings of a house that was set up when the profiles had other names."""
        return FORMER_NAMES.get(value, value)

    @field_validator("movies", "series")
    @classmethod
    def _stays_inside(cls, value: str) -> str:
        if not value or Path(value).is_absolute() or ".." in Path(value).parts:
            raise ValueError("must be a folder name below the library")
        return value


class Tmdb(Section):
    """The Movie Database, with your own key."""

    key: Secret | None = Field(None, description="Your TMDB API key or read token; without it TMDB is not asked.")
    url: HttpUrl = Field(HttpUrl("https://api.themoviedb.org/3"), description="Where TMDB answers.")
    images: HttpUrl = Field(HttpUrl("https://image.tmdb.org/t/p"), description="Where TMDB's pictures lie.")
    language: str = Field("en-US", description="Language of names and descriptions.")


class TvMaze(Section):
    """TVmaze, which needs no key."""

    enabled: bool = Field(True, description="Ask TVmaze for series.")
    url: HttpUrl = Field(HttpUrl("https://api.tvmaze.com"), description="Where TVmaze answers.")


class Tvdb(Section):
    """TheTVDB, with your own key."""

    key: Secret | None = Field(None, description="Your TheTVDB API key (v4); without it TheTVDB is not asked.")
    pin: Secret = Field(SecretStr(""), description="The subscriber's PIN, where your key wants one.")
    url: HttpUrl = Field(HttpUrl("https://api4.thetvdb.com/v4"), description="Where TheTVDB answers.")
    language: str = Field("en-US", description="Language of names and descriptions.")
    order: Literal["aired", "dvd", "absolute"] = Field(
        "aired", description="How TheTVDB numbers episodes; a series without that order is numbered as aired."
    )


class Wikidata(Section):
    """Wikidata, which needs no key, only to know whom to write to."""

    enabled: bool = Field(True, description="Ask Wikidata for films, series and their numbers elsewhere.")
    contact: str = Field(
        "",
        max_length=200,
        description="Mail address or page by which Wikimedia reaches you, as its terms want; without it, not asked.",
    )
    url: HttpUrl = Field(HttpUrl("https://www.wikidata.org"), description="Where Wikidata's pages are.")
    queries: HttpUrl = Field(
        HttpUrl("https://query.wikidata.org/sparql"), description="Where its queries are answered."
    )
    images: HttpUrl = Field(HttpUrl("https://commons.wikimedia.org"), description="Where its pictures lie.")
    language: str = Field("en-US", description="Language of names and descriptions.")


class Metadata(Section):
    """Who tells what a title is; the first is preferred."""

    tmdb: Tmdb = Tmdb()
    tvdb: Tvdb = Tvdb()
    tvmaze: TvMaze = TvMaze()
    wikidata: Wikidata = Wikidata()
    picture_hosts: tuple[str, ...] = Field(
        (
            "image.tmdb.org",
            "artworks.thetvdb.com",
            "static.tvmaze.com",
            "commons.wikimedia.org",
            "upload.wikimedia.org",
        ),
        description="Hosts (host or host:port) pictures may come from.",
    )
    cache_mb: int = Field(512, ge=16, description="Disk space for posters and answers, in MB.")


class IndexerSettings(Section):
    """One indexer that releases are searched at."""

    name: str = Field(min_length=1, max_length=100, description="How you call it.")
    kind: str = Field("torznab", description="What it speaks: the name of an installed product driver.")
    url: HttpUrl = Field(description="Its address; for Torznab up to and without `?t=`.")
    api_key: Secret = Field(SecretStr(""), description="Its key.")
    priority: int = Field(25, ge=1, le=50, description="Lower is preferred among equal releases.")


class Search(Section):
    """How the house searches."""

    again_minutes: float = Field(60, gt=0, description="How soon to search again when nothing acceptable was found.")
    deadline_seconds: float = Field(30, gt=0, le=600, description="How long an indexer may take to answer a search.")
    cache_minutes: float = Field(10, ge=0, description="How long an answer serves for equal searches.")
    rss_minutes: float = Field(
        15, ge=0, description="How often the newest releases are held against what is wanted; 0 never."
    )
    rss_cache_minutes: float = Field(5, ge=0, description="How long the newest releases of an indexer serve.")
    allow_hosts: tuple[str, ...] = Field(
        (),
        description="Hosts, host:port or networks (CIDR) in your own network that links of indexers may lead to.",
    )
    internet_archive: bool = Field(
        True, description="Begin with the Internet Archive (films in the public domain) where there is no indexer."
    )


class Definitions(Section):
    """Descriptions of indexers (Cardigann, version 11), which you bring along: none are shipped."""

    source: str = Field("", description="A folder, a zip file or the address of a zip; asked for anew every day.")


Named = IndexerSettings | ClientSettings


class Settings(Section):
    """The whole of matinee.toml."""

    data: Path = Field(Path("var/matinee"), description="Folder for the database, caches and engine state.")
    server: Server = Server()
    database: DatabaseSettings = DatabaseSettings()
    library: Library = Library()
    metadata: Metadata = Metadata()
    indexers: tuple[IndexerSettings, ...] = ()
    definitions: Definitions = Definitions()
    tunnel: Tunnel = Tunnel()
    torrent: Torrent = Torrent()
    usenet: Usenet = Usenet()
    clients: tuple[ClientSettings, ...] = ()
    search: Search = Search()

    # The map of the whole estate stands at the top of the same file; see docs/map.md.
    read_by_others: ClassVar[tuple[str, ...]] = tuple(TABLES)
    _declared: Topology = PrivateAttr(default_factory=Topology)

    @model_validator(mode="wrap")
    @classmethod
    def _reads_the_map(cls, tables: Any, read_the_rest: ModelWrapValidatorHandler[Self]) -> Self:
        """The map's tables are read by their own rules."""
        if not isinstance(tables, dict) or not TABLES.keys() & tables.keys():
            return read_the_rest(tables)
        settings = read_the_rest({name: table for name, table in tables.items() if name not in TABLES})
        settings._declared = read(tables, where="the map")
        return settings

    @property
    def declared(self) -> Topology:
        """The map of the estate as the owner declares it; empty when they do not."""
        return self._declared

    def beside(self, folder: Path) -> Self:
        """The same settings with relative paths taken from a folder: that of the file they were read from."""
        library = self.library.model_copy(update={"root": beside(folder, self.library.root)})
        definitions = self.definitions.model_copy(update={"source": _beside(folder, self.definitions.source)})
        settings = self.model_copy(
            update={
                "data": beside(folder, self.data),
                "library": library,
                "definitions": definitions,
                "tunnel": self.tunnel.beside(folder),
                "usenet": self.usenet.beside(folder),
            }
        )
        settings._declared = self._declared
        return settings

    @field_validator("indexers", "clients")
    @classmethod
    def _names_differ(cls, value: tuple[Named, ...], asked: ValidationInfo) -> tuple[Named, ...]:
        names = [one.name for one in value]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"two {asked.field_name} are called '{name}'")
        return value

    @property
    def downloads(self) -> Path:
        """Where downloads land."""
        return self.library.root.expanduser().absolute() / "downloads"

    @property
    def shelf(self) -> Path:
        """Where the library lies."""
        return self.library.root.expanduser().absolute() / "library"

    @property
    def data_folder(self) -> Path:
        """The data folder, absolute."""
        return self.data.expanduser().absolute()

    @property
    def definitions_folder(self) -> Path:
        """Where definitions are kept; those in its folder `custom` win."""
        return self.data_folder / "definitions"

    def database_url(self) -> str:
        """The URL given, or the SQLite file in the data folder."""
        if self.database.url:
            return self.database.url.get_secret_value()
        return f"sqlite:///{self.data_folder / 'matinee.db'}"
