from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from hypothesis import given

from metrics.errors import ReconciliationError
from metrics.movements import MovementKind
from metrics.period_sums import PeriodSums
from metrics.retention import NOTHING, OutsideCohort, Retention
from metrics.rollup import Scope
from metrics.segments import Tiers
from storage.errors import BelowZeroThenError, EmptyLedgerError
from storage.ledger.account_changes import CohortMember
from storage.store.column_types import day_number
from storage.store.engine import Store
from tests.metrics.retentions import of_one_account
from tests.reference.examples import example
from tests.storage.filled import fill
from tests.storage.histories import (
    File,
    History,
    boundaries,
    files,
    first_days,
    import_history,
    sweep,
)
from tests.storage.stores import (
    Template,
    csv_text,
    execute,
    import_text,
    movements,
    reading,
    retention,
)

Q3 = ("2026-07-01", "2026-10-01")
ODD = ("2026-06-15", "2026-09-20")
START, END = (date.fromisoformat(day) for day in Q3)
LATER = datetime(2100, 1, 1, tzinfo=UTC)


def parts(result: Retention) -> tuple[int, int, int, int]:
    """Return opening, expansion, contraction and churn in major units."""
    found = (result.opening, result.expansion, result.contraction, result.churn)
    opening, expansion, contraction, churn = (amount // 100 for amount in found)
    return opening, expansion, contraction, churn


def segmented(*rows: str) -> str:
    """Return a file of rows such as ``"acme 2026-01-05 100 smb"``; ``-`` says nothing."""
    lines = []
    for row in rows:
        account, day, amount, segment = row.split()
        lines.append(f"{account},{day},{amount},USD,{segment.strip('-')}")
    return csv_text(*lines, header="account_id,date,amount,currency,segment")


@pytest.mark.parametrize("as_of", [None, LATER], ids=["month-balances", "any-two-dates"])
@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param(
            ["a 2026-01-05 100", "b 2026-07-05 50", "b 2026-08-05 30"],
            (100, 0, 0, 0),
            id="a-new-customer-who-expands-is-outside",
        ),
        pytest.param(
            ["a 2026-01-05 100", "b 2026-01-05 100", "a 2026-07-05 50", "a 2026-08-05 -150"],
            (200, 0, 0, 100),
            id="expand-then-churn-loses-what-it-opened-with",
        ),
        pytest.param(
            ["a 2026-01-05 100", "b 2026-01-05 10", "a 2026-07-05 -100", "a 2026-09-05 90"],
            (110, 0, 10, 0),
            id="churn-then-return-inside-the-period-counts-by-what-it-pays-at-the-end",
        ),
        pytest.param(
            ["a 2026-01-05 100", "b 2026-01-05 100", "a 2026-07-05 40", "b 2026-07-05 -40"],
            (200, 40, 40, 0),
            id="one-accounts-gain-does-not-hide-anothers-loss",
        ),
        pytest.param(
            ["a 2026-01-05 100", "a 2026-07-05 -60", "a 2026-08-05 80", "a 2026-09-05 -50"],
            (100, 0, 30, 0),
            id="several-changes-of-one-account-are-one",
        ),
        pytest.param(
            ["a 2026-01-05 100", "z 2026-01-05 40", "z 2026-02-05 -40", "z 2026-08-05 40"],
            (100, 0, 0, 0),
            id="a-returning-customer-is-outside",
        ),
        pytest.param(
            ["a 2026-07-01 100", "b 2026-06-30 10", "b 2026-10-01 5", "b 2026-09-30 1"],
            (10, 1, 0, 0),
            id="a-movement-counts-strictly-before-a-boundary",
        ),
        pytest.param(["a 2026-08-05 100"], (0, 0, 0, 0), id="no-opening-base"),
    ],
)
def test_an_opening_base_is_judged_by_its_two_ends(
    store: Store, rows: list[str], expected: tuple[int, int, int, int], as_of: datetime | None
) -> None:
    fill(store, movements(*rows))

    assert parts(retention(store, *Q3, as_of=as_of)) == expected


def test_gross_retention_takes_the_lesser_end_of_each_account(store: Store) -> None:
    rows = ["a 2026-01-05 100", "b 2026-01-05 100", "a 2026-07-05 40", "b 2026-07-05 -40"]
    import_text(store, movements(*rows))

    result = retention(store, *Q3)

    assert result.nrr == 1
    assert result.grr == Fraction(160, 200)


def test_an_empty_base_has_no_ratio(store: Store) -> None:
    import_text(store, movements("a 2026-08-05 100"))

    result = retention(store, *Q3)

    assert (result.nrr, result.grr, result.logo_retention) == (None, None, None)


@pytest.mark.parametrize("as_of", [None, LATER], ids=["month-balances", "any-two-dates"])
@pytest.mark.parametrize("period", [Q3, ODD], ids=["months", "odd-days"])
def test_new_and_returning_close_the_bridge(
    store: Store, period: tuple[str, str], as_of: datetime | None
) -> None:
    rows = [
        "a 2026-01-05 100",
        "z 2026-01-05 40",
        "z 2026-02-05 -40",
        "z 2026-08-05 30",
        "n 2026-08-05 7",
        "a 2026-09-05 -20",
    ]
    fill(store, movements(*rows))

    with reading(store, as_of) as ledger:
        sums = ledger.sums(*map(date.fromisoformat, period))

    assert sums.outside_cohort() == OutsideCohort(new=700, returning=3_000)
    assert sums.closing_total == 8_000 + 700 + 3_000


@pytest.mark.parametrize("day", [START, END], ids=["opening", "closing"])
def test_balances_that_the_movements_contradict_are_an_error_and_no_number(
    store: Store, day: date
) -> None:
    fill(store, movements("a 2026-01-05 100", "b 2026-01-05 900", "b 2026-08-01 -300"))
    month = f"DELETE FROM month_column WHERE month = {day_number(day)}"  # noqa: S608
    execute(store, month, "DELETE FROM window_sum")

    with reading(store) as ledger, pytest.raises(ReconciliationError):
        ledger.sums(START, END)


def test_a_loss_known_before_the_gain_it_ate_is_an_error_and_no_number(store: Store) -> None:
    late, early = "2026-06-01T00:00:00Z", "2026-03-01T00:00:00Z"
    text = (
        "account_id,date,amount,currency,recorded_at\n"
        f"a,2026-01-05,1200,USD,{late}\na,2026-02-05,-500,USD,{early}\n"
        f"b,2026-01-05,100,USD,{early}\n"
    )
    import_text(store, text)

    as_of = datetime(2026, 4, 1, tzinfo=UTC)
    with reading(store, as_of) as ledger, pytest.raises(BelowZeroThenError):
        ledger.sums(date(2026, 2, 1), date(2026, 4, 1))


@pytest.mark.parametrize("as_of", [None, LATER], ids=["month-balances", "any-two-dates"])
def test_an_account_counts_in_the_segment_it_was_in_when_the_period_opened(
    store: Store, as_of: datetime | None
) -> None:
    rows = ["a 2026-01-05 100 smb", "b 2026-01-05 900 ent", "a 2026-08-05 200 ent"]
    fill(store, segmented(*rows))

    with reading(store, as_of) as ledger:
        by = ledger.sums(START, END).by("segment")

    assert {value: result.nrr for value, result in by.items()} == {"ent": 1, "smb": 3}
    assert list(by) == ["ent", "smb"]


@pytest.mark.parametrize("as_of", [None, LATER], ids=["month-balances", "any-two-dates"])
def test_an_account_without_a_value_is_in_none_and_never_dropped(
    store: Store, as_of: datetime | None
) -> None:
    rows = ["a 2026-01-05 100 smb", "b 2026-01-05 50 -", "c 2026-01-05 7 -", "c 2026-07-02 1 ent"]
    fill(store, segmented(*rows))

    with reading(store, as_of) as ledger:
        by = ledger.sums(START, END).by("segment")

    assert {value: result.opening for value, result in by.items()} == {
        "smb": 10_000,
        "(none)": 5_700,
    }


@pytest.mark.parametrize("period", [Q3, ODD], ids=["month-balances", "any-two-dates"])
@pytest.mark.parametrize(
    ("dimension", "expected"),
    [
        ("acv_tier", {"100k-plus": 9_000, "25k-100k": 3_000, "under-25k": 100}),
        ("value_tier", {"high": 9_000, "long-tail": 100, "mid": 3_000}),
        ("tenure", {"90-365-days": 3_000, "over-365-days": 9_000, "under-90-days": 100}),
    ],
)
def test_derived_dimensions_are_taken_when_the_period_opens(
    store: Store, dimension: str, expected: dict[str, int], period: tuple[str, str]
) -> None:
    rows = ["a 2025-01-05 9000", "b 2026-01-05 3000", "c 2026-06-05 100", "c 2026-09-05 90000"]
    fill(store, movements(*rows))

    with reading(store) as ledger:
        by = ledger.sums(*map(date.fromisoformat, period)).by(dimension)

    assert {value: result.opening // 100 for value, result in by.items()} == expected


def test_both_a_past_and_the_present_answer_can_be_asked_for(store: Store) -> None:
    known = datetime(2026, 7, 1, tzinfo=UTC)
    learned = datetime(2026, 8, 15, tzinfo=UTC)
    import_text(store, movements("a 2026-01-05 100"), now=known)
    import_text(store, movements("a 2026-06-20 -40"), now=learned)
    expected = example("edge-backdated")["expected"]

    reported = retention(store, "2026-06-01", "2026-07-01", as_of=known)
    restated = retention(store, "2026-06-01", "2026-07-01")

    assert reported.nrr == expected["nrr_as_reported"]
    assert restated.nrr == expected["nrr_restated"]


def test_as_of_reads_attributes_as_they_were_known(store: Store) -> None:
    columns = "account_id,date,amount,currency,segment,recorded_at"
    rows = "a,2026-01-05,100,USD,smb,2026-01-05", "a,2026-01-05,0,USD,ent,2026-08-01"
    import_text(store, csv_text(*rows, header=columns))

    then = datetime(2026, 7, 15, tzinfo=UTC)
    assert retention(store, *Q3, ("segment", "smb"), as_of=then).opening == 10_000
    assert retention(store, *Q3, ("segment", "ent")).opening == 10_000


@pytest.mark.parametrize(
    ("as_of", "sentence"),
    [
        (None, "the ledger is empty: run `nrrbot import FILE` first"),
        (LATER, "nothing was in the ledger yet at that moment: ask for a later --as-of"),
    ],
    ids=["now", "then"],
)
def test_an_empty_ledger_has_no_answer(store: Store, as_of: datetime | None, sentence: str) -> None:
    with reading(store, as_of) as ledger:
        for ask in (ledger.state, lambda: ledger.sums(START, END)):
            with pytest.raises(EmptyLedgerError) as error:
                ask()
            assert str(error.value) == sentence


CONTRACTS = "contract_id,account,start,end,amount,per,currency"


@pytest.mark.parametrize(
    ("text", "kind", "sentence"),
    [
        (
            csv_text("c1,acme,2026-01-01,2026-12-31,0,month,USD", header=CONTRACTS),
            "contracts",
            "the ledger has no MRR: nothing that was imported pays any",
        ),
        (
            csv_text("acme,enterprise", header="account_id,segment"),
            "accounts",
            "the ledger has no MRR: nothing that was imported pays any",
        ),
        (
            csv_text("c1,acme,2027-02-01,2027-12-31,100,month,USD", header=CONTRACTS),
            "contracts",
            (
                "the ledger has no MRR yet: all of what was imported waits for its day, the first"
                " of it for 1 Feb 2027"
            ),
        ),
    ],
    ids=["contracts of 0", "attributes alone", "days to come"],
)
def test_a_ledger_without_mrr_says_what_was_imported(
    store: Store, text: str, kind: str, sentence: str
) -> None:
    import_text(store, text, source=kind)

    with reading(store) as ledger, pytest.raises(EmptyLedgerError) as error:
        ledger.state()
    assert str(error.value).startswith(sentence)


def test_the_vocabulary_is_what_occurs_and_what_is_derived(store: Store) -> None:
    import_text(store, segmented("b 2026-01-05 100 smb", "a 2026-01-05 1 ent"))

    with reading(store) as ledger:
        assert ledger.vocabulary() == {
            "segment": ("ent", "smb"),
            "acv_tier": ("under-25k", "25k-100k", "100k-plus"),
            "value_tier": ("high", "mid", "long-tail"),
            "tenure": ("under-90-days", "90-365-days", "over-365-days"),
        }


ACTIVITY = [
    "a 2026-01-05 100 smb",
    "a 2026-07-05 50 ent",
    "a 2026-08-05 -150 -",
    "n 2026-07-05 10 ent",
    "n 2026-08-05 5 -",
    "gone 2026-07-05 30 ent",
    "gone 2026-08-05 -30 -",
    "z 2026-01-05 40 smb",
    "z 2026-02-05 -40 -",
    "z 2026-09-05 20 -",
]


@pytest.mark.parametrize("as_of", [None, LATER], ids=["month-balances", "any-two-dates"])
@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        pytest.param(
            (),
            {"new": 40, "expansion": 55, "churn": -180, "reactivation": 20},
            id="company",
        ),
        pytest.param(
            (("segment", "smb"),),
            {"expansion": 50, "churn": -150, "reactivation": 20},
            id="where-it-opened-or-else-where-it-closes",
        ),
        pytest.param(
            (("segment", "ent"),),
            {"new": 40, "expansion": 5, "churn": -30},
            id="accounts-that-came-and-went",
        ),
        pytest.param((("segment", "nowhere"),), {}, id="nobody"),
        pytest.param(
            (("value_tier", "high"),),
            {"expansion": 50, "churn": -150, "reactivation": 20},
            id="derived",
        ),
    ],
)
def test_activity_sums_events_by_what_each_did(
    store: Store, scope: Scope, expected: dict[str, int], as_of: datetime | None
) -> None:
    fill(store, segmented(*ACTIVITY))

    with reading(store, as_of) as ledger:
        activity = ledger.activity(START, END, scope)

    assert {kind.value: amount // 100 for kind, amount in activity.by_kind.items()} == expected


def test_activity_of_a_scope_whose_accounts_all_pay_when_the_period_opens(store: Store) -> None:
    import_text(store, segmented("a 2026-01-05 100 smb", "a 2026-08-05 5 -"))

    with reading(store) as ledger:
        activity = ledger.activity(START, END, (("segment", "smb"),))

    assert activity.by_kind == {MovementKind.EXPANSION: 500}


def test_activity_is_split_by_driver(store: Store) -> None:
    rows = "a,2026-01-05,100,USD,", "a,2026-07-05,5,USD,seats", "a,2026-07-06,6,USD,"
    import_text(store, csv_text(*rows, header="account_id,date,amount,currency,driver"))

    with reading(store) as ledger:
        activity = ledger.activity(START, END)

    assert activity.drivers_of(MovementKind.EXPANSION) == {"(not stated)": 600, "seats": 500}


def test_the_cohort_is_who_is_in_the_denominator(store: Store) -> None:
    import_text(store, segmented(*ACTIVITY, "b 2026-01-05 10 smb"))
    import_text(store, "account_id,name\nb,Beta\n", source="accounts")

    with reading(store) as ledger:
        everyone = ledger.cohort(START, END)
        nobody = ledger.cohort(START, END, (("segment", "ent"),))

    assert everyone == [CohortMember("a", None, 10_000, 0), CohortMember("b", "Beta", 1_000, 1_000)]
    assert nobody == []


def check_both_paths_say_what_the_rows_say(
    template: Template, imports: list[File], start: date, end: date
) -> None:
    start, end = min(start, end), max(start, end)
    with template.fresh() as store:
        history = import_history(store, imports)
        if not history.rows:
            return
        with reading(store) as ledger:
            usual = ledger.sums(start, end)
        with reading(store, LATER) as ledger:
            from_the_ledger = ledger.sums(start, end)

    assert plain(usual) == plain(from_the_ledger) == expected_sums(history, start, end)


@given(imports=files, start=first_days, end=first_days)
@sweep(examples=6)
def test_between_month_starts_both_paths_say_what_the_rows_say(
    template: Template, imports: list[File], start: date, end: date
) -> None:
    check_both_paths_say_what_the_rows_say(template, imports, start, end)


@given(imports=files, start=boundaries, end=boundaries)
@sweep(examples=6)
def test_between_any_two_dates_the_sums_are_what_the_rows_say(
    template: Template, imports: list[File], start: date, end: date
) -> None:
    check_both_paths_say_what_the_rows_say(template, imports, start, end)


@given(imports=files, start=boundaries, end=boundaries)
@sweep(examples=6)
def test_activity_of_any_scope_is_how_its_total_changed(
    template: Template, imports: list[File], start: date, end: date
) -> None:
    start, end = min(start, end), max(start, end)
    with template.fresh() as store:
        if not import_history(store, imports).rows:
            return
        with reading(store) as ledger:
            sums = ledger.sums(start, end)
            for scope in ((), (("region", "EMEA"),), (("segment", "smb"),)):
                kept, outside = sums.retention(scope), sums.outside_cohort(scope)
                change = kept.closing - kept.opening + outside.total
                assert ledger.activity(start, end, scope).net == change


Key = tuple[tuple[str, str], ...]


def plain(sums: PeriodSums) -> tuple[dict[Key, Retention], dict[Key, OutsideCohort], int]:
    """Return sums by their attributes, parts with the same ones added up."""
    keys = {tuple(sorted(attributes.items())) for attributes, _ in sums.parts}
    by_key = {
        key: PeriodSums.of(
            [part for part in sums.parts if tuple(sorted(part[0].items())) == key],
            closing_total=0,
        )
        for key in keys
    }
    cohort = {key: part.retention() for key, part in by_key.items()}
    outside = {key: part.outside_cohort() for key, part in by_key.items()}
    return (
        {key: part for key, part in cohort.items() if part != NOTHING},
        {key: part for key, part in outside.items() if part != OutsideCohort()},
        sums.closing_total,
    )


def expected_sums(
    history: History, start: date, end: date
) -> tuple[dict[Key, Retention], dict[Key, OutsideCohort], int]:
    """Return the sums account by account, as DEFINITIONS.md section 1 writes them."""
    opening = history.standings(start, Tiers())
    closing = history.standings(end, Tiers())
    cohort: dict[Key, Retention] = {}
    outside: dict[Key, OutsideCohort] = {}
    ends = history.ends(start, end)
    for unit, (before, after) in ends.items():
        if before:
            is_kept = after > 0 or history.is_paused(unit, start, end)
            part = of_one_account(before, after, stays=is_kept)
            key = tuple(sorted(opening[unit][2].items()))
            cohort[key] = cohort[key] + part if key in cohort else part
        elif after:
            kind = "returning" if history.has_paid(unit, start, end) else "new"
            kind = "resumed" if history.is_resumed(unit, start, end) else kind
            key = tuple(sorted(closing[unit][2].items()))
            outside[key] = outside.get(key, OutsideCohort()) + OutsideCohort(**{kind: after})
    return cohort, outside, sum(after for _, after in ends.values())
