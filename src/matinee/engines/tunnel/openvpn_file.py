"""The OpenVPN file a provider hands out, of which only what is known and harmless is kept."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from matinee.kernel.errors import Refused
from matinee.kernel.redact import redact

LARGEST_FILE = 256 * 1024
LONGEST_LINE = 250  # OpenVPN cuts longer ones in two, and takes the second half for a line of its own
MOST_REMOTES = 64


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Texts that stand between <name> and </name>, or in a file of their own beside the configuration.
INLINE = _words("""
    ca cert key tls-auth tls-crypt tls-crypt-v2 extra-certs crl-verify
""")
KEPT = _words("""
    client tls-client pull proto remote remote-random remote-cert-tls remote-cert-ku remote-cert-eku
    verify-x509-name cipher ncp-ciphers data-ciphers data-ciphers-fallback auth tls-cipher tls-ciphersuites
    tls-version-min tls-version-max key-direction comp-lzo compress allow-compression fast-io mssfix fragment
    tun-mtu tun-mtu-extra reneg-sec reneg-bytes reneg-pkts tran-window hand-window sndbuf rcvbuf float nobind
    port rport lport connect-timeout server-poll-timeout auth-nocache tls-cert-profile peer-fingerprint
    explicit-exit-notify replay-window mute-replay-warnings ns-cert-type remote-random-hostname pull-filter
    push-peer-info key-method tls-timeout topology
""")
OURS = _words("""
    dev dev-type dev-node persist-key persist-tun resolv-retry verb mute keepalive ping ping-restart ping-exit
    route route-ipv6 route-gateway route-delay route-metric route-method redirect-gateway redirect-private
    dhcp-option block-outside-dns register-dns ifconfig ifconfig-ipv6 inactive auth-retry connect-retry
    connect-retry-max block-ipv6 tun-ipv6 user group daemon log log-append status writepid nice
    suppress-timestamps ignore-unknown-option setenv setenv-safe route-nopull ifconfig-nowarn
    machine-readable-output txqueuelen dns
""")
PROGRAMS = _words("""
    up down up-restart up-delay down-pre route-up route-pre-down ipchange tls-verify auth-user-pass-verify
    client-connect client-disconnect learn-address script-security plugin iproute management management-hold
    management-query-passwords management-client cd chroot tmp-dir config setcon tls-export-cert
    dns-updown tls-crypt-v2-verify client-crresponse pkcs11-providers engine providers http-proxy socks-proxy
""")
_WORD = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_HOST = re.compile(r"[A-Za-z0-9:]([A-Za-z0-9.:-]{0,252}[A-Za-z0-9])?")
_PROTOCOL = re.compile(r"(udp|tcp)([46])?(-client)?")


@dataclass(frozen=True, slots=True)
class OpenVpnConfig:
    """`text` is the file to give to OpenVPN; it holds keys, and so do the other hidden fields."""

    name: str
    text: str = field(repr=False)
    username: str = field(repr=False)
    password: str = field(repr=False)
    remotes: tuple[str, ...] = ()
    needs_login: bool = False
    notes: tuple[str, ...] = ()


def read_openvpn(text: str, file: Path, username: str = "", password: str = "") -> OpenVpnConfig:
    """What the file says. Refused with line and cure; a file beside it (`ca ca.crt`) is read in."""
    if len(text) > LARGEST_FILE:
        raise Refused(f"{file.name}: this is no OpenVPN file, it is larger than {LARGEST_FILE // 1024} kB")
    reading = _Reading(file)
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), start=1):
        reading.line(number, line.rstrip())
    return reading.finished(username, password)


class _Reading:
    """A file half read."""

    def __init__(self, file: Path) -> None:
        self._file, self._number = file, 0
        self._kept: list[str] = []
        self._notes: list[str] = []
        self._remotes: list[str] = []
        self._inline = ""
        self._block: list[str] = []
        self._needs_login = False
        self._login: list[str] = []

    def line(self, number: int, line: str) -> None:
        self._number = number
        if self._inline:
            return self._inside(line)
        if _is_too_long(line) and line.lstrip()[:1] not in {"#", ";"}:
            raise self._wrong(f"a line may be {LONGEST_LINE} bytes long at most")
        words = line.split("#", 1)[0].split(";", 1)[0].strip()
        if not words:
            return
        if words.startswith("<"):
            return self._open(words)
        directive, *given = words.split()
        directive = directive.removeprefix("--").lower()
        if not _WORD.fullmatch(directive):
            raise self._wrong("this is no line of an OpenVPN file")
        self._directive(directive, given)

    def _open(self, words: str) -> None:
        name = words.strip("<>").lower()
        if name == "connection":  # a remote with settings of its own: its lines are read as if they stood outside
            return
        if name == "/connection":
            return
        if name not in INLINE and name != "auth-user-pass":
            raise self._wrong("this block is unknown: remove it, or ask the provider for another file")
        self._inline, self._block = name, []

    def _inside(self, line: str) -> None:
        if line.strip().lower() != f"</{self._inline}>":
            if line.lstrip().startswith("<"):
                raise self._wrong(f"<{self._inline}> is not closed before another block begins")
            self._block.append(line)
            return
        if self._inline == "auth-user-pass":
            self._needs_login, self._login = True, self._block[:2]
        else:
            self._keep_block(self._inline, "\n".join(self._block))
        self._inline = ""

    def _keep_block(self, name: str, text: str) -> None:
        """A key or certificate may hold no sign with which a block could end, and other lines begin, before its end."""
        if any(sign in text for sign in "\0<"):
            raise self._wrong(f"<{name}> holds signs that no key or certificate has")
        if any(_is_too_long(line) for line in text.splitlines()):
            raise self._wrong(f"<{name}> has a line that is too long for a key or certificate")
        self._kept += [f"<{name}>", text.strip(), f"</{name}>"]

    def _directive(self, directive: str, given: list[str]) -> None:
        if directive in PROGRAMS or directive in OURS:
            why = "files of others run nothing here" if directive in PROGRAMS else "the house sees to that itself"
            self._notes.append(f"{self._file.name}, line {self._number}: {directive} is left out, {why}")
        elif directive == "auth-user-pass":
            self._needs_login = True
            self._login = self._beside(given[0]).splitlines()[:2] if given else self._login
        elif directive in INLINE:
            self._from_file(directive, given)
        elif directive == "remote":
            self._remote(given)
        elif directive in KEPT:
            if any(not word.isprintable() for word in given):
                raise self._wrong(f"{directive} has signs that do not belong there")
            self._kept.append(" ".join([directive, *given]))
        else:
            raise self._wrong(f"{directive} is unknown: remove the line, or ask the provider for another file")

    def _from_file(self, directive: str, given: list[str]) -> None:
        if not given:
            raise self._wrong(f"{directive} names no file")
        if given[0] == "[inline]":
            return
        self._keep_block(directive, self._beside(given[0]))
        if directive == "tls-auth" and len(given) > 1 and given[1] in {"0", "1"}:
            self._kept.append(f"key-direction {given[1]}")

    def _beside(self, name: str) -> str:
        """A file in the same folder as the configuration, and nowhere else."""
        bare = name.strip("\"'")
        if Path(bare).name != bare or bare in {"", ".", ".."}:
            raise self._wrong("the file must lie beside the configuration and be called by its name alone")
        found = self._file.parent / bare
        if found.is_symlink() or not found.is_file():
            raise self._wrong(f"there is no file {bare[:80]!r} beside the configuration: put it there")
        if found.stat().st_size > LARGEST_FILE:
            raise self._wrong(f"{bare[:80]!r} is larger than {LARGEST_FILE // 1024} kB")
        return found.read_text("utf-8", "replace")

    def _remote(self, given: list[str]) -> None:
        host, port, protocol = (*given, "", "", "")[:3]
        if not _HOST.fullmatch(host):
            raise self._wrong("remote needs the name or address of the server")
        if port and not (port.isascii() and port.isdigit() and len(port) < 6 and 0 < int(port) < 65536):
            raise self._wrong("remote has a port that is none: a number from 1 to 65535 is expected")
        if protocol and not _PROTOCOL.fullmatch(protocol):
            raise self._wrong("remote has an unknown protocol: udp or tcp is expected")
        if len(self._remotes) >= MOST_REMOTES:
            raise self._wrong(f"more than {MOST_REMOTES} servers")
        self._remotes.append(f"{host}:{port or 1194}")
        self._kept.append(" ".join(["remote", *given[:3]]))

    def finished(self, username: str, password: str) -> OpenVpnConfig:
        name = self._file.name
        if self._inline:
            raise Refused(f"{name}: <{self._inline}> is never closed: download the file from the provider anew")
        if not self._remotes:
            raise Refused(f"{name}: no line says `remote`, so there is no server to call")
        if not username and len(self._login) == 2:
            username, password = (line.strip() for line in self._login)
        if self._needs_login and not (username and password):
            raise Refused(f"{name}: this provider wants a user name and a password: set tunnel.username and .password")
        redact.remember([password])
        return OpenVpnConfig(
            name, "\n".join(self._kept) + "\n", username, password, tuple(self._remotes), self._needs_login,
            tuple(self._notes),
        )  # fmt: skip

    def _wrong(self, words: str) -> Refused:
        return Refused(f"{self._file.name}, line {self._number}: {words}")


def _is_too_long(line: str) -> bool:
    return len(line.encode()) > LONGEST_LINE
