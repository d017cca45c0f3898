"""What the engine must still know of a torrent after a power cut, beside its pieces."""

import json
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from matinee.engines.torrent.pages import rebuilt
from matinee.kernel.errors import Refused
from matinee.pipeline.torrent_port import Layout, ShareLimits, StopCondition


@dataclass(frozen=True, slots=True)
class Record:
    """One torrent's own page. `names_checked` tells whether its file names were judged yet, `leaving` that it
    is being removed ("keep" or "delete" its files), `completed_at` when it was complete for the first time.

    `folder` is where it belongs; `lies` where its files are meanwhile, and `moving_to` where they are being
    carried, both "" for nothing of the kind. `title` is the owner's name for it. `stop_when` is NONE once it
    happened.
    """

    id: str
    name: str
    folder: Path
    added_at: int
    title: str = ""
    incomplete: str = ""
    lies: str = ""
    moving_to: str = ""
    auto: bool = False
    layout: Layout = Layout.ORIGINAL
    stop_when: StopCondition = StopCondition.NONE
    category: str = ""
    tags: frozenset[str] = frozenset()
    stopped: bool = False
    forced: bool = False
    sequential: bool = False
    first_last: bool = False
    super_seeding: bool = False
    limits: ShareLimits = field(default_factory=ShareLimits)
    names_checked: bool = False
    refusal: str = ""
    leaving: str = ""
    completed_at: int = 0

    @property
    def place(self) -> Path:
        """Where its files are now."""
        return Path(self.lies) if self.lies else self.folder

    def to_json(self) -> bytes:
        """As it is kept on disk."""
        page = asdict(self) | {"folder": str(self.folder), "tags": sorted(self.tags)}
        return json.dumps(page, indent=1).encode()

    @classmethod
    def from_json(cls, text: bytes) -> "Record":
        """Read a page; Refused when it is damaged. What a newer version added is left out."""
        try:
            page = json.loads(text)
            known = {key: page[key] for key in _NAMES & page.keys()}
            return cls(**known | _rebuilt(page))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise Refused(f"it is damaged ({error})") from error


_NAMES = {each.name for each in fields(Record)}


def _rebuilt(page: dict[str, Any]) -> dict[str, Any]:
    return {
        "folder": Path(page["folder"]),
        "tags": frozenset(page.get("tags", ())),
        "limits": rebuilt(ShareLimits, page.get("limits", {})),
        "layout": Layout(page.get("layout", Layout.ORIGINAL)),
        "stop_when": StopCondition(page.get("stop_when", StopCondition.NONE)),
    }
