"""The news server as a program of its own, with a film that nobody made, and the measure of its own limit."""

import argparse
import hashlib
import json
import multiprocessing
import signal
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from matinee.lab.certificates import make_certificate
from matinee.lab.news import ARTICLE, NewsLab
from matinee.lab.news_faults import Fault
from matinee.lab.news_posts import Posted, made_up

MIB = 2**20
BUFFER = 256 * 1024


def main() -> None:
    """Read the command line, post what is wished, and serve until told to end."""
    said = _said()
    with tempfile.TemporaryDirectory(prefix="matinee-news-") as folder:
        certificate = make_certificate(Path(folder), said.host) if said.tls else None
        rates = dict(_rate(one) for one in said.rate)
        users = dict([one.split(":", 1) for one in said.user])
        lab = NewsLab(
            host=said.host,
            port=said.port,
            certificate=certificate,
            latency=said.latency / 1000,
            users=users,
            rates=rates,
            seed=said.seed,
            threads=said.threads,
        )
        posted = _post(lab, said)
        lab.start()
        if said.measure:
            _say({"limit_mb_s": round(limit(lab, posted)), "tls": said.tls})
        else:
            _serve(lab, said, posted, certificate)
        lab.stop()


def _said() -> argparse.Namespace:
    asks = argparse.ArgumentParser(prog="matinee.lab.news", description="A news server on loopback.")
    asks.add_argument("--host", default="127.0.0.1")
    asks.add_argument("--port", type=int, default=0, help="0 takes any free one")
    asks.add_argument("--tls", action="store_true", help="with a certificate made for this run")
    asks.add_argument("--latency", type=float, default=0.0, help="milliseconds a command")
    asks.add_argument("--threads", type=int, default=1)
    asks.add_argument("--user", action="append", default=[], metavar="NAME:PASSWORD")
    asks.add_argument("--rate", action="append", default=[], metavar="FAULT=PPM", help=", ".join(Fault))
    asks.add_argument("--seed", type=int, default=0, help="which articles the rates hit")
    asks.add_argument("--files", type=int, default=4)
    asks.add_argument("--mib", type=float, default=16.0, help="size of each file")
    asks.add_argument("--article", type=int, default=ARTICLE, help="bytes of data in each")
    asks.add_argument("--par2-blocks", type=int, default=0)
    asks.add_argument("--name", default="Film.2026.1080p.WEB.x264-LAB")
    asks.add_argument("--nzb", type=Path, default=None, help="written here")
    asks.add_argument("--hashes", type=Path, default=None, help="sha1 of each file by its name, as JSON")
    asks.add_argument("--ca", type=Path, default=None, help="the certificate to trust is written here")
    asks.add_argument("--measure", action="store_true", help="only say how fast it can send, then end")
    return asks.parse_args()


def _rate(told: str) -> tuple[Fault, int]:
    name, _, ppm = told.partition("=")
    return Fault(name), int(ppm)


def _post(lab: NewsLab, said: argparse.Namespace) -> Posted:
    """Post the film; its files are random bytes, and each lies in the memory only while it is posted."""
    with tempfile.TemporaryDirectory(prefix="matinee-film-") as folder:
        files: dict[str, bytes | Path] = {}
        hashes = {}
        for at in range(said.files):
            data = made_up(int(said.mib * MIB), said.seed + at)
            path = Path(folder) / f"{said.name}.part{at + 1:02}.bin"
            path.write_bytes(data)
            files[path.name] = path
            hashes[path.name] = hashlib.sha1(data, usedforsecurity=False).hexdigest()
        posted = lab.post(said.name, files, article_size=said.article, par2_blocks=said.par2_blocks)
    if said.nzb is not None:
        said.nzb.write_bytes(posted.nzb)
    if said.hashes is not None:
        said.hashes.write_text(json.dumps(hashes))
    return posted


def _serve(lab: NewsLab, said: argparse.Namespace, posted: Posted, certificate: Path | None) -> None:
    if said.ca is not None and certificate is not None:
        said.ca.write_bytes(certificate.read_bytes().rpartition(b"-----END PRIVATE KEY-----\n")[2])
    ended = threading.Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda *_: ended.set())
    _say({"host": lab.host, "port": lab.port, "tls": said.tls, "articles": len(posted.ids)})
    ended.wait()
    _say(lab.statistics())


def limit(lab: NewsLab, posted: Posted, *, seconds: float = 3.0) -> float:
    """How many megabytes (10^6 bytes on the wire) a second one caller takes in that does nothing with them."""
    size = sum(lab.shelf.articles[one].end - lab.shelf.articles[one].start for one in posted.ids)
    with multiprocessing.get_context("spawn").Pool(1) as others:
        return others.apply(_take, (lab.host, lab.port, posted.ids, size, seconds))


def _take(host: str, port: int, ids: Sequence[str], size: int, seconds: float) -> float:
    """Ask for everything again whenever half of it is still to come."""
    asked = b"".join(f"BODY <{one}>\r\n".encode() for one in ids)
    room, got, wanted, start = bytearray(BUFFER), 0, 0, time.perf_counter()
    with socket.create_connection((host, port)) as caller:
        while time.perf_counter() - start < seconds:
            if wanted - got < size // 2:
                caller.sendall(asked)
                wanted += size
            got += caller.recv_into(room)
    return got / (time.perf_counter() - start) / 1e6


def _say(told: object) -> None:
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()
