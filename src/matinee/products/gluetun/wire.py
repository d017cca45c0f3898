"""What Gluetun's control server says, as it stands in its answers."""

from typing import Any

from matinee.kernel.errors import Refused

RUNNING, STOPPED, CRASHED, STARTING, COMPLETED = "running", "stopped", "crashed", "starting", "completed"
STATUSES = (RUNNING, STOPPED, CRASHED, STARTING, "stopping", COMPLETED)
KEY_HEADER = "X-API-Key"
PORT = 8000


def status_of(answer: Any, name: str) -> str:
    """From `{"status": "running"}`."""
    status = answer.get("status") if isinstance(answer, dict) else None
    if status not in STATUSES:
        raise Refused(f"{name}: what answers there is no Gluetun control server")
    return str(status)


def port_of(answer: Any) -> int:
    """From `{"port": 4711, "ports": [4711]}`; older versions have only the first; 0 for none."""
    if not isinstance(answer, dict):
        return 0
    ports = answer.get("ports")
    found = answer.get("port") or (ports[0] if isinstance(ports, list) and ports else 0)
    return found if isinstance(found, int) and not isinstance(found, bool) and 0 <= found <= 65535 else 0


def address_of(answer: Any) -> str:
    """From `{"public_ip": "203.0.113.7", …}`; empty while it is unknown."""
    found = answer.get("public_ip") if isinstance(answer, dict) else ""
    return found[:45] if isinstance(found, str) else ""
