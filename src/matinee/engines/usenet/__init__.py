"""Downloads from news servers: articles fetched by many hands at once, checked, and written where they belong.

`NewsEngine` (engine.py) is what others ask. It keeps a `Queue` of jobs (queue.py); each job being fetched is a `Live`
(live.py): what waits, what came, and its `Journal`. The `Downloader` has a few `Hand`s, threads that each serve their
own `Connection`s, as many as `Growth` finds worth having. The `Roster` (servers.py) knows whose turn it is to be asked.
`Ending` checks, unpacks and moves.
"""

from matinee.engines.usenet.engine import NewsEngine
from matinee.engines.usenet.servers import Penalties
from matinee.engines.usenet.settings import Settings

__all__ = ["NewsEngine", "Penalties", "Settings"]
