"""The account of a position is stored by its distance from the position's own number."""

import numpy as np
import sqlalchemy as sa
from alembic import op

from storage.columns.arrays import CHUNK
from storage.columns.codec import pack, unpack

revision = "0123"
down_revision = "0122"
branch_labels = None
depends_on = None

_POSITIONS = sa.table(
    "position_column", sa.column("chunk", sa.Integer), sa.column("account", sa.LargeBinary)
)


def upgrade() -> None:
    connection = op.get_bind()
    for chunk, packed in connection.execute(sa.select(_POSITIONS)).all():
        account = unpack(packed)
        distance = account - np.arange(chunk * CHUNK, chunk * CHUNK + account.size)
        changed = sa.update(_POSITIONS).where(_POSITIONS.c.chunk == chunk)
        connection.execute(changed.values(account=pack(distance)))
