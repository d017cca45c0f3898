"""Who is asked for names in the room: the servers inside the tunnel, and nobody while there are none."""

from collections.abc import Sequence
from pathlib import Path


def write_names(file: Path, dns: Sequence[str]) -> None:
    """The room's resolv.conf, in place: those inside see this very file. Without servers nothing is looked up."""
    servers = dns or ("0.0.0.0",)  # noqa: S104  nobody answers there; a missing line would mean 127.0.0.1
    text = "".join(f"nameserver {server}\n" for server in servers[:3]) + "options timeout:2 attempts:2\n"
    with file.open("a+") as written:
        written.seek(0)
        if written.read() != text:
            written.truncate(0)
            written.write(text)
    file.chmod(0o644)
