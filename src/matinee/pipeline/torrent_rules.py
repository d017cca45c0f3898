"""The house's wishes: what to download and how, when giving back is enough, and how fast everything may be."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

GLOBAL_LIMIT = -2
NO_LIMIT = -1


class LimitAction(StrEnum):
    """What happens to a torrent that has seeded enough; DEFAULT follows the preferences."""

    DEFAULT = "default"
    STOP = "stop"
    REMOVE = "remove"
    REMOVE_WITH_FILES = "remove with files"
    SUPER_SEED = "super seed"


class LimitMode(StrEnum):
    """Whether one limit is enough or all must be reached; DEFAULT follows the preferences."""

    DEFAULT = "default"
    ANY = "any"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class ShareLimits:
    """When seeding is enough: ratio, and minutes seeded or idle; GLOBAL_LIMIT follows the preferences."""

    ratio: float = GLOBAL_LIMIT
    seeding_minutes: int = GLOBAL_LIMIT
    idle_minutes: int = GLOBAL_LIMIT
    action: LimitAction = LimitAction.DEFAULT
    mode: LimitMode = LimitMode.DEFAULT


DEFAULT_LIMITS = ShareLimits()


class Layout(StrEnum):
    """Whether a torrent's files get a folder of their own: as it says itself, always, or never."""

    ORIGINAL = "Original"
    SUBFOLDER = "Subfolder"
    NO_SUBFOLDER = "NoSubfolder"


class StopCondition(StrEnum):
    """When a new torrent stops by itself: never, once its files are known, or once those there are checked."""

    NONE = "None"
    METADATA_RECEIVED = "MetadataReceived"
    FILES_CHECKED = "FilesChecked"


@dataclass(frozen=True, slots=True)
class TorrentOrder:
    """What to download: a .torrent's bytes or a magnet link, and how. Without a folder the category's is taken.

    `incomplete` is where the files lie until they are complete; None follows category and preferences, as do
    `layout`, `stop_condition`, `stopped` and `auto` (the folder goes by the category for ever). `seed_mode` takes
    the files as complete unseen; `priorities` has one number a file.
    """

    torrent: bytes | None = None
    magnet: str | None = None
    name: str = ""
    folder: Path | None = None
    incomplete: Path | None = None
    skips_incomplete: bool = False
    category: str = ""
    tags: frozenset[str] = frozenset()
    stopped: bool | None = None
    forced: bool = False
    sequential: bool = False
    first_last: bool = False
    on_top: bool = False
    seed_mode: bool = False
    auto: bool | None = None
    layout: Layout | None = None
    stop_condition: StopCondition | None = None
    priorities: tuple[int, ...] = ()
    limits: ShareLimits = DEFAULT_LIMITS
    down_limit: int = 0
    up_limit: int = 0


@dataclass(frozen=True, slots=True)
class Category:
    """Where torrents of a category go, "" where it has no folder of its own, and where they lie until complete.

    `incomplete` is "" to follow the preferences; `skips_incomplete` puts them into their folder at once.
    """

    folder: str = ""
    incomplete: str = ""
    skips_incomplete: bool = False


class Encryption(StrEnum):
    """Whether connections to peers are encrypted: where both can, always, or never."""

    ALLOWED = "allowed"
    REQUIRED = "required"
    OFF = "off"


class ProxyKind(StrEnum):
    """What kind of server stands in between."""

    NONE = "None"
    SOCKS4 = "SOCKS4"
    SOCKS5 = "SOCKS5"
    HTTP = "HTTP"


@dataclass(frozen=True, slots=True)
class Proxy:
    """The server all peers and trackers are reached through; names are looked up there too."""

    kind: ProxyKind = ProxyKind.NONE
    host: str = ""
    port: int = 8080
    with_login: bool = False
    username: str = ""
    password: str = field(default="", repr=False)
    names: bool = True


@dataclass(frozen=True, slots=True)
class Alternative:
    """The other speed limits, in bytes a second, and when they hold by themselves.

    `days`: 0 every day, 1 Monday to Friday, 2 the weekend, 3 to 9 Monday to Sunday.
    """

    on: bool = False
    down_limit: int = 10_240
    up_limit: int = 10_240
    scheduled: bool = False
    from_hour: int = 8
    from_minute: int = 0
    to_hour: int = 20
    to_minute: int = 0
    days: int = 0


class Transport(StrEnum):
    """How peers are reached. TCP_FIRST answers µTP and never begins it: it is many times slower on a LAN."""

    TCP_FIRST = "tcp first"
    TCP = "tcp"
    UTP = "utp"


@dataclass(frozen=True, slots=True)
class Preferences:
    """The engine's own rules; limits in bytes a second, 0 for none; NO_LIMIT for no share limit.

    `port` and `dht` are given anew at each start and are not remembered. A torrent is slow, and takes no place in
    the queue, when it stays below both `slow_` speeds for so long. `trackers` are added to every torrent that is
    not private. A tracker's rule always comes first: see `limits`.
    """

    port: int = 0
    dht: bool = False
    pex: bool = True
    lsd: bool = False
    encryption: Encryption = Encryption.ALLOWED
    transport: Transport = Transport.TCP_FIRST
    anonymous: bool = False
    proxy: Proxy = Proxy()
    down_limit: int = 0
    up_limit: int = 0
    alternative: Alternative = Alternative()
    connections: int = 500
    connections_each: int = NO_LIMIT
    uploads: int = NO_LIMIT
    uploads_each: int = NO_LIMIT
    queueing: bool = False
    active_downloads: int = 3
    active_seeds: int = 3
    active_torrents: int = 5
    ignore_slow: bool = False
    slow_down: int = 2048
    slow_up: int = 2048
    slow_seconds: int = 60
    limits: ShareLimits = ShareLimits(NO_LIMIT, NO_LIMIT, NO_LIMIT, LimitAction.STOP, LimitMode.ANY)
    incomplete: str = ""
    auto: bool = False
    start_stopped: bool = False
    layout: Layout = Layout.ORIGINAL
    stop_condition: StopCondition = StopCondition.NONE
    excluded_names: tuple[str, ...] = ()
    banned: tuple[str, ...] = ()
    trackers: tuple[str, ...] = ()
    all_trackers: bool = False
    all_tiers: bool = True
