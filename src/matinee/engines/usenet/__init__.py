"""Downloads from news servers: articles fetched by many hands at once, checked, and written where they belong.

`NewsEngine` (engine.py, the rules for all jobs in governing.py) is what others ask. It keeps a `Queue` of jobs
(queue.py, driven by clockwork.py); each job being fetched is a `Live` (live.py) with its `Books` of what waits and what
came, and its `Journal`. The `Downloader` has a few `Hand`s, threads that each serve their own `Connection`s, as many as
`Growth` finds worth having. The `Roster` (servers.py) knows whose turn it is to be asked. `Ending` checks, unpacks and
moves.
"""

from matinee.engines.usenet.engine import NewsEngine
from matinee.engines.usenet.servers import Penalties
from matinee.engines.usenet.settings import Settings

__all__ = ["NewsEngine", "Penalties", "Settings"]
