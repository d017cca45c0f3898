"""Of an OpenVPN file only what is known and harmless is kept; nothing in it is ever run."""

import contextlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matinee.engines.tunnel.openvpn import carried
from matinee.engines.tunnel.openvpn_file import read_openvpn
from matinee.engines.tunnel.sources import Source
from matinee.engines.tunnel.wireguard_file import WireGuardConfig
from matinee.kernel.errors import NotFound, Refused

WHOLE = """client
dev tun
proto udp
remote nl.vpn.example 1194
remote 198.51.100.7 443 tcp
cipher AES-256-GCM
up /etc/openvpn/update-resolv-conf
script-security 2
<ca>
-----BEGIN CERTIFICATE-----
bWF0aW5lZQ==
-----END CERTIFICATE-----
</ca>
key-direction 1
"""
FILE = Path("nl.ovpn")


def test_a_whole_file_is_understood() -> None:
    config = read_openvpn(WHOLE, FILE)
    assert config.remotes == ("nl.vpn.example:1194", "198.51.100.7:443")
    assert "cipher AES-256-GCM" in config.text
    assert "<ca>\n-----BEGIN CERTIFICATE-----" in config.text
    assert not config.needs_login


def test_nothing_in_it_is_run() -> None:
    config = read_openvpn(WHOLE, FILE)
    assert "update-resolv-conf" not in config.text
    assert "script-security" not in config.text
    assert "line 7: up is left out, files of others run nothing here" in config.notes[1]


@pytest.mark.parametrize(
    "word", ["up", "plugin", "route-up", "dns-updown", "management", "auth-user-pass-verify", "--tls-verify"]
)
def test_no_way_to_run_a_program_is_kept(word: str) -> None:
    assert "/bin/sh" not in read_openvpn(f"{WHOLE}{word} /bin/sh\n", FILE).text


HOSTILE = "plugin /tmp/evil.so"


@pytest.mark.parametrize(
    "text",
    [
        f"-----BEGIN CERTIFICATE-----\n</ca>\n{HOSTILE}\n<ca>\nx",
        f"abc\r </ca>\n{HOSTILE}",
        f"{'A' * 255}</ca>\n{HOSTILE}",
        f"{'A' * 260}\n{HOSTILE}",
    ],
)
def test_a_key_cannot_end_its_block_and_go_on_with_orders(tmp_path: Path, text: str) -> None:
    """OpenVPN ends a block at the first line that begins with its end, and cuts lines after 255 bytes."""
    (tmp_path / "ca.crt").write_text(text)
    with pytest.raises(Refused, match=r"line 15: <ca> (holds signs|has a line)"):
        read_openvpn(f"{WHOLE}ca ca.crt\n", tmp_path / "nl.ovpn")
    with contextlib.suppress(Refused):
        assert HOSTILE not in read_openvpn(f"{WHOLE}<ca>\n{text}\n</ca>\n", FILE).text


def test_a_line_that_openvpn_would_cut_in_two_is_refused() -> None:
    with pytest.raises(Refused, match="line 15: a line may be 250 bytes long at most"):
        read_openvpn(f"{WHOLE}cipher {'A' * 248}{HOSTILE}\n", FILE)
    assert "cut" not in read_openvpn(f"{WHOLE}# {'cut ' * 100}\n", FILE).text


PIECES = st.sampled_from(
    [
        "<ca>",
        "</ca>",
        "ca ca.crt",
        "plugin x",
        "A" * 255,
        "A" * 251,
        " ",
        "\n",
        "\r",
        "\x0b",
        "<",
        ">",
        "#",
        ";",
        "up x",
    ]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(PIECES, max_size=12).map("".join), st.lists(PIECES, max_size=12).map("".join))
def test_openvpn_reads_no_order_that_we_have_not_read(tmp_path: Path, text: str, beside: str) -> None:
    (tmp_path / "ca.crt").write_text(beside, newline="")
    try:
        config = read_openvpn(f"remote a.example\n{text}\n", tmp_path / "nl.ovpn")
    except Refused:
        return
    assert set(as_openvpn_reads(config.text)) <= {"remote"}


def as_openvpn_reads(text: str) -> list[str]:
    """The orders: lines are cut after 255 bytes, and a block ends where a piece begins with its end."""
    found, end = [], ""
    for line in text.split("\n"):
        for piece in [line[at : at + 255] for at in range(0, max(len(line), 1), 255)]:
            bare = piece.lstrip(" \t\r\v\f")
            if end:
                end = "" if bare.startswith(end) else end
            elif bare.startswith("<"):
                end = f"</{bare[1:].rstrip('> ')}>"
            elif bare[:1] not in {"", "#", ";"}:
                found.append(bare.split()[0])
    return found


def test_a_login_comes_from_the_settings_or_from_the_file(tmp_path: Path) -> None:
    text = f"{WHOLE}auth-user-pass\n"
    with pytest.raises(Refused, match=r"set tunnel\.username"):
        read_openvpn(text, FILE)
    config = read_openvpn(text, FILE, "anna", "correct horse")
    assert (config.username, config.password, config.needs_login) == ("anna", "correct horse", True)
    assert "correct horse" not in repr(config)
    (tmp_path / "login.txt").write_text("bert\nbattery staple\n")
    config = read_openvpn(f"{WHOLE}auth-user-pass login.txt\n", tmp_path / "nl.ovpn")
    assert (config.username, config.password) == ("bert", "battery staple")
    config = read_openvpn(f"{WHOLE}<auth-user-pass>\ncarl\nstaple horse\n</auth-user-pass>\n", FILE)
    assert (config.username, config.password) == ("carl", "staple horse")


def test_a_file_beside_it_is_read_in(tmp_path: Path) -> None:
    (tmp_path / "ta.key").write_text("-----BEGIN OpenVPN Static key V1-----\n")
    config = read_openvpn(f"{WHOLE}tls-auth ta.key 1\n", tmp_path / "nl.ovpn")
    assert "<tls-auth>\n-----BEGIN OpenVPN Static key V1-----\n</tls-auth>\nkey-direction 1" in config.text


@pytest.mark.parametrize("name", ["/etc/shadow", "../secret.key", "..", "link.key", "missing.key"])
def test_a_file_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "link.key").symlink_to("/etc/hostname")
    with pytest.raises(Refused, match="line 15"):
        read_openvpn(f"{WHOLE}key {name}\n", tmp_path / "nl.ovpn")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("client\n", "no line says `remote`"),
        ("remote\n", "line 1: remote needs the name"),
        ("remote a.example 99999\n", "line 1: remote has a port that is none"),
        ("remote a.example 1194 carrier-pigeon\n", "line 1: remote has an unknown protocol"),
        ("remote a.example\nfrobnicate 3\n", "line 2: frobnicate is unknown"),
        ("remote a.example\n<exec>\n", "line 2: this block is unknown"),
        ("remote a.example\n<ca>\nabc\n", "<ca> is never closed"),
        ("remote a.example\n<ca>\n<key>\n", "line 3: <ca> is not closed"),
        ("remote a.example\n\x00\x01\n", "line 2: this is no line"),
    ],
)
def test_a_wrong_line_is_named(text: str, words: str) -> None:
    with pytest.raises(Refused, match=words):
        read_openvpn(text, FILE)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=300) | st.lists(st.sampled_from(WHOLE.splitlines()), max_size=25).map("\n".join))
def test_nothing_but_a_refusal_ever_comes_of_it(text: str) -> None:
    try:
        read_openvpn(text, FILE)
    except Refused:
        return


def test_what_the_server_pushes_is_understood() -> None:
    told = {
        "ifconfig_local": "10.8.0.6",
        "ifconfig_netmask": "255.255.255.0",
        "ifconfig_ipv6_local": "fd00::6",
        "ifconfig_ipv6_netbits": "64",
        "route_vpn_gateway": "10.8.0.1",
        "tun_mtu": "1400",
        "foreign_option_1": "dhcp-option DNS 10.8.0.1",
        "foreign_option_2": "dhcp-option DOMAIN example",
        "foreign_option_3": "dhcp-option DNS $(id)",
    }
    seen = carried(told)
    assert seen.addresses == ("10.8.0.6/24", "fd00::6/64")
    assert (seen.mtu, seen.dns, seen.gateway) == (1400, ("10.8.0.1",), "10.8.0.1")
    with pytest.raises(Refused, match="no address that we understand"):
        carried({"ifconfig_local": "; rm -rf /"})


def test_a_file_that_everybody_can_read_is_told_of(tmp_path: Path) -> None:
    file = tmp_path / "nl.ovpn"
    file.write_text(WHOLE)
    file.chmod(0o600)
    assert not any("chmod" in note for note in Source(file).read()[0].notes)
    file.chmod(0o640)
    assert not any("chmod" in note for note in Source(file).read()[0].notes)
    file.chmod(0o644)
    assert (
        "nl.ovpn: everybody on this machine can read the keys in it; run chmod 600 on it"
        in Source(file).read()[0].notes
    )


def test_the_kind_of_a_file_is_seen(tmp_path: Path) -> None:
    plain = tmp_path / "a.conf"
    plain.write_text(WHOLE)
    assert Source(plain).read()[0].name == "a.conf"
    from tests.engines.tunnel.test_wireguard_file import WHOLE as WIREGUARD

    plain.write_text(WIREGUARD)
    assert isinstance(Source(plain).read()[0], WireGuardConfig)
    plain.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(Refused, match="this is no text"):
        Source(plain).read()
    with pytest.raises(NotFound, match="put the file of your VPN provider there"):
        Source(tmp_path / "missing.conf").read()
