"""Checks of the store: its schema, writing, files, clock, the circuit and stuck messages."""

import shlex
from collections.abc import Callable
from datetime import datetime

from bot.doctor.results import CheckResult, bad, compare_clocks, good, warning
from bot.errors import sentence
from storage.delivery.circuit import NO_ANSWER, Circuit, read_circuit
from storage.digests.stuck import list_stuck
from storage.errors import StorageError, StoreNotReadyError, StoreTooNewError
from storage.importing.waiting import overdue_rows
from storage.ledger.health import require_writable
from storage.store.clock import database_now
from storage.store.column_types import day_number
from storage.store.engine import Store
from storage.store.files import list_open_to_others
from storage.store.schema import require_head


def check_store(store: Store, *, now: Callable[[], datetime]) -> list[CheckResult]:
    """Check the store, as far as it needs no Slack."""
    try:
        require_head(store)
        require_writable(store)
        return [
            good("store", "it can be read and written"),
            good("schema", "it is this version's"),
            _judge_rights(store),
            *_check_inside(store, now=now),
        ]
    # The first failure ends the checks: each later one would fail for the same reason.
    except (StoreNotReadyError, StoreTooNewError) as error:
        return [bad("schema", sentence(error))]
    except StorageError as error:
        return [bad("store", sentence(error))]


def _check_inside(store: Store, *, now: Callable[[], datetime]) -> list[CheckResult]:
    with store.read() as session:
        moment, ours = database_now(session), now()  # SQLite has no clock but this machine's
        circuit, stuck = read_circuit(session), len(list_stuck(session))
        overdue = len(overdue_rows(session, day_number(ours.date())))
    clock = compare_clocks("store clock", "the store's", moment or ours, ours=ours)
    return [clock, _judge_circuit(circuit), _judge_messages(stuck), _judge_waiting(overdue)]


def _judge_rights(store: Store) -> CheckResult:
    path = store.sqlite_path
    if path is None:
        return good("rights", "the database server keeps its files")
    found = list_open_to_others(path)
    if not found:
        return good("rights", "nobody but their owner may read the store's files")
    names = " ".join(shlex.quote(str(each)) for each in found)
    return warning(
        "rights", f"others on this machine may read figures and secrets: chmod go= {names}"
    )


def _judge_circuit(circuit: Circuit | None) -> CheckResult:
    if circuit is None:
        return good("circuit", "messages may go")
    if circuit.reason == NO_ANSWER:
        return warning(
            "circuit",
            "Slack gives posts no clear answer: one message at a time is tried, and the bot goes on"
            " by itself",
        )
    return bad(
        "circuit",
        f"nothing is sent, because Slack said {circuit.reason}: mend the token or its scopes, and"
        " the bot goes on by itself",
    )


def _judge_messages(stuck: int) -> CheckResult:
    if not stuck:
        return good("messages", "none waits for a person")
    wait = "1 waits" if stuck == 1 else f"{stuck} wait"
    return warning("messages", f"{wait} for a person: see `nrrbot digest list`")


def _judge_waiting(overdue: int) -> CheckResult:
    if not overdue:
        return good("due rows", "none waits for a day that is over")
    wait = "1 row waits" if overdue == 1 else f"{overdue:,} rows wait"
    return warning(
        "due rows", f"{wait} for a day that is over: `nrrbot import due` lands them or says why not"
    )
