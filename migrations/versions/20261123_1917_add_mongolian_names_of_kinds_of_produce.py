"""Add Mongolian names of kinds of produce

Revision: 6e61cf2dc715
After: 5d1c27a90e64
Written: 2026-11-23 19:17:14.077569+00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "6e61cf2dc715"
down_revision = "5d1c27a90e64"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("categories", schema=None) as batch_op:
        batch_op.add_column(sa.Column("name_mn", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("categories", schema=None) as batch_op:
        batch_op.drop_column("name_mn")
