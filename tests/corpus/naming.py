"""Not answered yet."""

from collections.abc import Callable
from typing import Any

from matinee.media.title import Kind

ANSWERS: dict[str, Callable[[dict[str, Any], Kind | None], dict[str, Any]]] = {}
