"""What the accounts of positions were before migration 0123, and what it makes of them."""

import numpy as np
from sqlalchemy import update

from storage.columns.codec import pack
from storage.columns.reading import ColumnReader
from storage.store import schema
from storage.store.engine import Store
from storage.tables.columns import PositionColumn
from tests.storage.migrations.test_own_declarations import forget_own_declarations
from tests.storage.stores import csv_text, execute, import_text, movements, rows

SEVERAL = csv_text(
    *("acme,2026-01-05,100,USD,core", "acme,2026-01-05,50,USD,extra", "beta,2026-02-01,70,USD,"),
    header="account_id,date,amount,currency,product",
)
STORED = "SELECT chunk, account, product, currency FROM position_column ORDER BY chunk"


def test_an_account_with_a_position_for_each_product_is_stored_as_an_import_would(
    store: Store,
) -> None:
    import_text(store, SEVERAL)
    stored = rows(store, STORED)

    go_back(store)

    assert rows(store, STORED) != stored
    assert schema.upgrade(store)
    assert rows(store, STORED) == stored


def test_accounts_with_one_position_each_take_one_cell(store: Store) -> None:
    import_text(store, movements("acme 2026-01-05 100", "beta 2026-01-05 70"))
    go_back(store)

    schema.upgrade(store)

    [(_, account, *_)] = rows(store, STORED)
    assert account == pack(np.zeros(2, np.int64))
    assert accounts(store) == [0, 1]


def go_back(store: Store) -> None:
    """Put accounts where version 0122 has them: by their own numbers."""
    own = pack(np.array(accounts(store)))
    with store.write() as session:
        session.execute(update(PositionColumn).values(account=own))
    forget_own_declarations(store)
    execute(store, "UPDATE alembic_version SET version_num = '0122'")


def accounts(store: Store) -> list[int]:
    """Read the account of each position."""
    with store.read() as session:
        found: list[int] = ColumnReader(session).positions().account.tolist()
        return found
