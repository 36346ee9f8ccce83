"""The log's tables, plain and relational, so that any SQLite tool can read them. Times are ISO 8601 in UTC."""

from __future__ import annotations

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, MetaData, String, Table, Text, UniqueConstraint

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
    Column("extra_seconds", Integer, nullable=False, default=0),
    Column("guild_id", String(30)),
    Column("channel_id", String(30)),
    Column("message_id", String(30)),
    Column("level", String(20), nullable=False, server_default="varsity"),
    Column("rubric", String(40), nullable=False, server_default="default"),
    Column("rubric_definition", Text, nullable=False, server_default=""),
    Column("joining", String(20), nullable=False, server_default="open"),
    Column("blind", Integer, nullable=False, server_default="0"),
    # The clock of the turn now due; bot.debate.state.DebateState says what each means.
    Column("used_seconds", Float, nullable=False, server_default="0"),
    Column("warned", String(100), nullable=False, server_default=""),
    Column("in_prep", Integer, nullable=False, server_default="0"),
    Column("prep_began", String(40)),
    Column("prep_proposition", Float),
    Column("prep_opposition", Float),
    Column("closed_at", String(40)),
    Column("released_at", String(40)),
    # Counts the changes. A writer says which one it started from, so that of two at once the second must look again.
    Column("version", Integer, nullable=False, server_default="0"),
    Index("ix_debates_channel_id", "channel_id"),
    Index("ix_debates_guild_id", "guild_id"),
)
participants = Table(
    "participants",
    metadata,
    Column("id", Integer, primary_key=True),
    _debate(),
    Column("name", String(100), nullable=False),
    Column("role", String(20), nullable=False),
    Column("side", String(20)),
    Column("display", String(100), nullable=False, server_default=""),
    UniqueConstraint("debate_id", "name", "role"),
    Index("ix_participants_name", "name"),
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
# One row a turn that has passed, with a speech or without. Its key is the second guard against a turn recorded twice or
# both spoken and skipped; the first is a lock in the service.
turns = Table(
    "turns",
    metadata,
    Column("debate_id", String(36), ForeignKey("debates.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("side", String(20), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("ended_at", String(40), nullable=False),
)
# Pieces of a speech until it is finished; then the text is in `speeches` and is emptied here. `key` is the message that a
# piece came in: one that arrives again is known by it.
drafts = Table(
    "drafts",
    metadata,
    Column("id", Integer, primary_key=True),
    _debate(),
    Column("turn", Integer, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("author", String(100), nullable=False),
    Column("text", Text, nullable=False),
    Column("key", String(100)),
    Column("at", String(40), nullable=False),
    UniqueConstraint("debate_id", "turn", "ordinal"),
    UniqueConstraint("debate_id", "key"),
)
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
    Column("trainee", Integer, nullable=False, server_default="0"),
    Column("low_point_reason", Text, nullable=False, server_default=""),
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
    Column("reason", Text, nullable=False, server_default=""),
    Column("at", String(40), nullable=False),
    # Names the request (an interaction of a chat service): one that arrives again is known by it.
    Column("key", String(100)),
    Index("uq_actions_debate_id_key", "debate_id", "key", unique=True),
)
# The result as released: one row a debate.
results = Table(
    "results",
    metadata,
    Column("debate_id", String(36), ForeignKey("debates.id", ondelete="CASCADE"), primary_key=True),
    Column("winner", String(20)),
    Column("casting", String(20)),
    Column("reason", Text, nullable=False, server_default=""),
    Column("released_by", String(100), nullable=False),
    Column("released_at", String(40), nullable=False),
)
guild_settings = Table(
    "guild_settings",
    metadata,
    Column("guild_id", String(30), primary_key=True),
    Column("name", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)
