"""Each protocol is asked in its own words, and a wrong answer is told from none."""

import asyncio
import socket
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from matinee.kernel.errors import NotFound, Refused, Unreachable
from matinee.topology import load, read
from matinee.topology.address import without_login
from matinee.topology.checks import check_for, checks_for
from matinee.topology.checks.dns import DnsCheck
from matinee.topology.checks.docker import DockerCheck
from matinee.topology.checks.http import HttpCheck, MetricsCheck, PrometheusCheck
from matinee.topology.checks.lines import NntpCheck, RedisCheck, SshCheck, TcpCheck
from matinee.topology.checks.machine import HardlinkCheck, InterfaceCheck, KnownBroken
from matinee.topology.checks.postgresql import PostgresqlCheck
from matinee.topology.checks.tracker import TrackerCheck
from matinee.topology.probe import Check
from tests.topology.maps import SMALL, tables
from tests.topology.servers import Talk, answering, naming, saying, talking, talking_at, web

HOMELAB = Path(__file__).parents[2] / "deploy" / "homelab.toml"
HERE = "127.0.0.1"
PING = b"*1\r\n$4\r\nPING\r\n"
SSL_REQUEST = struct.pack("!ii", 8, 80877103)


@pytest.fixture
def closed() -> int:
    """A port where nobody listens."""
    with socket.socket() as taken:
        taken.bind((HERE, 0))
        return int(taken.getsockname()[1])


async def seen(talk: Talk, check: Callable[[int], Check]) -> str:
    async with talking(talk) as port:
        return await check(port)()


def page(status: int, text: str) -> Talk:
    return web(lambda path: (status, text))


@pytest.mark.parametrize("status", [200, 302, 401, 404])
async def test_a_page_under_500_is_alive(status: int) -> None:
    assert await seen(page(status, "hi"), lambda port: HttpCheck("R", f"http://{HERE}:{port}/")) == f"HTTP {status}"


async def test_a_page_with_an_error_of_the_server_is_not() -> None:
    with pytest.raises(Unreachable, match=r"R at http://127\.0\.0\.1:\d+/: answers HTTP 503"):
        await seen(page(503, ""), lambda port: HttpCheck("R", f"http://{HERE}:{port}/"))


async def test_another_page_than_the_expected_is_refused() -> None:
    with pytest.raises(Refused, match="'Radarr' is not on its page"):
        await seen(page(200, "router login"), lambda port: HttpCheck("R", f"http://{HERE}:{port}/", "Radarr"))
    assert await seen(page(200, "Radarr"), lambda port: HttpCheck("R", f"http://{HERE}:{port}/", "Radarr"))


async def test_the_path_and_the_query_of_an_address_are_asked_for_and_its_key_is_not_shown() -> None:
    asked: list[str] = []

    def answer(path: str) -> tuple[int, str]:
        asked.append(path)
        return 500, ""

    with pytest.raises(Unreachable) as error:
        await seen(web(answer), lambda port: HttpCheck("R", f"http://u:pw@{HERE}:{port}/ping?apikey=hunter2"))
    assert asked == ["/ping?apikey=hunter2"]
    assert "hunter2" not in str(error.value) and "pw" not in str(error.value)


async def test_metrics_are_counted_and_a_page_without_is_refused() -> None:
    pages = {"/metrics": (200, "# TYPE up gauge\nup 1\n"), "/": (200, "welcome")}
    assert await seen(web(pages.__getitem__), lambda port: MetricsCheck("N", f"http://{HERE}:{port}")) == "metrics: 1"
    with pytest.raises(Refused, match="no metrics"):
        await seen(page(200, "welcome"), lambda port: MetricsCheck("N", f"http://{HERE}:{port}"))


async def test_prometheus_says_itself_whether_it_is_ready() -> None:
    pages = {"/prom/-/ready": (200, "Prometheus Server is Ready.\n")}
    ready = await seen(web(pages.__getitem__), lambda port: PrometheusCheck("P", f"http://{HERE}:{port}/prom/"))
    assert ready == "Prometheus Server is Ready."
    with pytest.raises(Unreachable):
        await seen(page(503, "Service Unavailable"), lambda port: PrometheusCheck("P", f"http://{HERE}:{port}"))
    with pytest.raises(Refused, match="something else"):
        await seen(page(200, "<html>"), lambda port: PrometheusCheck("P", f"http://{HERE}:{port}"))


async def test_docker_is_pinged_over_tcp_and_over_a_unix_socket(tmp_path: Path) -> None:
    daemon = web({"/_ping": (200, "OK")}.__getitem__, "Api-Version: 1.44\r\n")
    assert await seen(daemon, lambda port: DockerCheck("D", f"tcp://{HERE}:{port}")) == "Docker API 1.44"
    async with talking_at(tmp_path / "docker.sock", daemon):
        assert await DockerCheck("D", f"unix://{tmp_path}/docker.sock")() == "Docker API 1.44"
    with pytest.raises(Unreachable, match=r"D at .*nobody\.sock"):
        await DockerCheck("D", f"unix://{tmp_path}/nobody.sock")()
    with pytest.raises(Refused, match="something else than Docker"):
        await seen(page(200, "hello"), lambda port: DockerCheck("D", f"tcp://{HERE}:{port}"))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("d8:intervali1800e5:peers0:e", "tracker answers, announces every 1800 s"),
        ("d14:failure reason12:unregisterede", "tracker answers: unregistered"),
        ("d5:peers0:e", "tracker answers"),
    ],
)
async def test_a_tracker_answers_an_announce(body: str, words: str) -> None:
    asked: list[str] = []

    def answer(path: str) -> tuple[int, str]:
        asked.append(path)
        return 200, body

    assert await seen(web(answer), lambda port: TrackerCheck("T", f"http://{HERE}:{port}/announce?key=1")) == words
    assert asked[0].startswith("/announce?key=1&info_hash=%00%00") and "event=stopped" in asked[0]


async def test_a_web_page_is_no_tracker() -> None:
    with pytest.raises(Refused, match="something else than a tracker"):
        await seen(page(200, "<html>"), lambda port: TrackerCheck("T", f"http://{HERE}:{port}/announce"))


async def test_a_port_that_accepts_is_enough_for_tcp(closed: int) -> None:
    assert "accepts connections" in await seen(saying(b""), lambda port: TcpCheck("A", HERE, port))
    with pytest.raises(
        Unreachable, match=rf"A: no connection to 127\.0\.0\.1:{closed} \(refused: nothing listens there\)"
    ):
        await TcpCheck("A", HERE, closed)()


async def test_ssh_is_known_by_its_version() -> None:
    greeting = b"Welcome\r\nSSH-2.0-OpenSSH_9.2\r\n"
    assert await seen(saying(greeting), lambda port: SshCheck("S", HERE, port)) == "SSH-2.0-OpenSSH_9.2"
    with pytest.raises(Refused, match="something else than SSH"):
        await seen(saying(b"x\r\n" * 30), lambda port: SshCheck("S", HERE, port))
    with pytest.raises(Unreachable, match="hung up without an answer"):
        await seen(saying(b""), lambda port: SshCheck("S", HERE, port))
    with pytest.raises(Refused, match="endless line"):
        await seen(saying(b"x" * 200_000), lambda port: SshCheck("S", HERE, port))


async def test_a_news_server_greets() -> None:
    assert await seen(saying(b"200 news ready\r\n"), lambda port: NntpCheck("N", HERE, port)) == "200 news ready"
    with pytest.raises(Unreachable, match="not now: 400 busy"):
        await seen(saying(b"400 busy\r\n"), lambda port: NntpCheck("N", HERE, port))
    with pytest.raises(Refused, match="will not serve us: 502 too many"):
        await seen(saying(b"502 too many\r\n"), lambda port: NntpCheck("N", HERE, port))
    with pytest.raises(Refused, match="something else"):
        await seen(saying(b"SSH-2.0\r\n"), lambda port: NntpCheck("N", HERE, port))


async def test_a_news_server_without_tls_is_told_from_one_with() -> None:
    with pytest.raises((Refused, Unreachable), match="N: "):
        await seen(saying(b"200 news ready\r\n"), lambda port: NntpCheck("N", HERE, port, tls=True))


@pytest.mark.parametrize(
    ("answer", "words"), [(b"+PONG\r\n", "PONG"), (b"-NOAUTH x\r\n", "Redis answers, and wants a login")]
)
async def test_redis_answers_a_ping(answer: bytes, words: str) -> None:
    assert await seen(answering({PING: answer}), lambda port: RedisCheck("C", HERE, port)) == words


@pytest.mark.parametrize(("answer", "error"), [(b"-LOADING x\r\n", Unreachable), (b"HTTP/1.1 400\r\n", Refused)])
async def test_redis_that_loads_is_told_from_what_is_no_redis(answer: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        await seen(answering({PING: answer}), lambda port: RedisCheck("C", HERE, port))


async def test_a_wrong_password_of_redis_is_a_refusal() -> None:
    login = b"*2\r\n$4\r\nAUTH\r\n$6\r\nsecret\r\n"
    for answer, expected in ((b"-WRONGPASS x\r\n", "wrong password"), (b"+OK\r\n", "")):
        talk = answering({login: answer, PING: b"+PONG\r\n"})
        if expected:
            with pytest.raises(Refused, match=expected):
                await seen(talk, lambda port: RedisCheck("C", HERE, port, password="secret"))
        else:
            assert await seen(talk, lambda port: RedisCheck("C", HERE, port, password="secret")) == "PONG"


def postgres(first: bytes, then: bytes) -> Talk:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.readexactly(8) == SSL_REQUEST
        writer.write(first)
        (length,) = struct.unpack("!i", await reader.readexactly(4))
        assert b"user\0matinee\0database\0postgres\0" in await reader.readexactly(length - 4)
        writer.write(then)

    return talk


def complaint(code: str, message: str) -> bytes:
    fields = f"SFATAL\0C{code}\0M{message}\0\0".encode()
    return struct.pack("!ci", b"E", len(fields) + 4) + fields


async def test_postgresql_asks_for_a_password_or_says_why_not() -> None:
    scram = struct.pack("!cii", b"R", 8, 10)
    talk = postgres(b"N", scram)
    assert await seen(talk, lambda port: PostgresqlCheck("P", HERE, port)) == "PostgreSQL answers (login by SCRAM)"
    talk = postgres(b"N", complaint("28000", "no such user"))
    assert await seen(talk, lambda port: PostgresqlCheck("P", HERE, port)) == "PostgreSQL answers (no such user)"
    with pytest.raises(Unreachable, match="not now: starting up"):
        await seen(postgres(b"N", complaint("57P03", "starting up")), lambda port: PostgresqlCheck("P", HERE, port))


@pytest.mark.parametrize("talk", [saying(b"HTTP/1.1 400"), postgres(b"N", b"Zxxxxxxxx")])
async def test_what_is_no_postgresql_is_refused(talk: Talk) -> None:
    with pytest.raises(Refused, match="something else than PostgreSQL"):
        await seen(talk, lambda port: PostgresqlCheck("P", HERE, port))


def name_answer(question: bytes, records: bytes, count: int, flags: int = 0x8180) -> bytes:
    return question[:2] + struct.pack("!HHHHH", flags, 1, count, 0, 0) + question[12:] + records


def record(kind: int, data: bytes) -> bytes:
    return b"\xc0\x0c" + struct.pack("!HHIH", kind, 1, 60, len(data)) + data


async def test_a_name_is_really_resolved() -> None:
    records = record(5, b"\x03box\xc0\x0c") + record(1, bytes([10, 0, 0, 7])) + record(28, bytes(15) + b"\x01")
    async with naming(lambda question: name_answer(question, records, 3)) as port:
        found = await DnsCheck("D", HERE, port, "plex.home")()
        assert found == "plex.home is box.plex.home, 10.0.0.7, ::1"
        assert await DnsCheck("D", HERE, port, "plex.home", "10.0.0.7")() == found
        with pytest.raises(Refused, match=r"not 10\.0\.0\.8"):
            await DnsCheck("D", HERE, port, "plex.home", "10.0.0.8")()


@pytest.mark.parametrize(
    ("flags", "error", "words"),
    [(0x8182, Unreachable, "cannot resolve at the moment"), (0x8185, Refused, "refuses to answer us")],
)
async def test_a_name_server_that_cannot_is_told_from_one_that_will_not(
    flags: int, error: type[Exception], words: str
) -> None:
    async with naming(lambda question: name_answer(question, b"", 0, flags)) as port:
        with pytest.raises(error, match=words):
            await DnsCheck("D", HERE, port)()


async def test_no_such_name_is_an_answer() -> None:
    async with naming(lambda question: name_answer(question, b"", 0, 0x8183)) as port:
        assert await DnsCheck("D", HERE, port)() == "localhost has no address"


@pytest.mark.parametrize("tail", [b"", b"\x00", b"\xc0\x0c\x00\x01", record(1, b"abc"), b"\xc0\xff" * 9])
async def test_an_answer_that_is_cut_off_or_nonsense_is_refused(tail: bytes) -> None:
    async with naming(lambda question: name_answer(question, tail, 1)) as port:
        with pytest.raises(Refused, match="the answer is not DNS"):
            await DnsCheck("D", HERE, port)()


async def test_names_that_point_at_each_other_come_to_an_end() -> None:
    loop = b"\xc0\x1b" + struct.pack("!HHIH", 5, 1, 60, 2) + b"\xc0\x27"
    async with naming(lambda question: name_answer(question, loop, 1)) as port:
        with pytest.raises(Refused, match="the answer is not DNS"):
            await DnsCheck("D", HERE, port)()


async def test_an_answer_to_another_question_is_not_ours(monkeypatch: pytest.MonkeyPatch, closed: int) -> None:
    monkeypatch.setattr("matinee.topology.checks.dns._PATIENCE_SECONDS", 0.01)
    async with naming(lambda question: b"\0\0" + question[2:] if question[:2] != b"\0\0" else None) as port:
        with pytest.raises(Unreachable, match="no answer"):
            await DnsCheck("D", HERE, port)()
    with pytest.raises(Unreachable, match="nothing listens"):
        monkeypatch.setattr("matinee.topology.checks.dns._PATIENCE_SECONDS", 1)
        await DnsCheck("D", HERE, closed)()


async def test_a_question_that_is_lost_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("matinee.topology.checks.dns._PATIENCE_SECONDS", 0.05)
    asked: list[bytes] = []

    def answer(question: bytes) -> bytes | None:
        asked.append(question)
        return name_answer(question, record(1, bytes([10, 0, 0, 7])), 1) if len(asked) > 1 else None

    async with naming(answer) as port:
        assert await DnsCheck("D", HERE, port)() == "localhost is 10.0.0.7"


async def test_a_film_is_really_linked_and_nothing_is_left_behind(tmp_path: Path) -> None:
    downloads, library = tmp_path / "downloads", tmp_path / "library"
    downloads.mkdir()
    with pytest.raises(NotFound, match="library: there is no such folder"):
        await HardlinkCheck(downloads, library)()
    library.mkdir()
    assert await HardlinkCheck(downloads, library)() == f"hardlinks work from {downloads}"
    assert [*downloads.iterdir(), *library.iterdir()] == []


async def test_another_filesystem_is_a_loud_finding(tmp_path: Path) -> None:
    memory = Path("/dev/shm")
    if not memory.is_dir() or memory.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("no second filesystem at /dev/shm")
    with pytest.raises(Refused, match="every import would be a copy"):
        await HardlinkCheck(tmp_path, memory)()
    assert list(tmp_path.iterdir()) == []


async def test_the_tunnels_device_is_there_and_up(tmp_path: Path) -> None:
    for name, flags in (("wg0", "0x1"), ("wg1", "0x90")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "flags").write_text(f"{flags}\n")
    assert await InterfaceCheck("wg0", tmp_path)() == "wg0 is up"
    with pytest.raises(Refused, match="'wg1' is down"):
        await InterfaceCheck("wg1", tmp_path)()
    with pytest.raises(NotFound, match="no network device 'wg2'"):
        await InterfaceCheck("wg2", tmp_path)()
    with pytest.raises(Refused, match="because"):
        await KnownBroken("because")()


async def test_a_name_that_cannot_be_one_is_refused() -> None:
    with pytest.raises(Refused, match="cannot be the name of a host"):
        await TcpCheck("A", "a..b", 1)()
    with pytest.raises(Refused, match="is not a name that can be asked for"):
        await DnsCheck("D", HERE, question="a..b")()


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://u:pw@h:1/x?key=secret", "http://h:1/x"),
        ("http://h?key=secret", "http://h"),
        ("redis://:pw@h", "redis://h"),
        ("http://u:p/w?@h/x#y", "http://h/x"),
        ("unix:///run/x.sock", "unix:///run/x.sock"),
    ],
)
def test_an_address_is_shown_without_its_secrets(url: str, shown: str) -> None:
    assert without_login(url) == shown


CHOICES = [
    ("http", "http://h:1/x", HttpCheck("S", "http://h:1/x", "me")),
    ("torznab", "https://h/api", HttpCheck("S", "https://h/api", "me")),
    ("http", "unix:///run/x.sock", None),
    ("bittorrent", "http://h/announce", TrackerCheck("S", "http://h/announce")),
    ("dns", "dns://h", DnsCheck("S", "h")),
    ("dns", "dns://h:5353/plex.home", DnsCheck("S", "h", 5353, "plex.home")),
    ("dns", "http://h:8080/admin", DnsCheck("S", "h", 53)),
    ("docker", "tcp://h:2375", DockerCheck("S", "tcp://h:2375")),
    ("docker", "ssh://root@h", SshCheck("S", "h", 22)),
    ("ssh", "ssh://h:2222", SshCheck("S", "h", 2222)),
    ("metrics", "http://h:9100", MetricsCheck("S", "http://h:9100")),
    ("prometheus", "http://h:9090", PrometheusCheck("S", "http://h:9090")),
    ("nntp", "nntps://news", NntpCheck("S", "news", 563, True)),
    ("nntp", "nntp://news", NntpCheck("S", "news", 119)),
    ("postgresql", "postgresql://me@h/db", PostgresqlCheck("S", "h", 5432, "me", "db")),
    ("redis", "redis://:p%40ss@h:6380", RedisCheck("S", "h", 6380, "", "p@ss")),
    ("redis", "rediss://h", RedisCheck("S", "h", 6379, "", "", True)),
    ("tcp", "https://h", TcpCheck("S", "h", 443)),
    ("tcp", "tcp://[::1]:99", TcpCheck("S", "::1", 99)),
    ("tcp", "file:///x", None),
    ("tunnel", "http://h", None),
    ("filesystem", "file:///x", None),
    ("http", None, None),
]


@pytest.mark.parametrize(("protocol", "url", "expected"), CHOICES)
def test_the_protocol_and_the_address_choose_the_check(protocol: str, url: str | None, expected: Check | None) -> None:
    services = [
        {"id": "a", "title": "A", "role": "stack"},
        {"id": "s", "title": "S", "role": "stack", "url": url, "expect": "me"},
    ]
    topology = read({"services": services, "links": [{"source": "a", "target": "s", "protocol": protocol}]})
    assert check_for(topology.services[1], topology.links[0]) == expected
    assert checks_for(topology) == ({"a-s": expected} if expected else {})


def test_a_whole_group_is_asked_where_its_host_is_reached() -> None:
    links = [{"source": "user", "target": "arrs", "protocol": "docker"}]
    assert checks_for(read(tables(links=links, flows=[]))) == {"user-arrs": SshCheck("box-1", "box-1", 22)}
    unreachable = tables(links=links, flows=[], hosts=[{"id": "box-1"}])
    assert checks_for(read(unreachable)) == {}


def test_a_port_that_is_no_number_is_a_refusal_without_the_login() -> None:
    services = [*SMALL["services"][:2], {**SMALL["services"][2], "url": "http://me:hunter2@h:99999/"}]
    with pytest.raises(Refused) as error:
        checks_for(read(tables(services=services)))
    assert "http://h:99999/ is not an address" in str(error.value) and "hunter2" not in str(error.value)


def test_most_of_the_homelab_can_be_asked() -> None:
    topology = load(HOMELAB)
    unasked = {link.id for link in topology.links} - checks_for(topology).keys()
    assert unasked == {
        "qbit-gluetun",
        "gluetun-internet",
        "sabnzbd-internet",
        "radarr-plex",
        "sonarr-plex",
        "tailscale-traefik",
    }
