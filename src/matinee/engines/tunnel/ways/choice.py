"""Which way to a port is gone: the one the owner wrote, with what the tunnel itself knows filled in."""

from ipaddress import ip_address
from pathlib import Path

from matinee.engines.tunnel.carrier import Carried
from matinee.engines.tunnel.errand import Porter
from matinee.engines.tunnel.ports import Way
from matinee.engines.tunnel.sources import Login
from matinee.engines.tunnel.ways.natpmp import NatPmp
from matinee.engines.tunnel.ways.perfect_privacy import PerfectPrivacy
from matinee.engines.tunnel.ways.pia import Pia, PiaAccount
from matinee.engines.tunnel.ways.privatevpn import PrivateVpn
from matinee.engines.tunnel.ways.program import Program
from matinee.engines.tunnel.ways.wish import By, PortWish
from matinee.kernel.errors import Refused

LARGEST_AUTHORITY = 64 * 1024


def way_to_ports(wish: PortWish, login: Login, carried: Carried, porter: Porter, folder: Path) -> Way:
    """`folder` is the tunnel's memory. Refused, with the cure, when something is missing."""
    match wish.by:
        case By.NATPMP:
            return NatPmp(porter, _gateway(wish.gateway, carried.gateway), wish.arrives_as)
        case By.PIA:
            return _pia(wish, login, carried, porter, folder)
        case By.PERFECT_PRIVACY:
            return PerfectPrivacy(carried.addresses)
        case By.PRIVATEVPN:
            return PrivateVpn(porter, carried.addresses)
        case By.PROGRAM:
            return _program(wish, carried, porter)


def _pia(wish: PortWish, login: Login, carried: Carried, porter: Porter, folder: Path) -> Pia:
    if not all(login):
        raise Refused("Private Internet Access gives ports to a login: set tunnel.username and tunnel.password")
    if wish.authority is None:
        raise Refused("Private Internet Access needs the file of its certificate authority (ca.rsa.4096.crt)")
    account = PiaAccount(*login, _authority(wish.authority), wish.server or carried.server_name)
    return Pia(porter, account, _gateway(wish.gateway, carried.server or carried.gateway), folder)


def _program(wish: PortWish, carried: Carried, porter: Porter) -> Program:
    if wish.program is None:
        raise Refused("the program that tells the port is not named")
    told = {
        "MATINEE_TUNNEL_ADDRESSES": " ".join(each.partition("/")[0] for each in carried.addresses),
        "MATINEE_TUNNEL_GATEWAY": wish.gateway or carried.gateway,
    }
    return Program(porter, wish.program, told)


def _gateway(*known: str) -> str:
    found = next(filter(None, known), "")
    try:
        return str(ip_address(found))
    except ValueError as error:
        raise Refused("the address inside the tunnel that gives ports is unknown: set tunnel.gateway") from error


def _authority(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            text = opened.read(LARGEST_AUTHORITY).decode("ascii", "replace")
    except OSError as error:
        raise Refused(f"{file}: the certificate authority cannot be read ({error.strerror})") from error
    if "-----BEGIN CERTIFICATE-----" not in text:
        raise Refused(f"{file}: this is no certificate in PEM; bring ca.rsa.4096.crt from the provider")
    return text
