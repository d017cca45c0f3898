"""Sites and gateways as VPN providers have them: they speak TLS, know one account, sign ports and bind them.

Run inside the provider's namespace; it says what it was asked, a line each.
"""

import base64
import contextlib
import datetime
import hashlib
import hmac
import json
import ssl
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USERNAME, PASSWORD = "p0000000", "correct horse battery"
GATEWAY = "amsterdam401"
SITES = ("www.privateinternetaccess.com", "connect.pvdatanet.com")
Reply = tuple[int, bytes]


@dataclass
class Authority:
    """Signs certificates. `strict` is what Python 3.13 wants of one; that of Private Internet Access is not."""

    name: str
    strict: bool = True
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def __post_init__(self) -> None:
        self._who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, self.name)])
        usage = x509.BasicConstraints(ca=True, path_length=None)
        made = self._begun(self._who, self.key).add_extension(usage, critical=self.strict)
        self.pem = pem_of(made.sign(self.key, hashes.SHA256()))

    def issue(self, file: Path, *names: str) -> Path:
        """Certificate and key in one file."""
        key = ec.generate_private_key(ec.SECP256R1())
        who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
        alternatives = x509.SubjectAlternativeName([x509.DNSName(each) for each in names])
        made = self._begun(who, key).add_extension(alternatives, critical=False)
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        file.write_text(pem_of(made.sign(self.key, hashes.SHA256())) + private.decode())
        return file

    def _begun(self, who: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
        now = datetime.datetime.now(datetime.UTC)
        day = datetime.timedelta(days=1)
        return x509.CertificateBuilder(
            self._who, who, key.public_key(), x509.random_serial_number(), now - day, now + day
        )


def pem_of(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


class Providers:
    """One account and one gateway. `on_call` hears the path of every call; `lives` is how long a port is signed for."""

    def __init__(self, on_call: Callable[[str], None]) -> None:
        self.on_call, self.lives = on_call, 62 * 86_400.0
        self.next_port, self.bound, self.forwards = 47047, set[int](), True
        self._secret, self._token = b"the provider's", "t" * 128
        self.says: Callable[[str], Reply | None] = lambda _path: None

    def answer(self, path: str, form: dict[str, list[str]]) -> Reply:
        called = urlsplit(path)
        self.on_call(called.path)
        if (instead := self.says(called.path)) is not None:
            return instead
        asked = {name: values[0] for name, values in (form or parse_qs(called.query)).items()}
        calls = {
            "/api/client/v2/token": self._login,
            "/getSignature": self._sign,
            "/bindPort": self._bind,
            "/v3/Api/port": self._port,
        }
        status, said = calls[called.path](asked) if called.path in calls else (404, {})
        return status, json.dumps(said).encode()

    def _login(self, asked: dict[str, str]) -> tuple[int, Any]:
        if (asked.get("username"), asked.get("password")) != (USERNAME, PASSWORD):
            return 401, {"message": "authentication failed"}
        return 200, {"token": self._token}

    def _sign(self, asked: dict[str, str]) -> tuple[int, Any]:
        if asked.get("token") != self._token or not self.forwards:
            return 200, {"status": "ERROR", "message": "Login failed!"}
        until = datetime.datetime.fromtimestamp(time.time() + self.lives, datetime.UTC)
        signed = {"token": "x" * 40, "port": self.next_port, "expires_at": f"{until:%Y-%m-%dT%H:%M:%S}.114369906Z"}
        self.next_port += 1
        payload = base64.b64encode(json.dumps(signed).encode()).decode()
        return 200, {"status": "OK", "payload": payload, "signature": self._signature(payload)}

    def _bind(self, asked: dict[str, str]) -> tuple[int, Any]:
        payload = asked.get("payload", "")
        if asked.get("signature") != self._signature(payload):
            return 200, {"status": "ERROR", "message": "signature error"}
        self.bound.add(json.loads(base64.b64decode(payload))["port"])
        return 200, {"status": "OK", "message": "port scheduled for add"}

    def _port(self, asked: dict[str, str]) -> tuple[int, Any]:
        if not self.forwards:
            return 200, {"supported": False, "status": "Not supported"}
        return 200, {"supported": True, "status": f"Port {61_500 + int(asked['ip[]'].rpartition('.')[2])} UDP/TCP"}

    def _signature(self, payload: str) -> str:
        return base64.b64encode(hmac.digest(self._secret, payload.encode(), hashlib.sha512)).decode()


@contextlib.contextmanager
def served(providers: Providers, address: str, port: int, certificate: Path) -> Iterator[int]:
    """Over TLS, in a thread; the port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply({})

        def do_POST(self) -> None:
            self._reply(parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()))

        def _reply(self, form: dict[str, list[str]]) -> None:
            status, body = providers.answer(self.path, form)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with contextlib.suppress(OSError):
                self.wfile.write(body)

        def log_message(self, *_words: Any) -> None: ...

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_words: Any) -> None: ...

    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    server = Server((address, port), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def main() -> None:
    """`python -m tests.engines.tunnel.providers FOLDER SITE_ADDRESS`: until its input ends."""
    folder, address = Path(sys.argv[1]), sys.argv[2]
    providers = Providers(lambda path: print(path, flush=True))
    with served(providers, address, 443, folder / "site.pem"), served(providers, "", 19999, folder / "gateway.pem"):
        print("ready", flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
