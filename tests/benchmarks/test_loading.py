from collections.abc import Mapping

import pytest
from sqlalchemy import text

from benchmarks.ledgers import GeneratedLedger
from benchmarks.stores import Shelf, opened

SQLITE = "SELECT name, sql FROM sqlite_master WHERE type IN ('index', 'trigger')"
POSTGRESQL = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"


def _made(url: str, query: str) -> Mapping[str, str]:
    with opened(url) as store, store.read() as session:
        return {str(name): str(made) for name, made in session.execute(text(query))}


@pytest.mark.parametrize(
    ("shelf_name", "query"), [("sqlite_shelf", SQLITE), ("postgresql_shelf", POSTGRESQL)]
)
def test_a_loaded_store_has_the_indexes_that_an_import_leaves(
    shelf_name: str, query: str, ledger: GeneratedLedger, request: pytest.FixtureRequest
) -> None:
    shelf: Shelf = request.getfixturevalue(shelf_name)
    with shelf.empty() as url:
        expected = _made(url, query)

    assert expected
    assert _made(shelf.kept(ledger), query) == expected
