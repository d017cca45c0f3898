import shutil
import ssl
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import httpx2
import pytest

from matinee.kernel.errors import Refused, Unreachable
from matinee.kernel.guard import Guard, GuardedTransport, PointsInside
from matinee.kernel.http import Wire
from matinee.kernel.proxy import Proxy
from tests.kernel.far_ends import http_proxy, site

PUBLIC = "93.184.216.34"


def telling(*addresses: str) -> Callable[..., object]:
    async def resolve(host: str, port: int) -> Sequence[str]:
        return addresses

    return resolve


def guard(*allowed: str, says: Sequence[str] = (PUBLIC,)) -> Guard:
    return Guard(allowed, telling(*says))  # type: ignore[arg-type]


async def judged(watching: Guard, url: str) -> tuple[str, ...]:
    await watching.judge(url)
    address = httpx2.URL(url)
    return await watching.addresses(address.host, address.port or 80)


INSIDE = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.5",
    "100.64.0.1",
    "127.0.0.1",
    "127.8.8.8",
    "169.254.1.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "203.0.113.9",
    "224.0.0.251",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:10.0.0.5",
    "::ffff:7f00:1",
    "64:ff9b::7f00:1",
    "64:ff9b::a00:5",
    "64:ff9b:1::a00:5",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:c0a8:101::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
]


@pytest.mark.parametrize("address", INSIDE)
async def test_a_name_that_leads_inside_is_refused_with_its_cure(address: str) -> None:
    with pytest.raises(PointsInside) as caught:
        await guard(says=[address]).judge("http://tracker.test/file?passkey=s3cr3tkey")
    assert "the house's own network (host tracker.test → " in str(caught.value)
    assert "allow it with search.allow_hosts" in str(caught.value)
    assert "s3cr3tkey" not in str(caught.value)


@pytest.mark.parametrize("address", [PUBLIC, "8.8.8.8", "2606:2800:220:1::1", "64:ff9b::808:808", "::ffff:808:808"])
async def test_a_name_that_leads_to_the_internet_passes(address: str) -> None:
    assert await judged(guard(says=[address]), "https://tracker.test/") == (address,)


async def test_one_address_inside_spoils_the_whole_name() -> None:
    with pytest.raises(PointsInside, match=r"10\.0\.0\.5"):
        await guard(says=[PUBLIC, "10.0.0.5"]).judge("http://tracker.test/")


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "017700000001",
        "127.1",
        "0",
        "127.0.0.1.",
        "[::1]",
        "[0:0:0:0:0:0:0:1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[64:ff9b::127.0.0.1]",
        "[fe80::1]",
        "user:password@127.0.0.1",
        "example.org@127.0.0.1",
    ],
)
async def test_an_address_is_seen_through_all_its_spellings(host: str) -> None:
    asked: list[str] = []

    async def resolve(name: str, port: int) -> Sequence[str]:
        asked.append(name)
        return [PUBLIC]

    with pytest.raises(Refused):
        await Guard((), resolve).judge(f"http://{host}/")
    assert not asked  # no resolver could talk us out of it


@pytest.mark.parametrize("host", ["localhost", "localhost.", "LOCALHOST"])
async def test_localhost_is_found_out_by_name(host: str) -> None:
    with pytest.raises(PointsInside):
        await Guard().judge(f"http://{host}:8080/")


@pytest.mark.parametrize("url", ["http://１２７.０.０.１/", "http://①②⑦.0.0.1/", "http://127。0。0。1/"])
async def test_digits_of_other_scripts_lead_nowhere_else(url: str) -> None:
    with pytest.raises(Refused):
        await guard().judge(url)


@pytest.mark.parametrize(
    "url", ["ftp://tracker.test/", "file:///etc/passwd", "gopher://x/", "tracker.test/x", "http://"]
)
async def test_only_web_addresses_are_called(url: str) -> None:
    with pytest.raises(Refused):
        await guard().judge(url)


@pytest.mark.parametrize(
    ("allowed", "url"),
    [
        ("nas.lan", "http://nas.lan/x"),
        ("NAS.lan.", "http://nas.lan:8080/x"),
        ("nas.lan:9696", "http://nas.lan:9696/x"),
        ("nas.lan:80", "http://nas.lan/x"),
        ("10.0.0.0/8", "http://anything.test/x"),
        ("10.0.0.5", "http://anything.test/x"),
        ("10.0.0.5:80", "http://anything.test/x"),
    ],
)
async def test_the_owner_may_allow_a_host_a_port_an_address_or_a_network(allowed: str, url: str) -> None:
    assert await judged(guard(allowed, says=["10.0.0.5"]), url) == ("10.0.0.5",)


@pytest.mark.parametrize("allowed", ["[fd00::5]:80", "fd00::5", "FD00:0::5", "fd00::/8", "[fd00::5]"])
async def test_the_owner_may_allow_the_newer_addresses_too(allowed: str) -> None:
    assert await judged(guard(allowed), "http://[fd00::5]/") == ("fd00::5",)


@pytest.mark.parametrize("allowed", ["nas.lan:9696", "other.lan", "192.168.0.0/16", "as.lan", "lan"])
async def test_what_is_allowed_is_not_more_than_it_says(allowed: str) -> None:
    with pytest.raises(PointsInside):
        await guard(allowed, says=["10.0.0.5"]).judge("http://nas.lan/x")


async def test_a_network_that_is_none_is_refused_by_its_setting() -> None:
    with pytest.raises(Refused, match=r"search\.allow_hosts"):
        Guard(["10.0.0.0/99"])


@pytest.mark.parametrize("url", ["http://prowlarr.lan:9696/1/", "https://prowlarr.lan:9696/"])
async def test_the_owners_own_indexer_is_allowed_by_its_address(url: str) -> None:
    own = guard(says=["192.168.1.7"]).allowing("http://prowlarr.lan:9696/1/")
    assert await judged(own, url) == ("192.168.1.7",)
    for elsewhere in ("http://prowlarr.lan/", "http://router.lan:9696/"):
        with pytest.raises(PointsInside):
            await own.judge(elsewhere)


@pytest.mark.parametrize(
    "address", ["169.254.169.254", "::ffff:169.254.169.254", "169.254.170.2", "100.100.100.200", "fd00:ec2::254"]
)
async def test_a_clouds_metadata_is_never_called_whatever_is_allowed(address: str) -> None:
    lenient = guard("meta.lan", "0.0.0.0/0", "::/0", address, says=[address]).allowing("http://meta.lan/")
    with pytest.raises(PointsInside, match="metadata"):
        await lenient.judge("http://meta.lan/")


async def test_a_clouds_metadata_is_known_by_name() -> None:
    with pytest.raises(PointsInside, match="metadata"):
        await guard("metadata.google.internal").judge("http://metadata.google.internal/")


async def test_a_name_that_nobody_knows_is_unreachable() -> None:
    async def nobody(host: str, port: int) -> Sequence[str]:
        raise OSError("Name or service not known")

    with pytest.raises(Unreachable, match=r"there is no host named tracker\.test"):
        await Guard((), nobody).judge("http://tracker.test/")
    with pytest.raises(Unreachable, match="has no address"):
        await guard(says=[]).judge("http://tracker.test/")


async def test_the_judged_address_is_called_under_the_name() -> None:
    async with site() as seen, Wire("Tracker", "", guard=guard("film.test", says=["127.0.0.1"])) as wire:
        assert (await wire.get(f"http://film.test:{seen.port}/x")).text == "a film"
    assert f"host: film.test:{seen.port}" in seen.asked[0].lower()


async def test_an_address_that_does_not_answer_is_followed_by_the_next() -> None:
    async with site() as seen, Wire("Tracker", "", guard=guard("film.test", says=["127.0.0.9", "127.0.0.1"])) as wire:
        assert (await wire.get(f"http://film.test:{seen.port}/x")).text == "a film"


async def test_a_name_that_changes_its_address_after_the_judgement_gains_nothing() -> None:
    """DNS rebinding: public when judged, inside when called. Whatever is called is what was judged."""
    answers = [[PUBLIC], ["127.0.0.1"], ["127.0.0.1"]]
    told = iter(answers)

    async def rebinding(host: str, port: int) -> Sequence[str]:
        return next(told)

    swinging = Guard((), rebinding)
    async with site() as seen, Wire("Tracker", "", guard=swinging, timeout=0.5) as wire:
        await swinging.judge(f"http://evil.test:{seen.port}/")
        with pytest.raises(Refused, match="own network"):
            await wire.get(f"http://evil.test:{seen.port}/")
    assert not seen.asked


async def test_a_name_is_resolved_once_for_each_connection() -> None:
    asked = 0

    async def resolve(host: str, port: int) -> Sequence[str]:
        nonlocal asked
        asked += 1
        return ["127.0.0.1"]

    async with site() as seen, Wire("Tracker", "", guard=Guard(["film.test"], resolve)) as wire:
        await wire.get(f"http://film.test:{seen.port}/")
        await wire.get(f"http://film.test:{seen.port}/")
    assert asked == 1
    assert len(seen.asked) == 2


async def test_a_name_that_is_not_resolved_in_time_is_unreachable() -> None:
    import asyncio

    async def never(host: str, port: int) -> Sequence[str]:
        await asyncio.Event().wait()
        return []

    async with Wire("Tracker", "", guard=Guard((), never), timeout=0.05) as wire:
        with pytest.raises(Unreachable, match="Tracker: no connection in time"):
            await wire.get("http://film.test/")


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://localhost:8080/",
        "http://127.0.0.1/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://[::ffff:127.0.0.1]/",
        "//127.0.0.1/",
        "http://inside.test/",
    ],
)
async def test_a_redirect_into_the_house_is_not_followed(target: str) -> None:
    seen: list[str] = []

    def answering(request: httpx2.Request) -> httpx2.Response:
        seen.append(str(request.url))
        return httpx2.Response(302, headers={"location": target})

    async def resolve(host: str, port: int) -> Sequence[str]:
        return [PUBLIC] if host == "tracker.test" else ["127.0.0.1"]

    transport = httpx2.MockTransport(answering)
    async with Wire("T", "", guard=Guard((), resolve), transport=transport, follow_redirects=True) as wire:
        with pytest.raises(Refused, match="T: a link points"):
            await wire.get("http://tracker.test/x")
    assert seen == ["http://tracker.test/x"]


async def test_behind_a_proxy_what_can_be_seen_is_judged() -> None:
    async def knows(host: str, port: int) -> Sequence[str]:
        if host == "far.test":
            raise OSError
        return ["10.0.0.5"]

    async with site() as there, http_proxy(there.port) as seen:
        way = Proxy.parse(f"http://127.0.0.1:{seen.port}")
        async with Wire("Tracker", "", guard=Guard((), knows), proxy=way) as wire:
            assert (await wire.get("http://far.test/x")).text == "a film"  # only the proxy knows it
            for inside in ("http://near.test/", "http://127.0.0.1/", "http://0x7f.1/", "http://169.254.169.254/"):
                with pytest.raises(Refused, match="a link points"):
                    await wire.get(inside)
    assert seen.asked == ["GET http://far.test/x HTTP/1.1"]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for film.test that nobody but this test trusts."""
    if not shutil.which("openssl"):
        pytest.skip("openssl makes the certificate")
    folder = tmp_path_factory.mktemp("tls")
    asked = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out cert.pem -days 2"
    subject = ["-subj", "/CN=film.test", "-addext", "subjectAltName=DNS:film.test"]
    subprocess.run(["openssl", *asked.split(), *subject], cwd=folder, check=True, capture_output=True)
    return folder


async def test_tls_is_verified_by_the_name_though_an_address_is_called(certificate: Path) -> None:
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    names: list[str | None] = []
    serving.sni_callback = lambda socket, name, context: names.append(name)
    trusting = ssl.create_default_context(cafile=str(certificate / "cert.pem"))
    transport = GuardedTransport(guard("127.0.0.1", says=["127.0.0.1"]), verify=trusting)
    async with site(context=serving) as seen, Wire("Tracker", "", transport=transport) as wire:
        assert (await wire.get(f"https://film.test:{seen.port}/")).text == "a film"
        with pytest.raises(Unreachable, match=r"Tracker: no connection .*certificate verify failed"):
            await wire.get(f"https://other.test:{seen.port}/")
    assert names == ["film.test", "other.test"]
