"""How downloads come into the house: through which tunnel, by which engines, from which news servers."""

import re
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, HttpUrl, SecretStr, field_validator, model_validator

from matinee.engines.tunnel.presets import preset
from matinee.kernel.config import Secret, Section, beside
from matinee.kernel.errors import NotFound, Refused
from matinee.kernel.proxy import Proxy
from matinee.pipeline.usenet_port import (
    NewsServer,
    Quota,
    QuotaPeriod,
    ScheduleAct,
    ScheduledAct,
    UsenetPreferences,
)

BUILTIN = "builtin"  # who downloads torrents when it is the engine of our own
PROTOCOLS = {"qbittorrent": "torrent", "transmission": "torrent", "sabnzbd": "usenet", "nzbget": "usenet"}
VERIFY = {"none": 0, "minimal": 1, "medium": 2, "strict": 3}
GB = 10**9
_UNITS = {"K": 2**10, "M": 2**20, "G": 2**30}


def speed_of(text: str) -> int:
    """Bytes a second from 800K, 4.5M, 0. ValueError for what is no speed."""
    number, unit = (text[:-1], text[-1:].upper()) if text[-1:].upper() in _UNITS else (text, "")
    if not re.fullmatch(r"\d{1,12}(\.\d+)?", number):
        raise ValueError("a speed is a number such as 800K or 4M (bytes a second), 0 for no limit")
    return int(float(number) * _UNITS.get(unit, 1))


class Tunnel(Section):
    """Where torrent traffic may leave the house. Nothing is assumed: without a mode or a file torrents stay off."""

    mode: Literal["off", "netns", "interface", "proxy", "none"] = Field(
        "off",
        description="`netns` keeps torrents in a room whose only way out is the VPN; `none` lets them out unprotected.",
    )
    files: tuple[Path, ...] = Field((), description="WireGuard or OpenVPN files of your provider (`netns`).")
    provider: str = Field("", description="Whose files they are; what is known of that provider is filled in.")
    username: str = Field("", description="User name, for OpenVPN or a port.")
    password: Secret = Field(SecretStr(""), description="Password, for OpenVPN or a port.")
    forward_port: bool = Field(False, description="Ask the provider for a port that leads to the torrent engine.")
    port_by: Literal["nat-pmp", "pia", "perfect-privacy", "privatevpn", "program"] | None = Field(
        None, description="Whose call gives a port, where `provider` does not say it."
    )
    port_authority: Path | None = Field(None, description="File of Private Internet Access' certificate authority.")
    port_server: str = Field("", description="Name in the certificate of their gateway, such as amsterdam401.")
    port_program: Path | None = Field(None, description="Program of yours that prints the port.")
    gateway: str = Field("", description="Who is asked for the port, where that is not the tunnel's own gateway.")
    probe: HttpUrl | None = Field(
        None, description="A page that tells the address of who asks: from inside it must not be the house's."
    )
    usenet: bool = Field(False, description="Keep the built-in usenet engine in the tunnel, too (`netns`).")
    device: str = Field("", description="The device of `interface` mode, for example wg0.")
    proxy: Secret = Field(SecretStr(""), description="The proxy of `proxy` mode, such as socks5://gluetun:1080.")
    gluetun: HttpUrl | None = Field(None, description="Control server of a Gluetun behind that proxy or device.")
    gluetun_key: Secret = Field(SecretStr(""), description="Key of a role in that Gluetun's config.toml.")

    @model_validator(mode="before")
    @classmethod
    def _files_mean_a_tunnel(cls, told: Any) -> Any:
        """Who names the provider's file wants the tunnel."""
        if isinstance(told, dict) and told.get("files") and "mode" not in told:
            return {**told, "mode": "netns"}
        return told

    @field_validator("provider")
    @classmethod
    def _is_known(cls, value: str) -> str:
        if value:
            try:
                preset(value)
            except NotFound as error:
                raise ValueError(str(error)) from error
        return value

    @field_validator("proxy")
    @classmethod
    def _is_a_proxy(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value():
            try:
                Proxy.parse(value.get_secret_value())
            except Refused as error:
                raise ValueError("must be an address such as socks5://gluetun:1080") from error
        return value

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.mode == "interface" and not self.device:
            raise ValueError("mode 'interface' needs tunnel.device, for example \"wg0\"")
        if self.mode == "netns" and not self.files:
            raise ValueError("mode 'netns' needs tunnel.files: the WireGuard or OpenVPN file of your VPN provider")
        if self.mode == "proxy" and not self.proxy.get_secret_value():
            raise ValueError("mode 'proxy' needs tunnel.proxy, for example \"socks5://gluetun:1080\"")
        if self.usenet and self.mode != "netns":
            raise ValueError("tunnel.usenet needs mode 'netns': elsewhere usenet is not led through the tunnel")
        return self

    def beside(self, folder: Path) -> Self:
        """With paths taken from a folder."""
        paths = {
            name: beside(folder, path) for name in ("port_authority", "port_program") if (path := getattr(self, name))
        }
        return self.model_copy(update={"files": tuple(beside(folder, file) for file in self.files), **paths})

    def way_out(self) -> Proxy | None:
        """The proxy of `proxy` mode."""
        return Proxy.parse(self.proxy.get_secret_value()) if self.mode == "proxy" else None


class Torrent(Section):
    """The torrent client: the built-in engine, or a qBittorrent of yours."""

    client: str = Field(
        "builtin", description="Who downloads torrents: `builtin`, or the name of an installed product driver."
    )
    port: int = Field(6881, ge=0, le=65535, description="Port of the built-in engine for its peers.")
    dht: bool = Field(True, description="Find peers without a tracker (built-in engine).")
    url: HttpUrl | None = Field(None, description="Address of your own client, such as a qBittorrent.")
    username: str = Field("admin", description="User name in your own client.")
    password: Secret = Field(SecretStr(""), description="Password in your own client.")
    stall_minutes: float = Field(30, gt=0, description="Without any progress for so long, another release is tried.")

    @model_validator(mode="after")
    def _has_an_address(self) -> Self:
        if self.client != BUILTIN and self.url is None:
            raise ValueError(f"client '{self.client}' needs torrent.url, for example \"http://media:8080\"")
        return self


class ClientSettings(Section):
    """One download client of yours, beside the built-in engine."""

    name: str = Field(min_length=1, max_length=100, description="How you call it.")
    kind: str = Field(description="What it is: qbittorrent, transmission, sabnzbd, nzbget, or an installed driver.")
    url: HttpUrl = Field(description="Its address.")
    username: str = Field("", description="User name, where it wants one.")
    password: Secret = Field(SecretStr(""), description="Password, or the API key of a SABnzbd.")
    protocol: Literal["torrent", "usenet"] | None = Field(
        None, description="What it downloads; needed only for a driver of somebody else."
    )
    priority: int = Field(25, ge=1, le=50, description="Lower is tried first.")
    indexers: tuple[str, ...] = Field((), description="Names of the indexers whose releases alone it gets.")
    their_folder: str = Field("", description="The folder with the downloads as the client sees it.")
    our_folder: Path | None = Field(None, description="The same folder as this house sees it.")

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.protocol is None and self.kind not in PROTOCOLS:
            raise ValueError(f"client '{self.name}' of kind '{self.kind}' needs `protocol`: torrent or usenet")
        if bool(self.their_folder) != bool(self.our_folder):
            raise ValueError(f"client '{self.name}': their_folder and our_folder belong together")
        return self


class NewsServerSettings(Section):
    """One news server that the built-in usenet engine asks."""

    name: str = Field(min_length=1, max_length=100, description="How you call it.")
    host: str = Field(min_length=1, max_length=255, description="Its name or address.")
    port: int = Field(563, ge=1, le=65535, description="Its port; 119 is usual without TLS.")
    tls: bool = Field(True, description="Speak TLS.")
    verify: Literal["none", "minimal", "medium", "strict"] = Field(
        "strict", description="How strictly its certificate is looked at."
    )
    ciphers: str = Field("", description="OpenSSL's names of the ciphers that are allowed; they end TLS at 1.2.")
    username: str = Field("", description="User name, where it wants one.")
    password: Secret = Field(SecretStr(""), description="Password.")
    connections: int = Field(8, ge=1, le=500, description="Connections at most.")
    priority: int = Field(0, ge=0, le=99, description="Lower is asked first; the others fill in what is missing.")
    retention_days: int = Field(0, ge=0, description="How far back its articles go; 0 is for ever.")
    timeout_seconds: float = Field(60, ge=5, le=600, description="How long it may be silent.")
    optional: bool = Field(False, description="Do without it at once when it does not answer.")
    required: bool = Field(False, description="Wait for it instead of asking the next one.")
    pipeline: int = Field(0, ge=0, le=20, description="Requests under way on a connection; 0 measures what it wants.")
    block_gb: float = Field(0, ge=0, description="What a block account holds, in GB; 0 is without end.")
    quota_gb: float = Field(0, ge=0, description="What it may give in each `quota_period`, in GB; 0 is without limit.")
    quota_period: Literal["day", "week", "month"] = Field("month", description="After what its quota begins anew.")
    quota_day: int = Field(1, ge=1, le=31, description="The day of the week (1 is Monday) or month on which it does.")
    ip_version: Literal[0, 4, 6] = Field(0, description="4 or 6 for that Internet protocol alone.")

    @model_validator(mode="after")
    def _is_one_or_the_other(self) -> Self:
        if self.block_gb and self.quota_gb:
            raise ValueError(f"server '{self.name}': a block ends for good (block_gb), a quota begins anew (quota_gb)")
        return self

    def news_server(self) -> NewsServer:
        """As the engine knows it."""
        return NewsServer(
            name=self.name,
            host=self.host,
            port=self.port,
            username=self.username,
            password=self.password.get_secret_value(),
            connections=self.connections,
            tls=self.tls,
            verify=VERIFY[self.verify],
            ciphers=self.ciphers,
            tier=self.priority,
            retention=self.retention_days,
            timeout=self.timeout_seconds,
            optional=self.optional,
            required=self.required,
            pipeline=self.pipeline,
            quota=int((self.quota_gb or self.block_gb) * GB),
            quota_period=QuotaPeriod(self.quota_period[0]) if self.quota_gb else QuotaPeriod.NEVER,
            quota_day=self.quota_day,
            ip_version=self.ip_version,
        )


class ScheduleSettings(Section):
    """Something that is done by the clock on the wall."""

    at: str = Field(pattern=r"^([01]?\d|2[0-3]):[0-5]\d$", description="When, such as 23:30.")
    do: Literal["pause", "resume", "speedlimit", "enable_server", "disable_server"] = Field(description="What.")
    argument: str = Field("", description="The speed, such as 4M or 0 (a second), or the server's name.")
    days: tuple[Annotated[int, Field(ge=1, le=7)], ...] = Field(
        (1, 2, 3, 4, 5, 6, 7), description="On which days of the week; 1 is Monday."
    )

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.do == "speedlimit":
            speed_of(self.argument)
        elif bool(self.argument) != self.do.endswith("_server"):
            raise ValueError("name the server as `argument`" if not self.argument else f"'{self.do}' has no argument")
        return self

    def act(self) -> ScheduledAct:
        """As the engine knows it."""
        hour, _, minute = self.at.partition(":")
        limit = speed_of(self.argument) if self.do == "speedlimit" else 0
        return ScheduledAct(int(hour), int(minute), ScheduleAct(self.do), self.days, self.argument, limit)


class Usenet(Section):
    """The built-in usenet engine; it runs as soon as there is a news server."""

    servers: tuple[NewsServerSettings, ...] = Field((), description="The news servers.")
    watched: Path | None = Field(None, description="A folder whose NZBs are taken.")
    pre_check: bool = Field(False, description="Look for every article before the first one is fetched.")
    direct_unpack: bool = Field(True, description="Open archives while they come.")
    propagation_minutes: int = Field(0, ge=0, description="How long new posts are left to reach all servers.")
    quota_gb: float = Field(
        0, ge=0, description="What all servers together may give in each period, in GB; 0: no limit."
    )
    quota_period: Literal["day", "week", "month"] = Field("month", description="After what that quota begins anew.")
    quota_day: int = Field(1, ge=1, le=31, description="The day of the week (1 is Monday) or month on which it does.")
    schedule: tuple[ScheduleSettings, ...] = Field((), description="What is done by the clock.")
    line_mbit: float = Field(0, ge=0, description="What your line carries, in Mbit/s, for limits in percent.")

    def rules(self) -> dict[str, Any]:
        """As the engine's rules are kept, for JSON."""
        preferences = UsenetPreferences(
            pre_check=self.pre_check,
            direct_unpack=self.direct_unpack,
            propagation_minutes=self.propagation_minutes,
        )
        return {
            "servers": [asdict(server.news_server()) for server in self.servers],
            "preferences": asdict(preferences),
            "quota": asdict(Quota(int(self.quota_gb * GB), QuotaPeriod(self.quota_period[0]), self.quota_day)),
            "schedule": [asdict(one.act()) for one in self.schedule],
        }

    def beside(self, folder: Path) -> Self:
        """With paths taken from a folder."""
        return self.model_copy(update={"watched": beside(folder, self.watched)}) if self.watched else self

    @field_validator("servers")
    @classmethod
    def _names_differ(cls, value: tuple[NewsServerSettings, ...]) -> tuple[NewsServerSettings, ...]:
        names = [one.name for one in value]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"two servers are called '{name}'")
        return value
