"""Usage, the second series: kept apart from committed MRR, and counted where it is asked for."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.retention import Retention
from metrics.segments import Tiers
from storage.columns.derived import differences
from storage.errors import NoUsageError
from storage.importing.asking import Ask, ImportAsksError, Overlap
from storage.importing.landing import ImportOptions
from storage.importing.reversal import NoReversalError, reverse
from storage.ledger.ledger import Ledger
from storage.store.engine import Store
from storage.store.memory import LedgerMemory
from tests.storage.histories import sweep
from tests.storage.ledger.test_currencies import quote
from tests.storage.stores import (
    NOW,
    TODAY,
    Template,
    csv_text,
    execute,
    findings,
    fresh_store,
    import_text,
    retention,
    rows,
)

HEADER = "account_id,date,amount,currency,usage"
MONTHS = [date(2025 + n // 12, n % 12 + 1, 1) for n in range(23)]


def movements(*lines: str) -> str:
    return csv_text(*lines, header=HEADER)


def with_usage(
    store: Store, start: str, end: str, *, as_of: datetime | None = None
) -> tuple[int, int]:
    """Return what the opening base paid at both ends, usage included."""
    found = full(store, date.fromisoformat(start), date.fromisoformat(end), as_of=as_of)
    return found.opening, found.closing


def full(store: Store, start: date, end: date, *, as_of: datetime | None = None) -> Retention:
    with store.read() as session:
        ledger = Ledger(session, tiers=Tiers(), as_of=as_of).with_usage()
        return ledger.sums(start, end).retention()


def used(store: Store) -> list[tuple[object, ...]]:
    return rows(store, "SELECT day, amount_minor FROM usage_movement ORDER BY id")


def check(store: Store) -> None:
    with store.read() as session:
        assert differences(session, tiers=Tiers()) == []


def undo(store: Store, number: int) -> None:
    options = ImportOptions(clock=lambda: NOW, today=TODAY, started_at=NOW, tiers=Tiers())
    with store.write() as session:
        reverse(session, number, options)


FILE = movements(
    "a,2026-01-05,100,USD,no",
    "a,2026-02-05,50,USD,yes",
    "b,2026-01-05,200,USD,",
    "a,2026-05-05,-20,USD,x",
)


def test_100_committed_and_50_of_usage_that_falls_to_30_are_150_and_130_incl_usage(
    store: Store,
) -> None:
    report = import_text(store, FILE)

    assert retention(store, "2026-04-01", "2026-07-01").opening == 300_00
    assert retention(store, "2026-04-01", "2026-07-01").closing == 300_00
    assert with_usage(store, "2026-04-01", "2026-07-01") == (350_00, 330_00)
    assert report.notes == (
        "2 rows are usage: outside committed MRR, counted where a question says “incl. usage”.",
    )
    check(store)


def test_usage_in_another_currency_is_converted_whatever_was_asked_before(store: Store) -> None:
    import_text(store, movements("a,2026-01-05,100,USD,no", "a,2026-01-05,80,EUR,yes"))
    quote(store, "2026-01-01 USD 1.25")
    with store.read() as session:
        committed = Ledger(session, tiers=Tiers(), memory=LedgerMemory())
        month = date(2026, 2, 1), date(2026, 3, 1)

        assert committed.retention(*month).opening == 100_00
        assert committed.with_usage().retention(*month).opening == 200_00


def test_a_ledger_without_usage_says_so(store: Store) -> None:
    import_text(store, csv_text("a,2026-01-05,100,USD", header="account_id,date,amount,currency"))

    with pytest.raises(NoUsageError, match="the ledger has no usage"):
        with_usage(store, "2026-04-01", "2026-07-01")


def test_a_grown_and_shuffled_file_adds_the_new_row_alone(store: Store) -> None:
    import_text(store, FILE)
    lines = FILE.splitlines()

    again = import_text(store, "\n".join([lines[0], *reversed(lines[1:])]))
    grown = import_text(store, "\n".join([*lines, "a,2026-05-05,-20,USD,yes"]))

    assert again.imported == 0
    assert grown.imported == 1
    assert with_usage(store, "2026-04-01", "2026-07-01") == (350_00, 310_00)


def test_rows_with_ids_are_known_by_these_and_equal_ones_of_other_ids_are_new(
    store: Store,
) -> None:
    header = f"{HEADER},movement_id"
    import_text(store, csv_text("a,2026-01-05,10,USD,yes,u1", header=header))
    import_text(store, csv_text("a,2026-01-05,10,USD,yes,u2", header=header))
    import_text(store, csv_text("a,2026-01-05,10,USD,yes,u1", header=header))

    assert [amount for _, amount in used(store)] == [10_00, 10_00]
    wrong = csv_text("a,2026-01-05,11,USD,yes,u1", header=header)
    assert [line for line, _ in findings(store, wrong)] == [2]


def test_a_row_that_a_file_says_twice_under_one_id_counts_once(store: Store) -> None:
    header = f"{HEADER},movement_id"
    import_text(store, csv_text(*["a,2026-01-05,10,USD,yes,u1"] * 2, header=header))

    assert [amount for _, amount in used(store)] == [10_00]


@pytest.mark.parametrize(
    ("held", "said"),
    [
        ("a,2026-01-05,10,USD,yes", "b,2026-01-05,10,USD,yes"),
        ("a,2026-01-05,10,USD,yes", "a,2026-01-05,10,USD,no"),
        ("a,2026-01-05,10,USD,no", "a,2026-01-05,10,USD,yes"),
        ("a,2026-12-05,10,USD,no", "a,2026-12-05,10,USD,yes"),
    ],
    ids=["of another account", "usage, then none", "none, then usage", "none that is due later"],
)
def test_an_id_stays_that_of_one_row_until_its_import_is_reversed(
    store: Store, held: str, said: str
) -> None:
    header = f"{HEADER},movement_id"
    import_text(store, csv_text(f"{held},u1", header=header))
    content = csv_text(f"{said},u1", header=header)

    [found] = findings(store, content)
    undo(store, 1)

    assert found[0] == 2
    assert "is in use for other content" in found[1]
    assert import_text(store, content).imported == 1
    check(store)


def test_a_corrected_row_is_asked_about_and_replaces_the_one_that_is_held(store: Store) -> None:
    import_text(store, FILE)
    corrected = FILE.replace("-20,USD,x", "-30,USD,x")

    with pytest.raises(ImportAsksError):
        import_text(store, corrected, agreed=frozenset(Ask) - {Ask.OVERLAP})
    import_text(store, corrected, overlap=Overlap.REPLACE)

    assert with_usage(store, "2026-04-01", "2026-07-01") == (350_00, 320_00)
    assert import_text(store, corrected).imported == 0
    check(store)


def test_usage_of_an_account_that_a_replacing_file_lacks_is_taken_back(store: Store) -> None:
    import_text(store, FILE)
    lacking = [line for line in FILE.splitlines() if not line.startswith("a,")]
    lacking += ["b,2026-01-06,1,USD,no", "b,2026-06-01,1,USD,no"]

    import_text(store, "\n".join(lacking), overlap=Overlap.REPLACE)

    assert with_usage(store, "2026-04-01", "2026-06-01") == (201_00, 201_00)
    check(store)


def test_usage_below_zero_is_refused_with_its_line(store: Store) -> None:
    import_text(store, FILE)

    assert findings(store, movements("a,2026-03-01,-40,USD,yes")) == [
        (2, "amount takes the usage of a below zero on 5 May 2026")
    ]


def test_levels_of_usage_become_its_movements_and_are_corrected_by_the_month(
    store: Store,
) -> None:
    header = "account_id,month,mrr,currency,usage"
    lines = [f"m,2026-0{n},500,USD,no" for n in (1, 2, 3)]
    lines += ["m,2026-01,30,USD,yes", "m,2026-02,70,USD,yes", "m,2026-03,40,USD,yes"]
    import_text(store, csv_text(*lines, header=header), source="balances")
    assert import_text(store, csv_text(*lines, header=header), source="balances").imported == 0
    assert with_usage(store, "2026-02-01", "2026-03-01") == (530_00, 570_00)

    import_text(store, csv_text("m,2026-02,90,USD,yes", header=header), source="balances")

    assert with_usage(store, "2026-03-01", "2026-04-01") == (590_00, 540_00)
    assert retention(store, "2026-02-01", "2026-03-01").closing == 500_00
    check(store)


def test_a_complete_list_ends_the_usage_that_it_lacks_and_one_without_the_column_does_not(
    store: Store,
) -> None:
    import_text(store, FILE)
    plain = "account_id,month,mrr,currency"
    lines = ["a,2026-08,100,USD", "b,2026-08,200,USD"]

    import_text(store, csv_text(*lines, header=plain), source="balances", is_complete=True)
    assert with_usage(store, "2026-08-01", "2026-09-01") == (330_00, 330_00)

    flagged = csv_text(*(f"{line},no" for line in lines), header=f"{plain},usage")
    import_text(store, flagged, source="balances", is_complete=True)
    assert with_usage(store, "2026-08-01", "2026-09-01") == (330_00, 300_00)
    check(store)


def test_an_account_that_a_complete_list_lacks_loses_its_usage_with_its_mrr_and_is_told_once(
    store: Store,
) -> None:
    header = "account_id,month,mrr,currency,usage"
    lines = ["x,2026-08,100,USD,no", "x,2026-08,50,USD,yes", "y,2026-08,200,USD,no"]
    import_text(store, csv_text(*lines, header=header), source="balances")

    later = csv_text("y,2026-09,200,USD,no", "y,2026-09,7,USD,yes", header=header)
    report = import_text(store, later, source="balances", is_complete=True)

    assert with_usage(store, "2026-09-01", "2026-10-01") == (350_00, 207_00)
    assert report.notes[1:] == (
        "1 account that the file lacks is at 0: x from September 2026 (100.00 USD).",
    )
    check(store)


TERMS = "account_id,start,end,amount,per,currency,usage,contract_id"
CONTRACTS = csv_text(
    "k,2025-01-01,2026-12-31,100,month,USD,no,K1",
    "k,2025-02-01,2025-12-31,40,month,USD,yes,K2",
    "k,2026-01-01,2026-12-31,60,month,USD,yes,K3",
    header=TERMS,
)


def test_terms_of_usage_follow_each_other_and_a_changed_one_is_the_difference(
    store: Store,
) -> None:
    import_text(store, CONTRACTS, source="contracts")
    assert import_text(store, CONTRACTS, source="contracts").imported == 0
    assert with_usage(store, "2025-12-01", "2026-02-01") == (140_00, 160_00)

    import_text(store, CONTRACTS.replace(",60,", ",80,"), source="contracts")

    assert with_usage(store, "2025-12-01", "2026-02-01") == (140_00, 180_00)
    assert retention(store, "2025-12-01", "2026-02-01").closing == 100_00
    check(store)


def test_a_term_of_usage_need_not_say_what_it_comes_to(store: Store) -> None:
    content = csv_text(
        "k,2025-01-01,2026-12-31,100,month,USD,no,K1", "k,2025-02-01,,,,USD,yes,K2", header=TERMS
    )
    import_text(store, content, source="contracts")

    assert used(store) == []


def test_a_reversed_import_of_usage_does_not_count_until_that_is_reversed(store: Store) -> None:
    import_text(store, FILE)
    import_text(store, movements("b,2026-02-01,7,USD,yes"), source="movements")
    undo(store, 2)
    assert with_usage(store, "2026-04-01", "2026-07-01") == (350_00, 330_00)

    undo(store, 3)

    assert with_usage(store, "2026-04-01", "2026-07-01") == (357_00, 337_00)
    check(store)


def test_an_import_that_later_usage_rests_on_is_not_reversed(store: Store) -> None:
    import_text(store, movements("a,2026-01-05,100,USD,no", "a,2026-02-05,50,USD,yes"))
    import_text(store, movements("a,2026-03-05,-50,USD,yes"))

    with pytest.raises(NoReversalError, match="a later one rests on its usage"):
        undo(store, 1)


def test_usage_is_answered_as_it_was_known_at_a_past_moment(store: Store) -> None:
    early, late = datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 8, 1, tzinfo=UTC)
    import_text(store, FILE, now=early)
    import_text(store, movements("b,2026-02-01,7,USD,yes"), now=late)

    assert with_usage(store, "2026-04-01", "2026-05-01", as_of=early)[0] == 350_00
    assert with_usage(store, "2026-04-01", "2026-05-01", as_of=late)[0] == 357_00


def test_a_row_of_usage_that_is_of_nobody_is_found(store: Store) -> None:
    import_text(store, FILE)
    execute(
        store,
        "INSERT INTO usage_movement (id, amount_minor, recorded, account, day, import_id,"
        " source_row, currency) VALUES (99, -5, 1, 77, 1, 1, 1, 0)",
    )
    with store.read() as session:
        found = [(one.table, one.key, one.column) for one in differences(session, tiers=Tiers())]

    assert found == [
        ("usage_movement", (99,), "account"),
        ("usage_movement", (99,), "amount_minor"),
    ]


Row = tuple[str, int, int, bool]
"""Account, day since 2025-01-01, dollars, and whether it is usage."""
some_rows = st.lists(
    st.tuples(
        st.sampled_from("abc"), st.integers(0, 600), st.integers(-30, 60), st.booleans()
    ).filter(lambda row: row[2] != 0),
    min_size=1,
    max_size=14,
)


def possible(history: Iterable[Row]) -> list[Row]:
    """Leave out rows by which a series of an account would close a day below zero."""
    kept: list[Row] = []
    for row in sorted(history, key=lambda one: (one[1], -one[2])):
        held = sum(one[2] for one in kept if (one[0], one[3]) == (row[0], row[3]))
        if held + row[2] >= 0:
            kept.append(row)
    return kept


def at(history: Iterable[Row], boundary: date) -> dict[str, int]:
    """Add up, day by day, what each account pays and uses before a day, in cents."""
    found = dict.fromkeys("abc", 0)
    for account, day, amount, _ in history:
        if date(2025, 1, 1) + timedelta(days=day) < boundary:
            found[account] += amount * 100
    return found


def terms_of(before: dict[str, int], after: dict[str, int]) -> tuple[int, int, int, int]:
    """Return base, expansion, contraction and churn of the accounts that paid before."""
    ends = [(before[one], after[one]) for one in before if before[one] > 0]
    return (
        sum(opening for opening, _ in ends),
        sum(max(0, closing - opening) for opening, closing in ends),
        sum(max(0, opening - closing) for opening, closing in ends if closing > 0),
        sum(opening for opening, closing in ends if closing == 0),
    )


def shown(found: Retention) -> tuple[int, int, int, int]:
    return found.opening, found.expansion, found.contraction, found.churn


@sweep(examples=8)
@given(some_rows)
def test_at_every_month_start_both_series_are_the_day_by_day_sum_and_the_first_is_as_without(
    template: Template, drawn: list[Row]
) -> None:
    history = [("a", 0, 5, False), ("a", 0, 5, True), *possible(drawn)]
    lines = [
        f"{account},{date(2025, 1, 1) + timedelta(days=day)},{amount},USD,{'yes' if usage else ''}"
        for account, day, amount, usage in history
    ]
    with fresh_store(template) as store:
        import_text(store, movements(*lines), today=date(2026, 11, 21))

        for start, end in zip(MONTHS, MONTHS[3:], strict=False):
            expected = terms_of(at(history, start), at(history, end))
            assert shown(full(store, start, end)) == expected
            committed = [row for row in history if not row[3]]
            alone = retention(store, start.isoformat(), end.isoformat())
            assert shown(alone) == terms_of(at(committed, start), at(committed, end))
        check(store)
