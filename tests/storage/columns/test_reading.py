from datetime import date

import pytest
from sqlmodel import Session

from storage.columns.reading import ColumnReader
from storage.store.engine import Store
from storage.store.messages import Rows
from storage.store.statements import binary_rows_of
from tests.storage.stores import import_text, movements

MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)


def test_the_middle_of_a_month_is_read_at_once_with_all_that_it_rests_on(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_text(store, movements("a 2026-01-05 100", "a 2026-06-15 20", "b 2026-06-16 50"))
    asked = list[str]()

    def note(session: Session, statements: list[str]) -> list[Rows]:
        asked.extend(statements)
        return binary_rows_of(session, statements)

    monkeypatch.setattr("storage.columns.reading.binary_rows_of", note)
    with store.read() as session:
        columns = ColumnReader(session)
        columns.read_ends([MAY, JUNE], begun=[JUNE])
        at_once = len(asked)

        assert columns.amounts(MAY).tolist() == [100_00, 0]
        assert columns.amounts(JUNE).tolist() == [100_00, 0]
        assert [moves.amount.tolist() for moves in columns.moves(JUNE)] == [[20_00, 50_00]]
        assert columns.places(JUNE).size == 1
        assert not len(columns.statements())
        assert len(asked) == at_once
