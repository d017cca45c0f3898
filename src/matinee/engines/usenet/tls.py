"""Encryption to news servers: what a certificate must be, and in which words its faults are told."""

import ssl
import threading
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from matinee.pipeline.usenet_port import NewsServer

_reading = threading.Lock()


def tls_context(server: NewsServer) -> ssl.SSLContext:
    """0: any certificate; 1: from a known authority; 2: and for this host; 3: and without formal faults.

    Connections share one: reading the authorities takes 20 ms and 1 MB. When those change, it is made anew.
    """
    with _reading:  # many call at once, and one is to read
        return _context(server.verify, server.ciphers, _authorities())


@lru_cache(maxsize=8)
def _context(verify: int, ciphers: str, authorities: object) -> ssl.SSLContext:
    context = ssl.create_default_context() if verify else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = verify >= 2
    if verify == 0:
        context.verify_mode = ssl.CERT_NONE
    if verify >= 3:
        context.verify_flags |= ssl.VERIFY_X509_STRICT
    if ciphers:
        context.maximum_version = ssl.TLSVersion.TLSv1_2  # later versions do not let one choose
        context.set_ciphers(ciphers)
    return context


def _authorities() -> object:
    """Which certificates the system trusts, as far as a look from outside tells."""
    paths = ssl.get_default_verify_paths()
    seen = []
    for path in filter(None, (paths.cafile, paths.capath)):
        with suppress(OSError):
            state = Path(path).stat()
            seen.append((path, state.st_mtime_ns, state.st_size))
    return tuple(seen)


def tls_words(error: ssl.SSLError) -> str:
    """What went wrong with the encryption, for a person."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted: {error.verify_message}"
    if error.reason in {"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "UNKNOWN_PROTOCOL"}:
        return "it does not speak TLS on this port: choose another port or switch TLS off"
    return f"no encrypted connection could be made: {error.reason or error}"
