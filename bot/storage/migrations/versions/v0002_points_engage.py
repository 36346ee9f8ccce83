"""Points know which arguments of the bot they reply to"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.add_column("points", sa.Column("engages", sa.Text(), nullable=False, server_default="[]"))
