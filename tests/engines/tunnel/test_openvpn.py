"""A real OpenVPN server gives the room its address, its DNS and its way out."""

import datetime
import shutil
import subprocess
import sys

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from matinee.engines.tunnel.openvpn import carried
from tests.engines.tunnel.world import FAR_DNS, PROVIDER, SBIN, TRACKER, World, program

OPENVPN = shutil.which("openvpn") or shutil.which("openvpn", path=SBIN)


@pytest.fixture
def world(world: World) -> World:
    """With a film to be had behind the tunnel."""
    if not OPENVPN:
        pytest.skip("needs openvpn: see tests/install-peers.sh")
    world.offer_a_film(size=100_000)
    return world


def certificate(name: str) -> tuple[str, str, str]:
    """Certificate and key in PEM, and the certificate's fingerprint as OpenVPN writes it."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder(who, who, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    mark = made.fingerprint(hashes.SHA256()).hex(":").upper()
    return made.public_bytes(pem).decode(), private.decode(), mark


def start_server(world: World, server: tuple[str, str, str], client: tuple[str, str, str]) -> None:
    config = world.folder / "server.conf"
    config.write_text(
        f"dev mto{world.mark}\ndev-type tun\nproto udp\nlocal {PROVIDER}\nport 1194\n"
        "server 10.67.0.0 255.255.255.0\ntopology subnet\ndh none\nkeepalive 2 10\ndisable-dco\n"
        f'push "dhcp-option DNS {FAR_DNS}"\npush "redirect-gateway def1"\npeer-fingerprint "{client[2]}"\n'
        f"<cert>\n{server[0]}</cert>\n<key>\n{server[1]}</key>\n"
    )
    config.chmod(0o600)
    command = [program("ip"), "netns", "exec", world.provider, str(OPENVPN), "--config", str(config)]
    with (world.folder / "server.log").open("wb") as log:
        world.processes.append(subprocess.Popen(command, stdout=log, stderr=log))


def test_a_room_behind_openvpn(world: World) -> None:
    server, client = certificate("server"), certificate("client")
    start_server(world, server, client)
    world.first_config = world.folder / "provider.ovpn"
    world.first_config.write_text(
        f"client\ndev tun\nproto udp\nremote {PROVIDER} 1194\nnobind\npeer-fingerprint {server[2]}\n"
        f"up /bin/false\n<cert>\n{client[0]}</cert>\n<key>\n{client[1]}</key>\n"
    )
    world.start_tunnel()
    world.wait_until_up(40)
    page = TRACKER.replace("announce", "ip")
    script = (
        "import socket\nfrom matinee.engines.tunnel.porter import address_seen\n"
        "print([name for _, name in socket.if_nameindex()], socket.gethostbyname('tracker.matinee.test'))\n"
        f"print(address_seen({page!r}, 5))"
    )
    said = subprocess.run(
        world.guarded(sys.executable, "-c", script), env=world.environment, capture_output=True, check=True, text=True
    )
    assert said.stdout.split("\n")[:2] == [f"['lo', '{world.device}'] 203.0.113.9", "10.67.0.2"]
    told = dict(line.partition("=")[::2] for line in (world.state / "openvpn.told").read_text().splitlines())
    assert carried(told).server_name == "server", "whose gateway is asked for a port"
    before = world.told()["reconnections"]
    world.kill("openvpn --config")
    world.wait_for(lambda state: state["up"] and state["reconnections"] > before, 40)
    assert client[1].splitlines()[1] not in (world.folder / "tunnel.log").read_text()
