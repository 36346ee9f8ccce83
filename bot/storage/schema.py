"""The log's tables, plain and relational, so that any SQLite tool can read them. Times are ISO 8601 in UTC."""

from __future__ import annotations

from sqlalchemy import Column, Float, ForeignKey, Integer, MetaData, String, Table, Text, UniqueConstraint

metadata = MetaData()


def _debate() -> Column[str]:
    return Column("debate_id", String(36), ForeignKey("debates.id", ondelete="CASCADE"), nullable=False)


debates = Table(
    "debates",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("motion", Text, nullable=False),
    Column("format", String(40), nullable=False),
    Column("status", String(20), nullable=False),
    Column("opened_at", String(40), nullable=False),
    Column("turn_began", String(40)),
    Column("skipped", Integer, nullable=False, default=0),
    Column("extra_seconds", Integer, nullable=False, default=0),
    Column("guild_id", String(30)),
)
participants = Table(
    "participants",
    metadata,
    Column("id", Integer, primary_key=True),
    _debate(),
    Column("name", String(100), nullable=False),
    Column("role", String(20), nullable=False),
    Column("side", String(20)),
    UniqueConstraint("debate_id", "name", "role"),
)
rounds = Table(
    "rounds",
    metadata,
    Column("id", Integer, primary_key=True),
    _debate(),
    Column("number", Integer, nullable=False),
    Column("began_at", String(40), nullable=False),
    UniqueConstraint("debate_id", "number"),
)
# UNIQUE(debate_id, turn) is the second guard against recording a turn twice; the first is a lock in the service.
speeches = Table(
    "speeches",
    metadata,
    Column("id", Integer, primary_key=True),
    _debate(),
    Column("round_id", Integer, ForeignKey("rounds.id", ondelete="CASCADE"), nullable=False),
    Column("turn", Integer, nullable=False),
    Column("side", String(20), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("speaker", String(100), nullable=False),
    Column("text", Text, nullable=False),
    Column("delivered_at", String(40), nullable=False),
    Column("writer", String(40), nullable=False),
    Column("checks", Text, nullable=False, default="{}"),
    Column("struck", Integer, nullable=False, default=0),
    UniqueConstraint("debate_id", "turn"),
)
points = Table(
    "points",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("speech_id", Integer, ForeignKey("speeches.id", ondelete="CASCADE"), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("met_by", String(200)),
    Column("verdict", String(20), nullable=False),
    Column("answers", Integer),
    Column("reason", Text, nullable=False, default=""),
    Column("engages", Text, nullable=False, default="[]", server_default="[]"),
    UniqueConstraint("speech_id", "ordinal"),
)
citations = Table(
    "citations",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("speech_id", Integer, ForeignKey("speeches.id", ondelete="CASCADE"), nullable=False),
    Column("marker", Integer, nullable=False),
    Column("passage", String(200), nullable=False),
    Column("source", String(100), nullable=False),
    Column("locator", Text, nullable=False),
    UniqueConstraint("speech_id", "marker"),
)
ballots = Table(
    "ballots",
    metadata,
    Column("id", Integer, primary_key=True),
    _debate(),
    Column("judge", String(100), nullable=False),
    Column("version", Integer, nullable=False, default=1),
    Column("status", String(20), nullable=False),
    Column("winner", String(20)),
    Column("reason", Text, nullable=False, default=""),
    Column("submitted_at", String(40)),
    UniqueConstraint("debate_id", "judge", "version"),
)
scores = Table(
    "scores",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ballot_id", Integer, ForeignKey("ballots.id", ondelete="CASCADE"), nullable=False),
    Column("side", String(20), nullable=False),
    Column("criterion", String(40), nullable=False),
    Column("score", Float, nullable=False),
    Column("reason", Text, nullable=False, default=""),
    UniqueConstraint("ballot_id", "side", "criterion"),
)
actions = Table(
    "actions",
    metadata,
    Column("id", Integer, primary_key=True),
    _debate(),
    Column("actor", String(100), nullable=False),
    Column("action", String(40), nullable=False),
    Column("detail", Text, nullable=False, default=""),
    Column("at", String(40), nullable=False),
)
guild_settings = Table(
    "guild_settings",
    metadata,
    Column("guild_id", String(30), primary_key=True),
    Column("name", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)
