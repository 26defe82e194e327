from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from storage.access import audit
from storage.access.audit import BEGINNING, Entry, Link, Tally
from storage.errors import AuditBrokenError
from storage.store.engine import Store
from storage.store.leadership import Leadership
from tests.storage.racing import LEVELS, Isolation, at_once, unlocked
from tests.storage.stores import contents, rows

ENTRY = Entry(
    at=datetime(2026, 11, 21, 6, 0, 0, 5, tzinfo=UTC),
    actor="U1",
    team="T1",
    action="ask",
    surface="ephemeral",
    decision="allow",
    request_id="1.2.3",
    scope='[["segment", "enterprise"]]',
    channel="C1",
    data_version=7,
)


def append(store: Store, *entries: Entry) -> None:
    for entry in entries:
        with store.write(ledger=False) as session:
            audit.append(session, entry)


def links(store: Store) -> list[Link]:
    with store.read() as session:
        return list(audit.every(session))


def verified(store: Store) -> Link | None:
    with store.read() as session:
        return audit.verify(session)


def test_entries_are_kept_as_they_were_written_each_with_the_hash_of_the_one_before(
    store: Store,
) -> None:
    denied = replace(ENTRY, decision="deny", reason="no_grant", scope=None, data_version=None)
    append(store, ENTRY, denied)

    first, second = links(store)
    assert (first.entry, second.entry) == (ENTRY, denied)
    assert [first.id, second.id] == [1, 2]
    assert [first.prev_hash, second.prev_hash] == [BEGINNING, first.hash]
    assert verified(store) == second


def test_an_entry_is_hashed_as_its_fields_in_order_in_every_version_of_the_bot() -> None:
    link = Link(id=1, entry=replace(ENTRY, actor="Zoë"), prev_hash=BEGINNING, hash="any")

    written = (
        '{"action":"ask","actor":"Zo\\u00eb","at":"2026-11-21T06:00:00.000005+00:00",'
        '"channel":"C1","data_version":7,"decision":"allow","id":1,'
        f'"prev_hash":"{"0" * 64}","reason":null,"request_id":"1.2.3",'
        '"scope":"[[\\"segment\\", \\"enterprise\\"]]","surface":"ephemeral","team":"T1"}'
    )
    assert link.computed_hash() == sha256(written.encode()).hexdigest()


def test_entries_are_written_while_a_process_leads(store: Store) -> None:
    with closing(Leadership(store)) as leadership:
        assert leadership.try_lead()
        append(store, ENTRY)

    assert [link.entry for link in links(store)] == [ENTRY]


def test_a_record_without_entries_is_whole(store: Store) -> None:
    assert verified(store) is None
    assert links(store) == []


def test_what_an_entry_is_about_is_not_done_if_the_entry_is_not_there(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), audit.audited(store, ENTRY, None):
        raise ZeroDivisionError

    assert contents(store)["audit"] == 0


@pytest.mark.parametrize("statement", ["UPDATE audit SET actor = 'U2'", "DELETE FROM audit"])
def test_the_database_refuses_to_rewrite_it(store: Store, statement: str) -> None:
    append(store, ENTRY)

    with (
        pytest.raises(DBAPIError, match="audit is append only"),
        store.write() as session,
    ):
        session.execute(text(statement))
    assert verified(store) is not None


def test_postgresql_refuses_to_empty_it(postgresql_store: Store) -> None:
    append(postgresql_store, ENTRY)

    with (
        pytest.raises(DBAPIError, match="audit is append only"),
        postgresql_store.write() as session,
    ):
        session.execute(text("TRUNCATE audit"))


def tampered(store: Store, *statements: str) -> int:
    """Return the entry at which it breaks when somebody gets around the triggers."""
    append(store, *(replace(ENTRY, actor=f"U{number}") for number in range(1, 5)))
    is_sqlite = store.engine.dialect.name == "sqlite"
    around = (
        ("DROP TRIGGER audit_no_update", "DROP TRIGGER audit_no_delete")
        if is_sqlite
        else ("SET session_replication_role = replica",)
    )
    undo = () if is_sqlite else ("SET session_replication_role = DEFAULT",)
    with store.write() as session:
        for statement in (*around, *statements, *undo):
            session.execute(text(statement))
    with pytest.raises(AuditBrokenError) as broken:
        verified(store)
    return broken.value.number


@pytest.mark.parametrize(
    "column", ["at", "actor", "action", "scope", "surface", "channel", "reason", "request_id"]
)
def test_an_entry_that_was_changed_is_found(sqlite_store: Store, column: str) -> None:
    value = "2026-11-20T06:00:00.000000+00:00" if column == "at" else "other"

    change = f"UPDATE audit SET {column} = '{value}' WHERE id = 3"  # noqa: S608 - our own columns

    assert tampered(sqlite_store, change) == 3


def test_a_denial_that_was_made_an_allowance_is_found(store: Store) -> None:
    assert tampered(store, "UPDATE audit SET decision = 'deny' WHERE id = 1") == 1


def test_an_entry_that_was_removed_is_found(store: Store) -> None:
    assert tampered(store, "DELETE FROM audit WHERE id = 2") == 2


def test_a_beginning_that_was_cut_off_is_found(store: Store) -> None:
    assert tampered(store, "DELETE FROM audit WHERE id < 3") == 1


def test_a_chain_that_was_hashed_anew_from_one_entry_on_breaks_at_the_next(store: Store) -> None:
    append(store, ENTRY)
    forged = replace(links(store)[0], entry=replace(ENTRY, actor="U9")).computed_hash()

    change = f"UPDATE audit SET actor='U9', hash='{forged}' WHERE id = 1"  # noqa: S608 - a hash

    assert tampered(store, change) == 2


def test_many_who_write_at_once_make_one_chain(store: Store) -> None:
    at_once(lambda number: append(store, replace(ENTRY, actor=f"U{number}")))

    newest = verified(store)
    assert newest is not None
    assert newest.id == contents(store)["audit"]


@LEVELS
def test_no_two_entries_follow_one_whatever_lock_the_writers_take(
    postgresql_store: Store, isolation: Isolation
) -> None:
    append(postgresql_store, ENTRY)

    def write(_: int) -> None:
        with suppress(IntegrityError):  # who cannot see the newest entry is refused
            unlocked(postgresql_store, isolation, lambda session: audit.append(session, ENTRY))

    at_once(write)

    newest = verified(postgresql_store)
    assert newest is not None
    assert newest.id == contents(postgresql_store)["audit"]


def test_the_newest_come_first(store: Store) -> None:
    append(store, *(replace(ENTRY, actor=f"U{number}") for number in range(3)))

    with store.read() as session:
        assert [link.entry.actor for link in audit.newest(session, 2)] == ["U2", "U1"]


def test_it_holds_no_amount(store: Store) -> None:
    columns = "SELECT name FROM pragma_table_info('audit')"
    if store.engine.dialect.name != "sqlite":
        columns = "SELECT column_name FROM information_schema.columns WHERE table_name = 'audit'"

    assert {name for (name,) in rows(store, columns)} == set(audit.COLUMNS)


def test_one_action_is_listed_alone_or_left_out_and_counted(store: Store) -> None:
    made = [
        ("grant viewer U2", "allow"),
        ("ask", "allow"),
        ("approve C1", "allow"),
        ("ask", "deny"),
    ]
    append(store, *(replace(ENTRY, action=one, decision=how) for one, how in made))

    with store.read() as session:
        asked = [link.id for link in audit.newest(session, 9, of="ask")]
        other = [link.id for link in audit.newest(session, 9, but="ask")]
        newest = [link.id for link in audit.newest(session, 1, but="ask")]
        tallies = [audit.tally(session, "ask", after=number) for number in (0, 2, 4)]

    assert (asked, other, newest) == ([4, 2], [3, 1], [3])
    assert tallies == [Tally(2, 1), Tally(1, 1), Tally(0, 0)]
