"""A certificate that nobody vouches for is accepted when the definition names it, and no other one."""

import asyncio
import hashlib
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from matinee.engines.indexer.site.call import SiteRequest
from matinee.engines.indexer.site.cookies import CookieJar
from matinee.engines.indexer.site.line import Line
from matinee.kernel.errors import Unreachable


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Key and certificate in one file, made up and signed by nobody."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed (as root: apt-get install openssl)")
    folder = tmp_path_factory.mktemp("tls")
    key, shown, both = folder / "key.pem", folder / "shown.pem", folder / "both.pem"
    command = f"openssl req -x509 -newkey rsa:2048 -nodes -keyout {key} -out {shown} -days 2 -subj /CN=elsewhere"
    subprocess.run(command.split(), check=True, capture_output=True)
    both.write_text(key.read_text() + shown.read_text())
    return both


def fingerprint(certificate: Path) -> str:
    text = certificate.read_text()
    return hashlib.sha1(ssl.PEM_cert_to_DER_cert(text[text.index("-----BEGIN CERT") :])).hexdigest()


@asynccontextmanager
async def tls_site(certificate: Path) -> AsyncIterator[tuple[str, list[bytes]]]:
    """A site that shows the certificate, and what it has been told."""
    heard: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi")
        await writer.drain()
        writer.close()

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
    async with server:
        yield f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/", heard


async def asked(url: str, *certificates: str) -> bytes:
    line = Line("Tiny", url, CookieJar(), certificates=certificates, timeout=5)
    try:
        return (await line.send(SiteRequest(url, headers=(("X-Key", "secret"),)))).content
    finally:
        await line.close()


async def test_the_named_certificate_is_accepted(certificate: Path) -> None:
    async with tls_site(certificate) as (url, heard):
        assert await asked(url, "00" * 20, fingerprint(certificate).upper()) == b"hi"
    assert len(heard) == 1


async def test_any_other_certificate_hears_nothing(certificate: Path) -> None:
    async with tls_site(certificate) as (url, heard):
        for certificates in ((), ("00" * 20,)):
            with pytest.raises(Unreachable, match="certificate"):
                await asked(url, *certificates)
    assert heard == []
