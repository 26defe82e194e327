from datetime import UTC, datetime, timedelta

from storage.delivery.circuit import Circuit, close_circuit, open_circuit, read_circuit
from storage.store.engine import Store

NOW = datetime(2026, 11, 16, 8, tzinfo=UTC)


def test_it_is_closed_until_it_is_opened(store: Store) -> None:
    with store.read() as session:
        assert read_circuit(session) is None


def test_an_open_circuit_says_since_when_and_why(store: Store) -> None:
    with store.write(ledger=False) as session:
        assert open_circuit(session, "token_revoked", NOW)

    with store.read() as session:
        assert read_circuit(session) == Circuit(opened_at=NOW, reason="token_revoked")


def test_the_first_reason_stays(store: Store) -> None:
    with store.write(ledger=False) as session:
        open_circuit(session, "token_revoked", NOW)

        assert not open_circuit(session, "invalid_auth", NOW + timedelta(hours=1))
        assert read_circuit(session) == Circuit(opened_at=NOW, reason="token_revoked")


def test_a_closed_circuit_can_open_again(store: Store) -> None:
    with store.write(ledger=False) as session:
        open_circuit(session, "token_revoked", NOW)

        assert close_circuit(session)
        assert not close_circuit(session)
        assert read_circuit(session) is None
        assert open_circuit(session, "invalid_auth", NOW)
