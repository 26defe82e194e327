"""One account that several sources know by ids of their own: rows land on it, nothing is merged."""

from datetime import timedelta
from pathlib import Path

import pytest

from metrics.segments import Tiers
from storage.columns.derived import differences
from storage.importing.identity.held import IdentitiesChangedError
from storage.importing.importer import FileRequest, land_file, open_file, read_file
from storage.importing.landing import ImportOptions
from storage.importing.profiles.wishes import ColumnWishes
from storage.importing.report import ImportReport, ImportStatus
from storage.importing.reversal import NoReversalError, reverse
from storage.importing.spool import Scratch
from storage.store.engine import Store
from tests.storage.stores import NOW, TODAY, csv_text, findings, import_text, reading, rows

LIST = "account_id,name,segment,external_id:movements,external_id:signals"
MRR = "SELECT account_id, sum(amount_minor) FROM ledger_movement GROUP BY account_id ORDER BY 1"


def a_list(store: Store, *rows_: str, header: str = LIST) -> ImportReport:
    return import_text(store, csv_text(*rows_, header=header), source="accounts")


def undo(store: Store, number: int) -> None:
    at = NOW + timedelta(hours=number)
    options = ImportOptions(clock=lambda: at, today=TODAY, started_at=at, tiers=Tiers())
    with store.write() as session:
        reverse(session, number, options)


def test_rows_of_a_source_land_on_the_account_that_a_list_names_their_id_for(store: Store) -> None:
    a_list(store, "17,Acme,enterprise,cus_1,u-1", "18,Bolt,smb,,")

    import_text(
        store,
        csv_text(
            "cus_1,2026-07-03,100.00,USD", "17,2026-07-04,5.00,USD", " 18 ,2026-07-05,7.00,USD"
        ),
    )

    assert rows(store, MRR) == [("17", 105_00), ("18", 7_00)]
    with reading(store) as ledger:
        sums = ledger.sums(TODAY.replace(month=8, day=1), TODAY.replace(month=9, day=1))
        assert sums.retention((("segment", "enterprise"),)).opening == 105_00
    with store.read() as session:
        assert differences(session, tiers=Tiers()) == []


def test_ids_are_those_of_their_source_alone_and_of_every_kind_of_file(store: Store) -> None:
    header = "account_id,external_id:movements,external_id:balances,external_id:contracts"
    a_list(store, "17,a,b,c", "18,b,c,a", header=header)

    import_text(store, csv_text("a,2026-07-03,1.00,USD"))
    import_text(
        store,
        csv_text("b,2026-08,3.00,USD", header="account_id,month,mrr,currency"),
        source="balances",
    )
    import_text(
        store,
        csv_text(
            "a,k1,2026-07-01,2027-06-30,120.00,year,USD",
            header="account_id,contract_id,start,end,amount,per,currency",
        ),
        source="contracts",
    )

    # 17: 1.00, which the balance of August makes 3.00; 18: 120.00 a year.
    assert rows(store, MRR) == [("17", 3_00), ("18", 10_00)]


def test_signals_and_parents_go_by_our_ids_too(store: Store) -> None:
    a_list(store, "17,Acme,enterprise,,u-1")
    import_text(
        store,
        csv_text("u-1,2026-07-03,logins,4", header="account_id,date,metric,value"),
        source="signals",
    )
    a_list(store, "18,acc-9", header="account_id,external_id:accounts")
    a_list(store, "19,acc-9", header="account_id,parent_id")

    assert rows(store, "SELECT account_id FROM signal_account") == [("17",)]
    parents = (
        "SELECT c.account_id, p.account_id FROM account_parent JOIN account c ON c.number = account"
        " JOIN account p ON p.number = parent"
    )
    assert rows(store, parents) == [("19", "18")]


def test_an_id_that_is_an_account_with_movements_is_never_merged(store: Store) -> None:
    import_text(store, csv_text("cus_1,2026-07-03,100.00,USD"))
    text = csv_text("17,cus_1", header="account_id,external_id:movements")

    [(line, sentence)] = findings(store, text, source="accounts")

    assert line == 2
    assert sentence == (
        "external_id:movements is an account with movements of its own, which are never merged:"
        " leave it out here, and a row with account_id cus_1, parent_id 17 and a valid_from"
        " lets it count under 17"
    )


def test_what_the_sentence_says_to_do_lets_it_count_there(store: Store) -> None:
    import_text(store, csv_text("cus_1,2026-07-03,100.00,USD"))

    a_list(store, "17,Acme,", "cus_1,,17", header="account_id,name,parent_id")
    import_text(store, csv_text("cus_1,2026-07-03,100.00,USD", "cus_1,2026-09-03,50.00,USD"))

    with reading(store) as ledger:
        [member] = ledger.cohort(TODAY.replace(month=10, day=1), TODAY.replace(month=11, day=1))
    assert (member.account_id, member.opening) == ("17", 150_00)


def test_an_id_names_one_account_in_a_list_and_for_good(store: Store) -> None:
    header = "account_id,external_id:movements"

    assert findings(store, csv_text("17,c", "18,c", header=header), source="accounts") == [
        (3, "external_id:movements is 17 on line 2 already")
    ]
    a_list(store, "17,c", header=header)
    [(_, sentence)] = findings(store, csv_text("18,c", header=header), source="accounts")
    assert sentence == (
        "external_id:movements is 17 since another import: reverse that one first,"
        " `nrrbot import list` has its number"
    )


def test_the_same_list_again_says_nothing_new(store: Store) -> None:
    a_list(store, "17,Acme,smb,cus_1,")

    again = a_list(store, "17,Acme,smb,cus_1,", "")

    assert again.status is ImportStatus.UNCHANGED
    assert rows(store, "SELECT count(*) FROM account_identity") == [(1,)]


def test_a_reversed_list_names_nothing_and_given_back_it_does_again(store: Store) -> None:
    a_list(store, "17,Acme,smb,cus_1,")
    undo(store, 1)
    undo(store, 2)  # gives the ids back

    import_text(store, csv_text("cus_1,2026-07-03,100.00,USD"))

    assert rows(store, MRR) == [("17", 100_00)]


def test_a_list_that_rows_rest_on_is_reversed_after_them(store: Store) -> None:
    a_list(store, "17,Acme,smb,cus_1,")
    import_text(store, csv_text("cus_1,2026-07-03,100.00,USD"))

    with pytest.raises(NoReversalError, match="import 2 has landed rows of movements by its ids"):
        undo(store, 1)
    undo(store, 2)
    undo(store, 1)
    import_text(store, csv_text("cus_1,2026-07-03,100.00,USD"))

    assert rows(store, MRR) == [("17", 0), ("cus_1", 100_00)]


def test_ids_are_not_given_back_once_one_of_them_is_an_account(store: Store) -> None:
    a_list(store, "17,Acme,smb,cus_1,")
    undo(store, 1)
    import_text(store, csv_text("cus_1,2026-07-03,100.00,USD"))

    with pytest.raises(NoReversalError, match="cus_1 has movements as an account of its own"):
        undo(store, 2)


def test_what_was_known_at_a_past_moment_stays_what_it_was(store: Store) -> None:
    a_list(store, "17,Acme,smb,cus_1,")
    import_text(store, csv_text("cus_1,2026-07-03,100.00,USD"))
    import_text(
        store,
        csv_text("cus_1,2026-07-03,100.00,USD", "cus_1,2026-08-03,20.00,USD"),
        now=NOW + timedelta(hours=2),
    )

    with reading(store, as_of=NOW + timedelta(hours=1)) as ledger:
        [member] = ledger.cohort(TODAY.replace(month=10, day=1), TODAY.replace(month=11, day=1))

    assert (member.account_id, member.opening) == ("17", 100_00)


def test_ids_that_change_while_a_file_is_read_send_it_back(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(csv_text("cus_1,2026-07-03,100.00,USD"), encoding="utf-8")
    options = ImportOptions(clock=lambda: NOW, today=TODAY, started_at=NOW, tiers=Tiers())
    request = FileRequest(columns=ColumnWishes(kind="movements"))

    with Scratch() as scratch:
        file = open_file(path, request, scratch=scratch, max_bytes=2**20)
        batch = read_file(file, request, options, scratch=scratch, store=store)
        a_list(store, "17,Acme,smb,cus_1,")

        with pytest.raises(IdentitiesChangedError, match="the ids of movements"):
            land_file(store, file, batch, options)


def test_a_source_that_nothing_came_from_yet_is_told(store: Store) -> None:
    report = a_list(store, "17,cus_1", header="account_id,external_id:stripe")

    assert report.notes == (
        "Nothing was imported from stripe yet: from now on its rows land on these accounts.",
    )


def test_an_id_that_was_taken_back_is_nobodys_and_may_become_anothers(sqlite_store: Store) -> None:
    a_list(sqlite_store, "17,Acme,,cus_1,")
    undo(sqlite_store, 1)
    a_list(sqlite_store, "18,Bolt,,cus_1,")
    import_text(sqlite_store, csv_text("cus_1,2026-07-03,100.00,USD"), agreed=frozenset())

    assert rows(sqlite_store, MRR) == [("18", 100_00)]
    with pytest.raises(NoReversalError, match="cus_1 of movements is 18 by now"):
        undo(sqlite_store, 2)


def test_a_list_may_say_the_same_twice(sqlite_store: Store) -> None:
    header = "account_id,plan,valid_from,external_id:movements"
    a_list(sqlite_store, "17,a,2026-01-01,cus_1", "17,b,2026-02-01,cus_1", header=header)

    assert rows(sqlite_store, "SELECT external_id FROM account_identity") == [("cus_1",)]
