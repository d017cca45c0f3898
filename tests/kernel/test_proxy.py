import asyncio

import pytest

from matinee.kernel.errors import Refused, Unreachable
from matinee.kernel.http import Wire
from matinee.kernel.proxy import Proxy, ProxyKind
from matinee.kernel.redact import redact
from tests.kernel.far_ends import http_proxy, listening, site, socks4, socks5


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://gw:3128", Proxy(ProxyKind.HTTP, "gw", 3128)),
        ("http://gw", Proxy(ProxyKind.HTTP, "gw", 8080)),
        ("SOCKS5://gw", Proxy(ProxyKind.SOCKS5, "gw", 1080)),
        ("socks5h://ann:s%40cret12@gw:9050", Proxy(ProxyKind.SOCKS5, "gw", 9050, "ann", "s@cret12")),
        ("socks4a://[fd00::1]:1080", Proxy(ProxyKind.SOCKS4, "fd00::1", 1080)),
        ("https://gw", Proxy(ProxyKind.HTTPS, "gw", 443)),
    ],
)
def test_a_proxy_is_read_from_its_address(url: str, told: Proxy) -> None:
    assert Proxy.parse(url) == told
    assert Proxy.parse(told.url) == told


@pytest.mark.parametrize("url", ["gw:3128", "ftp://gw", "socks5://", "http://gw:port", "", "http://gw:99999"])
def test_an_address_that_is_no_proxys_is_refused_with_examples(url: str) -> None:
    with pytest.raises(Refused, match="is not the address of a proxy; write it as"):
        Proxy.parse(url)


def test_the_password_of_a_proxy_is_not_shown() -> None:
    proxy = Proxy.parse("socks5://ann:very-secret-word@gw:1080")
    assert "very-secret-word" not in f"{proxy} {proxy!r} {proxy.address} {redact('very-secret-word')}"


async def test_an_http_proxy_forwards_plain_calls() -> None:
    async with (
        site() as there,
        http_proxy(there.port, "ann:passw0rd") as seen,
        Wire("Tracker", "", proxy=f"http://ann:passw0rd@127.0.0.1:{seen.port}") as wire,
    ):
        assert (await wire.get("http://film.test/x")).text == "a film"
    assert seen.asked == ["GET http://film.test/x HTTP/1.1"]


async def test_an_http_proxy_is_asked_for_a_tunnel_to_what_is_encrypted() -> None:
    async with (
        site() as there,
        http_proxy(there.port) as seen,
        Wire("Tracker", "", proxy=f"http://127.0.0.1:{seen.port}", timeout=0.2) as wire,
    ):
        with pytest.raises(Unreachable):  # what is behind it speaks no TLS
            await wire.get("https://film.test/x")
    assert seen.asked == ["CONNECT film.test:443 HTTP/1.1"]


async def test_a_wrong_password_for_an_http_proxy_is_told_of_the_proxy() -> None:
    async with (
        http_proxy(9, "ann:right") as seen,
        Wire("Tracker", "", proxy=f"http://ann:wrong@127.0.0.1:{seen.port}") as wire,
    ):
        with pytest.raises(Refused, match="Tracker: the proxy refused the user name or password"):
            await wire.get("http://film.test/x")
        with pytest.raises(Unreachable, match=r"Tracker: the proxy makes no connection .*407"):
            await wire.get("https://film.test/x")


async def test_a_socks4_proxy_resolves_the_name_itself() -> None:
    async with (
        site() as there,
        socks4(there.port, "ann") as seen,
        Wire("Tracker", "", proxy=f"socks4://ann@127.0.0.1:{seen.port}") as wire,
    ):
        assert (await wire.get("http://film.test/x")).text == "a film"
    assert seen.asked == ["film.test:80 as ann"]


async def test_a_socks4_proxy_is_given_an_address_as_one() -> None:
    async with (
        site() as there,
        socks4(there.port) as seen,
        Wire("Tracker", "", proxy=f"socks4://127.0.0.1:{seen.port}") as wire,
    ):
        assert (await wire.get("http://93.184.216.34:81/x")).text == "a film"
        with pytest.raises(Unreachable, match="SOCKS4 knows no IPv6 addresses"):
            await wire.get("http://[2606:2800:220:1::1]/")
    assert seen.asked == ["93.184.216.34:81 as nobody"]


async def test_a_socks4_proxy_may_refuse_us() -> None:
    async with socks4(9, "ann") as seen, Wire("Tracker", "", proxy=f"socks4://bob@127.0.0.1:{seen.port}") as wire:
        with pytest.raises(Unreachable, match=r"Tracker: the proxy socks4://.*: it refused the user name"):
            await wire.get("http://film.test/x")


async def test_a_socks5_proxy_resolves_the_name_itself() -> None:
    async with (
        site() as there,
        socks5(there.port) as seen,
        Wire("Tracker", "", proxy=f"socks5://127.0.0.1:{seen.port}") as wire,
    ):
        assert (await wire.get("http://film.test/x")).text == "a film"
        assert (await wire.get("http://93.184.216.34/x")).text == "a film"
    assert seen.asked == ["film.test:80", "93.184.216.34:80"]


async def test_a_socks5_proxy_is_told_who_we_are() -> None:
    async with site() as there, socks5(there.port, "ann:passw0rd") as seen:
        async with Wire("Tracker", "", proxy=f"socks5://ann:passw0rd@127.0.0.1:{seen.port}") as wire:
            assert (await wire.get("http://film.test/x")).text == "a film"
        async with Wire("Tracker", "", proxy=f"socks5://ann:wrongw0rd@127.0.0.1:{seen.port}") as wire:
            with pytest.raises(Unreachable, match="it refused the user name or password") as caught:
                await wire.get("http://film.test/x")
        async with Wire("Tracker", "", proxy=f"socks5://127.0.0.1:{seen.port}") as wire:
            with pytest.raises(Unreachable, match="it wants a user name and password"):
                await wire.get("http://film.test/x")
    assert "wrongw0rd" not in str(caught.value)


@pytest.mark.parametrize(
    ("status", "says"), [(2, "its rules forbid"), (4, "unreachable from there"), (5, "refused"), (77, "answers 77")]
)
async def test_a_socks5_proxy_says_why_not(status: int, says: str) -> None:
    async with (
        socks5(9, status=status) as seen,
        Wire("Tracker", "", proxy=f"socks5://127.0.0.1:{seen.port}") as wire,
    ):
        with pytest.raises(Unreachable, match=says):
            await wire.get("http://film.test/x")


@pytest.mark.parametrize("kind", ["socks4", "socks5"])
async def test_what_is_no_socks_proxy_is_found_out(kind: str) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await reader.read(3)
        writer.close()

    async with listening(serve) as port, Wire("Tracker", "", proxy=f"{kind}://127.0.0.1:{port}") as wire:
        with pytest.raises(Unreachable, match=f"no {kind.upper()} proxy"):
            await wire.get("http://film.test/x")


@pytest.mark.parametrize("kind", ["socks4", "socks5"])
async def test_a_proxy_that_hangs_up_or_says_nothing_is_unreachable(kind: str) -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with listening(hang_up) as port, Wire("T", "", proxy=f"{kind}://127.0.0.1:{port}") as wire:
        with pytest.raises(Unreachable):
            await wire.get("http://film.test/x")
    async with listening(say_nothing) as port, Wire("T", "", proxy=f"{kind}://127.0.0.1:{port}", timeout=0.1) as wire:
        with pytest.raises(Unreachable, match="no connection in time"):
            await wire.get("http://film.test/x")


async def test_no_proxy_there_is_unreachable() -> None:
    async with Wire("Tracker", "", proxy="socks5://127.0.0.1:9") as wire:
        with pytest.raises(Unreachable):
            await wire.get("http://film.test/x")
