"""The first house: titles, wishes, releases, grabs, downloads, files, history, journeys and people."""

import sqlalchemy as sa
from alembic import op

from matinee.kernel.database import Moment

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "downloads",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client", sa.String(length=120), nullable=False),
        sa.Column("client_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("added", Moment(), nullable=False),
        sa.Column("completed", Moment(), nullable=True),
        sa.Column("removed", Moment(), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=("pk_downloads")),
        sa.UniqueConstraint("client", "client_id", name=("uq_downloads_client_client_id")),
    )
    op.create_table(
        "journeys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tale", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("wake_at", Moment(), nullable=True),
        sa.Column("started", Moment(), nullable=False),
        sa.Column("changed", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=("pk_journeys")),
    )
    op.create_index(("ix_journeys_state"), "journeys", ["state"], unique=False)
    op.create_index(("ix_journeys_tale"), "journeys", ["tale", "subject"], unique=False)
    op.create_table(
        "titles",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("original_name", sa.Text(), nullable=True),
        sa.Column("tmdb", sa.Integer(), nullable=True),
        sa.Column("imdb", sa.String(length=16), nullable=True),
        sa.Column("tvdb", sa.Integer(), nullable=True),
        sa.Column("tvmaze", sa.Integer(), nullable=True),
        sa.Column("overview", sa.Text(), nullable=False),
        sa.Column("tagline", sa.Text(), nullable=False),
        sa.Column("runtime_minutes", sa.Integer(), nullable=True),
        sa.Column("genres", sa.JSON(), nullable=False),
        sa.Column("rating", sa.Float(), nullable=True),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("released", sa.Date(), nullable=True),
        sa.Column("poster", sa.Text(), nullable=True),
        sa.Column("backdrop", sa.Text(), nullable=True),
        sa.Column("monitored", sa.Boolean(), nullable=False),
        sa.Column("added", Moment(), nullable=False),
        sa.Column("refreshed", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=("pk_titles")),
        sa.UniqueConstraint("ref", name=("uq_titles_ref")),
    )
    op.create_index(("ix_titles_imdb"), "titles", ["imdb"], unique=False)
    op.create_index(("ix_titles_tmdb"), "titles", ["tmdb"], unique=False)
    op.create_index(("ix_titles_tvdb"), "titles", ["tvdb"], unique=False)
    op.create_index(("ix_titles_tvmaze"), "titles", ["tvmaze"], unique=False)
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("name_key", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("created", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=("pk_users")),
        sa.UniqueConstraint("name_key", name=("uq_users_name_key")),
    )
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("created", Moment(), nullable=False),
        sa.Column("last_used", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=("fk_api_keys_user_id_users"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=("pk_api_keys")),
        sa.UniqueConstraint("key_hash", name=("uq_api_keys_key_hash")),
    )
    op.create_table(
        "episodes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title_id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.String(length=40), nullable=False),
        sa.Column("season", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("overview", sa.Text(), nullable=False),
        sa.Column("air_date", sa.Date(), nullable=True),
        sa.Column("runtime_minutes", sa.Integer(), nullable=True),
        sa.Column("monitored", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["title_id"], ["titles.id"], name=("fk_episodes_title_id_titles"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=("pk_episodes")),
        sa.UniqueConstraint("title_id", "source_id", name=("uq_episodes_title_id_source_id")),
    )
    op.create_table(
        "journey_steps",
        sa.Column("journey_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("started", Moment(), nullable=False),
        sa.Column("ended", Moment(), nullable=True),
        sa.Column("wake_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["journey_id"], ["journeys.id"], name=("fk_journey_steps_journey_id_journeys"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("journey_id", "seq", name=("pk_journey_steps")),
    )
    op.create_table(
        "seasons",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("monitored", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["title_id"], ["titles.id"], name=("fk_seasons_title_id_titles"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=("pk_seasons")),
        sa.UniqueConstraint("title_id", "number", name=("uq_seasons_title_id_number")),
    )
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("csrf", sa.String(length=64), nullable=False),
        sa.Column("created", Moment(), nullable=False),
        sa.Column("seen", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=("fk_sessions_user_id_users"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("token_hash", name=("pk_sessions")),
    )
    op.create_index(("ix_sessions_user_id"), "sessions", ["user_id"], unique=False)
    op.create_table(
        "slots",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("profile", sa.String(length=80), nullable=False),
        sa.Column("root_folder", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["title_id"], ["titles.id"], name=("fk_slots_title_id_titles"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=("pk_slots")),
        sa.UniqueConstraint("title_id", "name", name=("uq_slots_title_id_name")),
    )
    op.create_table(
        "watching",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("title_id", sa.Integer(), nullable=False),
        sa.Column("episode", sa.Integer(), nullable=False),
        sa.Column("position", sa.Float(), nullable=False),
        sa.Column("duration", sa.Float(), nullable=False),
        sa.Column("watched", sa.Boolean(), nullable=False),
        sa.Column("changed", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["title_id"], ["titles.id"], name=("fk_watching_title_id_titles"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=("fk_watching_user_id_users"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=("pk_watching")),
        sa.UniqueConstraint("user_id", "title_id", "episode", name=("uq_watching_user_id_title_id_episode")),
    )
    op.create_table(
        "files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slot_id", sa.Integer(), nullable=False),
        sa.Column("episode_id", sa.Integer(), nullable=True),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("quality", sa.String(length=40), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("release_name", sa.Text(), nullable=True),
        sa.Column("release_group", sa.String(length=120), nullable=True),
        sa.Column("duration", sa.Float(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("added", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["episodes.id"], name=("fk_files_episode_id_episodes"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["slot_id"], ["slots.id"], name=("fk_files_slot_id_slots"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=("pk_files")),
        sa.UniqueConstraint("path", name=("uq_files_path")),
    )
    op.create_index(("ix_files_episode_id"), "files", ["episode_id"], unique=False)
    op.create_index(("ix_files_slot_id"), "files", ["slot_id"], unique=False)
    op.create_table(
        "history",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("title_id", sa.Integer(), nullable=False),
        sa.Column("episode_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["episodes.id"], name=("fk_history_episode_id_episodes"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["title_id"], ["titles.id"], name=("fk_history_title_id_titles"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=("pk_history")),
    )
    op.create_index(("ix_history_at"), "history", ["at"], unique=False)
    op.create_index(("ix_history_title_id"), "history", ["title_id"], unique=False)
    op.create_table(
        "requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title_id", sa.Integer(), nullable=False),
        sa.Column("slot_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("asked", Moment(), nullable=False),
        sa.Column("cancelled", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["slot_id"], ["slots.id"], name=("fk_requests_slot_id_slots"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["title_id"], ["titles.id"], name=("fk_requests_title_id_titles"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=("fk_requests_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=("pk_requests")),
    )
    op.create_index(("ix_requests_title_id"), "requests", ["title_id"], unique=False)
    op.create_index(("ix_requests_user_id"), "requests", ["user_id"], unique=False)
    op.create_table(
        "wants",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("slot_id", sa.Integer(), nullable=False),
        sa.Column("episode_id", sa.Integer(), nullable=True),
        sa.Column("key", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["episodes.id"], name=("fk_wants_episode_id_episodes"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["requests.id"], name=("fk_wants_request_id_requests"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["slot_id"], ["slots.id"], name=("fk_wants_slot_id_slots"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=("pk_wants")),
        sa.UniqueConstraint("key", name=("uq_wants_key")),
    )
    op.create_index(("ix_wants_episode_id"), "wants", ["episode_id"], unique=False)
    op.create_index(("ix_wants_request_id"), "wants", ["request_id"], unique=False)
    op.create_index(("ix_wants_slot_id"), "wants", ["slot_id"], unique=False)
    op.create_table(
        "blocklist",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("want_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=400), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("blocked", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["want_id"], ["wants.id"], name=("fk_blocklist_want_id_wants"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=("pk_blocklist")),
        sa.UniqueConstraint("want_id", "key", name=("uq_blocklist_want_id_key")),
    )
    op.create_table(
        "releases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("want_id", sa.Integer(), nullable=False),
        sa.Column("step_seq", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("guid", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("indexer", sa.String(length=120), nullable=False),
        sa.Column("protocol", sa.String(length=8), nullable=False),
        sa.Column("download_url", sa.Text(), nullable=False),
        sa.Column("page_url", sa.Text(), nullable=True),
        sa.Column("infohash", sa.String(length=64), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("seeders", sa.Integer(), nullable=True),
        sa.Column("quality", sa.String(length=40), nullable=False),
        sa.Column("published", Moment(), nullable=True),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("chosen", sa.Boolean(), nullable=False),
        sa.Column("found", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["want_id"], ["wants.id"], name=("fk_releases_want_id_wants"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=("pk_releases")),
    )
    op.create_index(("ix_releases_want_id"), "releases", ["want_id", "step_seq"], unique=False)
    op.create_table(
        "grabs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("want_id", sa.Integer(), nullable=False),
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("download_id", sa.Integer(), nullable=False),
        sa.Column("grabbed", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["download_id"], ["downloads.id"], name=("fk_grabs_download_id_downloads")),
        sa.ForeignKeyConstraint(
            ["release_id"], ["releases.id"], name=("fk_grabs_release_id_releases"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["want_id"], ["wants.id"], name=("fk_grabs_want_id_wants"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=("pk_grabs")),
    )
    op.create_index(("ix_grabs_download_id"), "grabs", ["download_id"], unique=False)
    op.create_index(("ix_grabs_want_id"), "grabs", ["want_id"], unique=False)
