"""Add Mongolian names of regions

Revision: 5d1c27a90e64
After: f8fc2b5b12ed
Written: 2026-11-23 18:34:10.206154+00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "5d1c27a90e64"
down_revision = "f8fc2b5b12ed"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("regions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("name_mn", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("regions", schema=None) as batch_op:
        batch_op.drop_column("name_mn")
