from datetime import UTC, datetime, timedelta

from storage.delivery.circuit import (
    NO_ANSWER,
    Circuit,
    close_circuit,
    may_try,
    open_circuit,
    read_circuit,
)
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


def test_while_it_is_open_one_may_try_every_half_a_minute(store: Store) -> None:
    every = timedelta(seconds=30)
    with store.write(ledger=False) as session:
        open_circuit(session, NO_ANSWER, NOW)
        told = [
            may_try(session, now=NOW + timedelta(seconds=seconds), every=every)
            for seconds in (0, 29, 30, 31, 59, 60)
        ]

    assert told == [False, False, True, False, False, True]


def test_a_clock_that_was_set_back_holds_nobody_up(store: Store) -> None:
    with store.write(ledger=False) as session:
        open_circuit(session, NO_ANSWER, NOW)

        assert may_try(session, now=NOW - timedelta(minutes=50), every=timedelta(seconds=30))


def test_what_is_open_for_another_reason_stays_open(store: Store) -> None:
    with store.write(ledger=False) as session:
        open_circuit(session, "token_revoked", NOW)

        assert not close_circuit(session, NO_ANSWER)
        assert read_circuit(session) is not None
        assert close_circuit(session, NO_ANSWER, "token_revoked")
        assert read_circuit(session) is None
