"""How the memory grows from one version of the house to the next without forgetting."""

from pathlib import Path

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

# Every table must be known here: the tests compare the migrated schema with them.
from matinee.kernel import auth, journal
from matinee.kernel.database import metadata
from matinee.kernel.errors import Refused
from matinee.store import downloads, files, history, indexers, picks, profiles, releases, requests, titles, watching

TABLES = (auth, journal, titles, requests, releases, picks, downloads, files, history, watching, profiles, indexers)


def scripts() -> ScriptDirectory:
    """The migrations that lie beside this file."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    return ScriptDirectory.from_config(config)


def newest() -> str:
    """The schema version that this code wants."""
    head = scripts().get_current_head()
    if head is None:
        raise RuntimeError("no migrations are installed")
    return head


def current(connection: Connection) -> str | None:
    """The schema version that the database has; None for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


def migrate(connection: Connection) -> None:
    """Bring the tables up to date within the caller's transaction. Refused for a database from the future."""
    script = scripts()
    here, wanted = current(connection), newest()
    if here == wanted:
        return
    if here is not None and here not in {revision.revision for revision in script.walk_revisions()}:
        raise Refused(
            f"database: its schema {here} is newer than this Matinee knows. "
            "Start the newer Matinee again, or restore a backup from before the upgrade."
        )

    def upgrade(revision: object, context: object) -> list[object]:
        return script._upgrade_revs(wanted, revision)  # type: ignore[arg-type, return-value]

    with EnvironmentContext(Config(), script, fn=upgrade) as environment:
        environment.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
        environment.run_migrations()
