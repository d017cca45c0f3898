"""A real news server, INN of Debian: articles are posted to it, and the engine fetches them, plainly and over TLS."""

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.utils import formatdate
from pathlib import Path

import pytest

from matinee.lab.certificates import make_certificate
from matinee.lab.news_articles import Shelf
from matinee.lab.news_posts import Posted, made_up, post
from matinee.pipeline.usenet_port import JobState, NewsServer
from tests.engines.usenet.conftest import Start, ended

BIN = Path("/usr/lib/news/bin")
AS_NEWS = ["setpriv", "--reuid=news", "--regid=news", "--clear-groups", "--"]
FILES = {"The.Film.mkv": made_up(1_010_003, 1), "The.Film.srt": made_up(70_001, 2)}
GROUP = "alt.binaries.lab"

pytestmark = pytest.mark.skipif(
    not (BIN / "innd").exists() or os.getuid() != 0, reason="inn2 is not installed, or these tests do not run as root"
)


@dataclass(frozen=True)
class Inn:
    """A news server: where it takes articles in, and where it is read plainly and over TLS."""

    feed: int
    plain: int
    tls: int


@pytest.fixture(scope="module")
def inn() -> Iterator[Inn]:
    with tempfile.TemporaryDirectory(prefix="matinee-inn-") as name:
        folder = Path(name)
        _furnish(folder)
        ports = Inn(*(_free_port() for _ in range(3)))
        with contextlib.ExitStack() as stack:
            for command in (
                [BIN / "innd", "-d", "-f", "-P", str(ports.feed), "-4", "127.0.0.1"],
                [BIN / "nnrpd", "-D", "-f", "-p", str(ports.plain)],
                [BIN / "nnrpd-ssl", "-D", "-f", "-S", "-p", str(ports.tls)],
            ):
                stack.enter_context(_running(command, folder))
            for port in (ports.feed, ports.plain, ports.tls):
                _wait_for(port)
            yield ports


@contextlib.contextmanager
def _running(command: Sequence[object], folder: Path) -> Iterator[None]:
    process = subprocess.Popen(
        [*AS_NEWS, *map(str, command)],
        cwd=folder,
        env={**os.environ, "INNCONF": str(folder / "etc/inn.conf")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.kill()
        process.wait()


def _furnish(folder: Path) -> None:
    """The least that INN wants to find; all of it is the news user's."""
    for name in (
        "etc",
        "db",
        "run",
        "log",
        "tmp",
        "http",
        "filter",
        "spool/articles",
        "spool/overview",
        "spool/incoming",
        "spool/outgoing",
    ):
        (folder / name).mkdir(parents=True)
    both = make_certificate(folder).read_text()
    key, _, certificate = both.partition("-----BEGIN CERTIFICATE-----")
    pages = {
        "etc/key.pem": key,
        "etc/certificate.pem": f"-----BEGIN CERTIFICATE-----{certificate}",
        "etc/inn.conf": _settings(folder),
        "etc/incoming.conf": 'streaming: true\npeer ME {\n hostname: "127.0.0.1"\n}\n',
        "etc/readers.conf": (
            'auth "all" {\n hosts: "*"\n default: "reader"\n}\n'
            'access "all" {\n users: "*"\n newsgroups: "*"\n access: RP\n}\n'
        ),
        "etc/storage.conf": "method tradspool {\n newsgroups: *\n class: 0\n}\n",
        "etc/newsfeeds": "ME:!*::\nnobody:!*:Tf:\n",
        "etc/expire.ctl": "/remember/:11\n*:A:1:10:never\n",
        "db/active": "".join(
            f"{group} 0000000000 0000000001 {flag}\n"
            for group, flag in {"control": "n", "control.cancel": "n", "junk": "n", GROUP: "y"}.items()
        ),
        **{f"db/{name}": "" for name in ("active.times", "newsgroups", "history")},
    }
    for name, page in pages.items():
        (folder / name).write_text(page)
    folder.chmod(0o755)
    for path in [folder, *folder.rglob("*")]:
        shutil.chown(path, "news", "news")
    (folder / "etc/key.pem").chmod(0o600)
    made = [*AS_NEWS, str(BIN / "makedbz"), "-i", "-f", str(folder / "db/history")]
    subprocess.run(made, cwd=folder, env={**os.environ, "INNCONF": str(folder / "etc/inn.conf")}, check=True)
    for path in (folder / "db").glob("history.n.*"):
        path.rename(path.with_name(path.name.replace(".n.", ".")))


def _settings(folder: Path) -> str:
    told = {
        "domain": "lab.test",
        "pathhost": "lab.test",
        "fromhost": "lab.test",
        "server": "127.0.0.1",
        "mta": '"/bin/true"',
        "ovmethod": "tradindexed",
        "hismethod": "hisv6",
        "enableoverview": "true",
        "wireformat": "true",
        "maxartsize": "0",
        "localmaxartsize": "0",
        "artcutoff": "0",
        "docancels": "none",
        "dontrejectfiltered": "true",
        "pathnews": "/usr/lib/news",
        "pathbin": str(BIN),
        "tlscertfile": str(folder / "etc/certificate.pem"),
        "tlskeyfile": str(folder / "etc/key.pem"),
        **{f"path{name}": str(folder / name) for name in ("etc", "db", "run", "log", "spool", "tmp", "http")},
        "pathfilter": str(folder / "filter"),
        **{f"path{name}": str(folder / "spool" / name) for name in ("articles", "overview", "incoming", "outgoing")},
    }
    return "".join(f"{name}: {value}\n" for name, value in told.items())


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as once:
        return int(once.getsockname()[1])


def _wait_for(port: int) -> None:
    for _ in range(100):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise AssertionError("INN did not start")


def _feed(port: int, name: str, *, without: int = 0) -> Posted:
    """Hand a post over as another news server would, all but so many of its first articles."""
    shelf = Shelf()
    # Message ids are made from the names of files, and no server takes one twice.
    posted = post(shelf, name, {f"{name}{Path(one).suffix}": data for one, data in FILES.items()}, article_size=50_000)
    with socket.create_connection(("127.0.0.1", port), timeout=10) as caller, caller.makefile("rb") as heard:
        assert heard.readline().startswith(b"200")
        for one in posted.ids[without:]:
            article = shelf.articles[one]
            head = (
                f"Path: lab\r\nFrom: a@lab.test\r\nNewsgroups: {GROUP}\r\nSubject: {name}\r\nDate: {formatdate()}\r\n"
            )
            caller.sendall(f"IHAVE <{one}>\r\n".encode())
            assert heard.readline().startswith(b"335")
            body = bytes(shelf.view(article.body, article.end))
            caller.sendall(f"{head}Message-ID: <{one}>\r\n\r\n".encode() + body)
            assert heard.readline().startswith(b"235")
    shelf.close()
    return posted


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
async def test_a_real_news_server_is_downloaded_from(inn: Inn, start: Start, tls: bool) -> None:
    posted = _feed(inn.feed, f"Film {tls}")
    port = inn.tls if tls else inn.plain
    engine = await start(NewsServer("inn", "127.0.0.1", port, tls=tls, verify=0, connections=4, timeout=10))
    job = await ended(engine, await engine.add(posted.nzb, name="The Film 2026"))
    assert job.state is JobState.COMPLETED, job.message
    assert job.storage is not None
    assert {path.suffix: path.read_bytes() for path in job.storage.iterdir()} == {
        Path(name).suffix: data for name, data in FILES.items()
    }


async def test_what_it_does_not_have_is_a_failure_in_words(inn: Inn, start: Start) -> None:
    posted = _feed(inn.feed, "Film with holes", without=2)
    engine = await start(NewsServer("inn", "127.0.0.1", inn.plain, tls=False, connections=2, timeout=10))
    job = await ended(engine, await engine.add(posted.nzb, name="The Film 2026"))
    assert job.state is JobState.FAILED
    assert job.message
