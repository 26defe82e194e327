from storage.delivery.secret import delivery_secret
from storage.store.engine import Store
from tests.storage.stores import url_of


def test_a_store_keeps_the_secret_that_it_made_first(store: Store) -> None:
    with store.write(ledger=False) as session:
        made = delivery_secret(session)
    with store.write(ledger=False) as session:
        kept = delivery_secret(session)

    assert kept == made
    assert len(made) == 64


def test_what_was_not_committed_was_not_made(store: Store) -> None:
    with store.write(ledger=False) as session:
        delivery_secret(session)
        session.rollback()

    with store.write(ledger=False) as session:
        first = delivery_secret(session)
    with Store(url_of(store)).write(ledger=False) as session:
        assert delivery_secret(session) == first
