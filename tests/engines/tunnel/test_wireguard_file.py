"""A WireGuard file is read as wg-quick reads it; what is wrong is told with its line, and keys are never told."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matinee.engines.tunnel.wireguard_file import DEFAULT_MTU, read_wireguard
from matinee.kernel.errors import Refused
from matinee.kernel.redact import redact

PRIVATE = base64.b64encode(bytes(range(32))).decode()
PUBLIC = base64.b64encode(bytes(range(1, 33))).decode()
PRESHARED = base64.b64encode(bytes(range(2, 34))).decode()
WHOLE = f"""# Key for a house
[Interface]
PrivateKey = {PRIVATE}
Address = 10.2.0.2/32, fd00::2/128
DNS = 10.2.0.1, example.lan
MTU = 1380
PostUp = iptables -A OUTPUT -j REJECT
Table = off

[Peer]
PublicKey = {PUBLIC}
PresharedKey = {PRESHARED}
AllowedIPs = 0.0.0.0/0
AllowedIPs = ::/0
Endpoint = nl.vpn.example:51820
PersistentKeepalive = 25

[peer]
publickey={PUBLIC}
allowedips=10.9.0.0/16
endpoint=[2001:db8::1]:443
"""


def test_a_whole_file_is_understood() -> None:
    config = read_wireguard(WHOLE, "nl.conf")
    assert [str(each) for each in config.addresses] == ["10.2.0.2/32", "fd00::2/128"]
    assert (config.dns, config.mtu) == (("10.2.0.1",), 1380)
    first, second = config.peers
    assert (first.host, first.port, first.keepalive) == ("nl.vpn.example", 51820, 25)
    assert [str(each) for each in first.allowed] == ["0.0.0.0/0", "::/0"]
    assert first.preshared_key
    assert first.preshared_key.base64 == PRESHARED
    assert (second.host, second.port, second.preshared_key) == ("2001:db8::1", 443, None)


def test_programs_in_the_file_are_left_out_and_their_owner_is_told() -> None:
    notes = read_wireguard(WHOLE, "nl.conf").notes
    assert notes[0].startswith("nl.conf, line 7: PostUp is left out")
    assert notes[1].startswith("nl.conf, line 8: Table is left out")


def test_what_is_not_said_has_a_sensible_value() -> None:
    config = read_wireguard(least(), "a.conf")
    assert (config.mtu, config.dns, config.peers[0].keepalive) == (DEFAULT_MTU, (), 0)


def test_keys_never_show_themselves() -> None:
    config = read_wireguard(WHOLE, "nl.conf")
    for secret in (PRIVATE, PRESHARED, bytes(range(32)).hex()):
        assert secret not in repr(config)
        assert secret not in redact(f"the key is {secret}")


@pytest.mark.parametrize(
    ("line", "instead", "words"),
    [
        (f"PrivateKey = {PRIVATE}", f"PrivateKey = {PRIVATE[:-2]}", "line 2: PrivateKey is not valid: a key is 44"),
        (f"PrivateKey = {PRIVATE}", "", "there is no PrivateKey"),
        ("Address = 10.2.0.2/32", "Address = 10.2.0.2/99", "line 3: Address is not valid: an address such as"),
        ("Address = 10.2.0.2/32", "", "there is no Address"),
        ("Address = 10.2.0.2/32", "Address", "line 3: expected `Name = value`"),
        ("Address = 10.2.0.2/32", "Address =", "line 3: Address has no value"),
        ("Address = 10.2.0.2/32", "Adress = 10.2.0.2/32", "line 3: Adress is unknown in .Interface."),
        ("Address = 10.2.0.2/32", "Jc = 4", "line 3: Jc belongs to AmneziaWG"),
        ("Address = 10.2.0.2/32", "[Server]", "line 3: only the sections"),
        ("[Interface]", "", "line 2: the file must begin with"),
        ("AllowedIPs = 0.0.0.0/0", "", "line 4: this .Peer. has no AllowedIPs"),
        (f"PublicKey = {PUBLIC}", "", "line 4: this .Peer. has no PublicKey"),
        ("Endpoint = vpn.example:51820", "", "no .Peer. has an Endpoint"),
        ("Endpoint = vpn.example:51820", "Endpoint = vpn.example", "line 7: Endpoint is not valid: write it as"),
        ("Endpoint = vpn.example:51820", "Endpoint = vpn.example:0", "a number from 1 to 65535"),
        ("Endpoint = vpn.example:51820", "Endpoint = a b;c:1", "Endpoint is not valid"),
        ("Endpoint = vpn.example:51820", "Endpoint = $(id):1", "signs that names do not have"),
    ],
)
def test_a_wrong_line_is_named_with_the_cure(line: str, instead: str, words: str) -> None:
    with pytest.raises(Refused, match=words) as refused:
        read_wireguard(least().replace(line, instead), "a.conf")
    assert "a.conf" in str(refused.value)
    assert PRIVATE[:20] not in str(refused.value)


def test_a_key_on_a_wrong_line_is_not_quoted() -> None:
    text = f"[Interface]\n{PRIVATE}\n"
    with pytest.raises(Refused) as refused:
        read_wireguard(text, "a.conf")
    assert PRIVATE[:10] not in str(refused.value)


def test_a_flood_is_refused() -> None:
    with pytest.raises(Refused, match="larger than"):
        read_wireguard("#" * 300_000, "a.conf")
    with pytest.raises(Refused, match="more than 64 peers"):
        read_wireguard(least() + "[Peer]\n" * 65, "a.conf")


@given(st.text(max_size=300) | st.lists(st.sampled_from(WHOLE.splitlines()), max_size=25).map("\n".join))
def test_nothing_but_a_refusal_ever_comes_of_it(text: str) -> None:
    try:
        read_wireguard(text, "a.conf")
    except Refused as refused:
        assert PRIVATE not in str(refused)


def least() -> str:
    return (
        f"[Interface]\nPrivateKey = {PRIVATE}\nAddress = 10.2.0.2/32\n"
        f"[Peer]\nPublicKey = {PUBLIC}\nAllowedIPs = 0.0.0.0/0\nEndpoint = vpn.example:51820\n"
    )
