"""Moderated debates: lobby, clock, prep time, gathered speeches, ballots that count or not, results"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    _widen("debates", *_debates())
    op.drop_column("debates", "skipped")
    _widen("participants", sa.Column("display", sa.String(length=100), nullable=False, server_default=""))
    _widen(
        "ballots",
        sa.Column("trainee", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("low_point_reason", sa.Text(), nullable=False, server_default=""),
    )
    _widen(
        "actions",
        sa.Column("reason", sa.Text(), nullable=False, server_default=""),
        sa.Column("key", sa.String(length=100), nullable=True),
    )
    op.create_index("uq_actions_debate_id_key", "actions", ["debate_id", "key"], unique=True)
    op.create_index("ix_debates_channel_id", "debates", ["channel_id"])
    op.create_index("ix_debates_guild_id", "debates", ["guild_id"])
    op.create_index("ix_participants_name", "participants", ["name"])
    op.create_table(
        "turns",
        sa.Column("debate_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("side", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("ended_at", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["debate_id"], ["debates.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("debate_id", "number"),
    )
    op.execute(
        "INSERT INTO turns (debate_id, number, side, kind, outcome, ended_at) "
        "SELECT debate_id, turn, side, kind, 'spoken', delivered_at FROM speeches"
    )
    op.create_table(
        "drafts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("debate_id", sa.String(length=36), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(length=100), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=True),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["debate_id"], ["debates.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("debate_id", "turn", "ordinal"),
        sa.UniqueConstraint("debate_id", "key"),
    )
    op.create_table(
        "results",
        sa.Column("debate_id", sa.String(length=36), nullable=False),
        sa.Column("winner", sa.String(length=20), nullable=True),
        sa.Column("casting", sa.String(length=20), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False, server_default=""),
        sa.Column("released_by", sa.String(length=100), nullable=False),
        sa.Column("released_at", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["debate_id"], ["debates.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("debate_id"),
    )


def _widen(table: str, *columns: sa.Column[object]) -> None:
    for column in columns:
        op.add_column(table, column)


def _debates() -> list[sa.Column[object]]:
    def text(name: str, length: int, default: str | None = None) -> sa.Column[object]:
        return sa.Column(name, sa.String(length=length), nullable=default is None, server_default=default)

    return [
        text("channel_id", 30),
        text("message_id", 30),
        text("level", 20, "varsity"),
        text("rubric", 40, "default"),
        sa.Column("rubric_definition", sa.Text(), nullable=False, server_default=""),
        text("joining", 20, "open"),
        sa.Column("blind", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("used_seconds", sa.Float(), nullable=False, server_default="0"),
        text("warned", 100, ""),
        sa.Column("in_prep", sa.Integer(), nullable=False, server_default="0"),
        text("prep_began", 40),
        sa.Column("prep_proposition", sa.Float(), nullable=True),
        sa.Column("prep_opposition", sa.Float(), nullable=True),
        text("closed_at", 40),
        text("released_at", 40),
        sa.Column("version", sa.Integer(), nullable=False, server_default="0"),
    ]
