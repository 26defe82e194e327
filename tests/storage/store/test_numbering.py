from storage.store.engine import Store
from storage.store.numbering import has_rows, next_id
from storage.tables.facts import AccountRow, DescriptionRow, Product


def test_an_empty_table_has_no_row_and_begins_at_one(store: Store) -> None:
    with store.read() as session:
        assert not has_rows(session, Product)
        assert next_id(session, DescriptionRow) == 1


def test_the_next_id_follows_the_largest_that_was_written_in_the_same_session(store: Store) -> None:
    with store.write() as session:
        session.add(AccountRow(number=0, account_id="acme"))
        session.flush()
        session.add(DescriptionRow(id=7, account=0, name="Acme", import_id=1))
        session.add(DescriptionRow(id=3, account=0, name="Acme Ltd", import_id=1))

        assert next_id(session, DescriptionRow) == 8
        assert has_rows(session, AccountRow)
        session.rollback()
