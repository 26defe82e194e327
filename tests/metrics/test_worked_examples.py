"""Worked examples from guides, vendors and papers, each put through our own metrics.

Where a source printed a wrong value (``source_error``), ``expected`` is the right one.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest

from metrics.alerts.rules import SUSTAINED_DROP
from metrics.alerts.statuses import Phase
from metrics.annualisation import annualised, chained
from metrics.change import Change, explain
from metrics.contracts.prices import mrr_of
from metrics.contracts.terms import Cadence
from metrics.errors import ReconciliationError
from metrics.money import round_half_up
from metrics.movements import MovementKind, arr, classify
from metrics.period_grammar import ONE_DAY, shift_months
from metrics.retention import OutsideCohort, Retention, quick_ratio, reconcile
from metrics.rollup import total
from tests.metrics.alerts.months import evaluated
from tests.metrics.bases import added_up, retention_by
from tests.metrics.contracts.terms import lines, term
from tests.metrics.event_by_event import Event, tally
from tests.reference.examples import EXAMPLES, Row

UNBUILT_POLICY = "an accounting policy that is not built yet"
NOT_YET = {
    "edge-fx": "exchange rates are not built yet",
    "edge-backdated": "answers as of a past moment come from storage and are tested there",
    "edge-refund": f"refunds: {UNBUILT_POLICY}",
    "upzelo-pause": f"pauses: {UNBUILT_POLICY}",
    "outlier-magic": "the magic number needs sales and marketing spend, which nothing imports",
    "creativeg-renewal": "the renewal rate needs renewal dates, which nothing imports",
    "chartmogul-segment-leave": (
        "lines for MRR that moves between segments are not built; here an account counts where"
        " it was at the opening, so its contraction stays there"
    ),
    "hubspot-mirror-net-churn": (
        "has no one right answer: it does not say whether the end includes the upgrades"
    ),
}
"""Rows that wait for a later feature, or that no definition of ours answers, and why."""

Ends = tuple[Fraction | int, Fraction | int]

CENTS = 100
_taken: list[str] = []


def rows(kind: str, *ids: str) -> pytest.MarkDecorator:
    """Run a test for every usable row of a kind, or for those named."""
    found = [row for row in EXAMPLES if row["kind"] == kind and row["id"] not in NOT_YET]
    found = [row for row in found if not ids or row["id"] in ids]
    assert found, f"no row left of {kind} {ids}"
    _taken.extend(row["id"] for row in found)
    return pytest.mark.parametrize("row", [pytest.param(row, id=row["id"]) for row in found])


def cents(major: Fraction | int) -> int:
    return int(round_half_up(Fraction(major) * CENTS, 0))


def mrr_of_months(amount: Fraction, months: int) -> Fraction:
    """Spread a price over a term of whole months, in cents, as contracts are."""
    days = f"2026-01-01 {shift_months(date(2026, 1, 1), months) - ONE_DAY}"
    return mrr_of(term(days, cents(amount)))


def base(*accounts: Ends) -> Retention:
    """Add accounts up whose opening and closing MRR is in major units."""
    return added_up(*((cents(opening), cents(closing)) for opening, closing in accounts))


def company(inputs: Row) -> Retention:
    """A base whose accounts expand, contract and churn by the stated sums."""
    opening, losses = Fraction(inputs["starting"]), Fraction(inputs["churn"])
    contraction = Fraction(inputs.get("contraction", 0))
    one = Fraction(1)
    rest = opening - losses - contraction - one - one
    expands, contracts = (one, one + inputs["expansion"]), (one + contraction, one)
    return base(expands, contracts, (losses, 0), (rest, rest))


def of_rates(expansion: Fraction, losses: Fraction) -> Retention:
    base = 100_000
    return company({"starting": base, "expansion": expansion * base, "churn": losses * base})


def crowd(accounts: int, mrr: Fraction, closes_at: int) -> list[Ends]:
    """So many accounts that pay ``mrr`` together, and at the close all or none of it."""
    first = mrr - (accounts - 1)
    openings = [first, *([Fraction(1)] * (accounts - 1))]
    return [(opening, opening * closes_at) for opening in openings]


def losing(accounts: int, mrr: int, *, lost_accounts: int, lost_mrr: int) -> Retention:
    lost = crowd(lost_accounts, Fraction(lost_mrr), 0)
    stayed = crowd(accounts - lost_accounts, Fraction(mrr - lost_mrr), 1)
    return base(*lost, *stayed)


def assert_equal(ratio: Fraction | None, expected: Fraction | int, *, places: int = 6) -> None:
    assert ratio is not None
    assert round_half_up(ratio, places) == Decimal(str(float(expected)))


def assert_all(found: Mapping[str, Fraction | int | None], row: Row) -> None:
    """Compare everything that a row expects, and demand that nothing in it is left out."""
    assert found.keys() == row["expected"].keys()
    for name, value in found.items():
        assert_equal(None if value is None else Fraction(value), row["expected"][name])


@rows("movement")
def test_a_base_and_its_movements(row: Row) -> None:
    result = company(row["inputs"])
    assert result.nrr is not None
    found = {
        "nrr": result.nrr,
        "grr": result.grr,
        "ending_mrr_existing": Fraction(result.closing, CENTS),
        "net_mrr_churn_rate": result.net_mrr_churn,
        "gross_mrr_churn_rate": result.gross_mrr_churn,
        "annualised_nrr": annualised(result.nrr),
        "gap_points": result.share_of_opening(result.expansion),
        "gap_dollars": Fraction(result.expansion, CENTS),
    }

    assert_all({name: found[name] for name in row["expected"]}, row)


@rows("component_rates")
def test_rates_of_the_parts_make_the_ratios(row: Row) -> None:
    inputs = row["inputs"]
    losses = inputs["loss_rate"] if "loss_rate" in inputs else 1 - inputs["grr"]

    result = of_rates(inputs["expansion_rate"], losses)

    found = {"nrr": result.nrr, "grr": result.grr}
    assert_all({name: found[name] for name in row["expected"]}, row)


@rows("implied_expansion")
def test_expansion_is_the_gap_between_nrr_and_grr(row: Row) -> None:
    """The row's flag is a finding."""
    nrr, grr = row["inputs"]["nrr"], row["inputs"]["grr"]

    result = of_rates(nrr - grr, 1 - grr)

    assert (result.nrr, result.grr) == (nrr, grr)
    assert_equal(result.share_of_opening(result.expansion), row["expected"]["expansion_rate"])


@rows("summary_only")
def test_a_summary_implies_its_parts(row: Row) -> None:
    inputs, expected = row["inputs"], row["expected"]
    result = Retention(
        accounts_opening=inputs["customers"],
        accounts_retained=inputs["customers"] - inputs["churned_customers"],
        opening=cents(inputs["starting"]),
        expansion=cents(expected["implied_expansion"]),
        contraction=cents(inputs["contracting"]),
        churn=cents(expected["implied_churn"]),
    )

    assert_equal(result.nrr, expected["nrr"])
    assert_equal(result.grr, expected["grr"])
    assert result.closing == cents(expected["implied_ending"])


@rows("balances")
def test_two_balances(row: Row) -> None:
    result = base((row["inputs"]["start"], row["inputs"]["end"]))

    assert_all({"nrr": result.nrr, "grr_if_no_losses": result.grr}, row)


@rows("grr_method")
def test_grr_is_the_minimum_of_each_account(row: Row) -> None:
    result = base(*((each["start"], each["end"]) for each in row["inputs"]["customers"]))

    minimum_of_totals = min(result.opening, result.closing)
    assert_all(
        {
            "nrr": result.nrr,
            "grr_per_customer_min": result.grr,
            "grr_min_of_totals": result.share_of_opening(minimum_of_totals),
        },
        row,
    )
    assert result.grr != result.share_of_opening(minimum_of_totals)


@rows("grr_variant")
def test_recoveries_stay_out_of_grr(row: Row) -> None:
    inputs, expected = row["inputs"], row["expected"]

    result = company({**inputs, "expansion": inputs["credits_or_reactivations"]})

    assert_equal(result.grr, expected["grr_strict"])
    recovered = result.share_of_opening(result.expansion)
    assert result.grr is not None
    assert recovered is not None
    assert_equal(result.grr + recovered, expected["grr_with_recoveries"])


@rows("flawed_formula")
def test_movements_that_do_not_lead_to_the_ending_are_refused(row: Row) -> None:
    inputs, expected = row["inputs"], row["expected"]
    by_movements = company(inputs)
    by_balances = base((inputs["starting"], inputs["ending_total"] - inputs["new"]))

    assert_equal(by_balances.nrr, expected["nrr_from_balances"])
    assert_equal(by_movements.nrr, expected["nrr_from_movements"])
    new = OutsideCohort(new=cents(inputs["new"]))
    assert expected["reconciles"] is False
    with pytest.raises(ReconciliationError):
        reconcile(by_movements, new, closing_total=cents(inputs["ending_total"]))
    reconcile(by_balances, new, closing_total=cents(inputs["ending_total"]))


@rows("cohort_vs_topline")
def test_growth_with_new_customers_in_it_is_not_nrr(row: Row) -> None:
    inputs = row["inputs"]
    new = inputs["end_mrr_new_customers"]
    result = base((inputs["start_mrr"], inputs["end_mrr"] - new), (0, new))
    closing = cents(inputs["end_mrr"])
    reconcile(result, OutsideCohort(new=cents(new)), closing_total=closing)

    assert_all(
        {
            "nrr": result.nrr,
            "topline_growth": result.share_of_opening(closing - result.opening),
            "arr_start": Fraction(arr(result.opening), CENTS),
            "arr_end": Fraction(arr(closing), CENTS),
        },
        row,
    )


@rows("change")
def test_arr_can_grow_while_nrr_falls(row: Row) -> None:
    (opening, closing), (before, after) = row["inputs"]["arr"], row["inputs"]["nrr"]
    then = company({"starting": opening, "expansion": opening * (before - 1), "churn": 0})
    now = company({"starting": opening, "expansion": opening * (after - 1), "churn": 0})
    new = OutsideCohort(new=cents(closing) - now.closing)
    reconcile(now, new, closing_total=cents(closing))

    assert now.nrr is not None
    assert then.nrr is not None
    growth = now.share_of_opening(cents(closing) - now.opening)
    assert_all({"arr_growth": growth, "nrr_change_points": now.nrr - then.nrr}, row)


@rows("gross_churn")
def test_gross_mrr_churn(row: Row) -> None:
    inputs = row["inputs"]
    result = company({"starting": inputs["mrr_prev"], "expansion": 0, "churn": inputs["churned"]})

    assert_all({"gross_mrr_churn": result.gross_mrr_churn}, row)


@rows("net_churn")
def test_net_mrr_churn(row: Row) -> None:
    inputs = row["inputs"]
    result = company({**inputs, "starting": inputs["mrr_prev"], "churn": inputs["churned"]})

    assert_all({"net_mrr_churn": result.net_mrr_churn}, row)


@rows("daily_gross_churn")
def test_gross_mrr_churn_of_one_day(row: Row) -> None:
    result = base((row["inputs"]["start_of_day"], row["inputs"]["end_of_day"]))

    assert_all({"gross_mrr_churn": result.gross_mrr_churn}, row)


@rows("daily_net_churn")
def test_net_mrr_churn_of_one_day_leaves_new_business_out(row: Row) -> None:
    inputs = row["inputs"]
    new = inputs["new_business"]

    result = base((inputs["start_of_day"], inputs["end_of_day"] - new), (0, new))

    assert_all({"net_mrr_churn": result.net_mrr_churn}, row)


@rows("logo_churn")
def test_logo_churn(row: Row) -> None:
    start, lost = row["inputs"]["start"], row["inputs"]["lost"]

    result = losing(start, start, lost_accounts=lost, lost_mrr=lost)

    assert_all({"logo_churn": result.logo_churn}, row)


@rows("logo_retention")
def test_logo_retention_leaves_new_logos_out(row: Row) -> None:
    inputs = row["inputs"]
    stayed = inputs["end"] - inputs["added"]
    lost = inputs["start"] - stayed

    result = base(*([(1, 1)] * stayed), *([(1, 0)] * lost), *([(0, 1)] * inputs["added"]))

    assert_all({"logo_retention": result.logo_retention, "logo_churn": result.logo_churn}, row)


@rows("logo_vs_revenue", "navigator-A", "futureproof")
def test_logo_churn_and_revenue_churn_differ(row: Row) -> None:
    inputs = row["inputs"]

    result = losing(
        inputs["start_customers"],
        inputs["start_mrr"],
        lost_accounts=inputs["lost_customers"],
        lost_mrr=inputs["lost_mrr"],
    )

    assert_all({"logo_churn": result.logo_churn, "revenue_churn": result.gross_mrr_churn}, row)


@rows("logo_vs_revenue", "chartmogul-three-customers")
def test_one_of_three_customers_is_half_of_the_revenue(row: Row) -> None:
    churned = row["inputs"]["churned"]
    ends = [(mrr, 0 if name in churned else mrr) for name, mrr in row["inputs"]["mrr"].items()]

    result = base(*ends)

    assert_all({"logo_churn": result.logo_churn, "revenue_churn": result.gross_mrr_churn}, row)


@rows("quick_ratio")
def test_quick_ratio_of_the_parts(row: Row) -> None:
    inputs = row["inputs"]
    result = company({**inputs, "starting": 1_000_000})
    outside = OutsideCohort(new=cents(inputs["new"]))

    gained = result.closing + outside.new - result.opening
    assert_all(
        {"quick_ratio": quick_ratio(result, outside), "net_new_mrr": Fraction(gained, CENTS)}, row
    )


@rows("quick_ratio_agg")
def test_quick_ratio_of_gains_and_losses(row: Row) -> None:
    gains, losses = row["inputs"]["gains"], row["inputs"]["losses"]
    result = company({"starting": 1_000_000, "expansion": gains, "churn": losses})

    gained = Fraction(result.closing - result.opening, CENTS)
    assert_all({"quick_ratio": quick_ratio(result, OutsideCohort()), "net_new_mrr": gained}, row)


@rows("annualise")
def test_a_month_annualised(row: Row) -> None:
    monthly = Fraction(row["inputs"]["monthly_nrr"])

    run_rate = annualised(monthly)

    assert row["inputs"]["months"] == 12
    assert_equal(run_rate, row["expected"]["annualised"])
    assert_equal(run_rate * 100, row["expected"]["rounded_pct_1dp"], places=1)


@rows("churn_annualise")
def test_monthly_churn_annualised(row: Row) -> None:
    monthly = of_rates(Fraction(0), row["inputs"]["monthly"])

    assert monthly.grr is not None
    assert_all({"annual": 1 - annualised(monthly.grr)}, row)


@rows("compound_compare")
def test_years_chained(row: Row) -> None:
    slow, fast, years = (row["inputs"][name] for name in ("nrr_a", "nrr_b", "years"))

    assert_all({"ratio": chained([fast] * years) / chained([slow] * years)}, row)


@rows("mrr")
def test_mrr_of_contract_terms(row: Row) -> None:
    plans = row["inputs"]["plans"]
    each = [plan["count"] * mrr_of_months(plan["amount"], plan["months"]) / CENTS for plan in plans]

    found = {"mrr": sum(each), "mrr_each": each}
    assert {name: found[name] for name in row["expected"]} == row["expected"]


@rows("churn_timing")
def test_a_cancellation_is_churn_once_what_is_paid_for_is_over(row: Row) -> None:
    said = row["inputs"]
    paid_for = f"2026-{said['signup']} 2026-{said['paid_through']}"
    notice = f"2026-{said['cancel_requested']}"

    sarah = term(paid_for, cents(said["mrr"]), per=Cadence.MONTH, cancelled=notice)

    churn = f"2026-{row['expected']['churn_date']} -{cents(row['expected']['churn_mrr'])}"
    assert lines(sarah)[1:] == [f"{churn} not_renewed"]


@rows("arr")
def test_arr_of_mrr(row: Row) -> None:
    assert_all({"arr": Fraction(arr(cents(row["inputs"]["mrr"])), CENTS)}, row)


@rows("classify")
def test_a_price_cut_is_contraction(row: Row) -> None:
    before, after = row["inputs"]["mrr_before"], row["inputs"]["mrr_after"]

    result = base((before, after))

    assert row["expected"] == {
        "movement": classify(cents(before), cents(after), has_paid=True),
        "amount": Fraction(result.contraction, CENTS),
        "logo_churn": result.logo_churn,
    }


@rows("event_sequence")
def test_a_customers_subscriptions_become_movements_of_one_account(row: Row) -> None:
    subscribed, added, _, _, back = row["inputs"]["events"]
    first, second, last = (
        int(round_half_up(mrr_of_months(event["amount"], event["term_months"]), 0))
        for event in (subscribed, added, back)
    )
    balances = [0, first, first + second, first, 0, last]

    kinds = [
        classify(before, after, has_paid=number > 0)
        for number, (before, after) in enumerate(pairwise(balances))
    ]

    amounts = [abs(after - before) for before, after in pairwise(balances)]
    assert row["expected"]["movements"] == [
        [kind, Fraction(amount, CENTS)] for kind, amount in zip(kinds, amounts, strict=True)
    ]


@rows("reactivation")
def test_reactivation_is_what_returning_accounts_pay(row: Row) -> None:
    amounts = row["inputs"]["reactivated"]
    events = [Event(str(number), cents(amount)) for number, amount in enumerate(amounts)]

    activity = tally(events, opening={}, paid_before={event.account_id for event in events})

    expected = cents(row["expected"]["reactivation_mrr"])
    assert activity.by_kind == {MovementKind.REACTIVATION: expected}


@rows("netting")
def test_netting_by_account_and_gross_activity_have_the_same_net(row: Row) -> None:
    customers, opening = row["inputs"]["customers"], 100
    ends = base(*((opening, opening + sum(each.values())) for each in customers))
    activity = tally(
        [
            Event(str(number), cents(amount), driver)
            for number, each in enumerate(customers)
            for driver, amount in each.items()
        ],
        opening={str(number): cents(opening) for number, _ in enumerate(customers)},
        paid_before=(),
    )

    up = activity.drivers_of(MovementKind.EXPANSION)
    down = activity.drivers_of(MovementKind.CONTRACTION)
    found = {
        "expansion_net_per_customer": ends.expansion,
        "contraction_net_per_customer": ends.contraction,
        "net": activity.net,
        "plan_expansion": up["plan"],
        "usage_expansion": up["usage"],
        "plan_contraction": -down["plan"],
        "usage_contraction": -down["usage"],
    }
    assert {name: Fraction(amount, CENTS) for name, amount in found.items()} == row["expected"]
    assert ends.closing - ends.opening == activity.net


@rows("segment_blend")
def test_segments_blend_by_their_opening_mrr(row: Row) -> None:
    base = 100_000
    parts = [
        company(
            {
                "starting": segment["weight"] * base,
                "expansion": max(Fraction(0), segment["nrr"] - 1) * segment["weight"] * base,
                "churn": max(Fraction(0), 1 - segment["nrr"]) * segment["weight"] * base,
            }
        )
        for segment in row["inputs"]["segments"]
    ]

    assert_all({"nrr": total(parts).nrr}, row)


@rows("weighted_average")
def test_grr_of_all_is_weighted_by_opening_mrr(row: Row) -> None:
    parts = [
        company(
            {
                "starting": cohort["initial_mrr"],
                "expansion": 0,
                "churn": Fraction(cohort["initial_mrr"] * (100 - cohort["grr_pct"]), 100),
            }
        )
        for cohort in row["inputs"]["cohorts"]
    ]

    grr = total(parts).grr

    assert grr is not None
    assert_equal(grr * 100, row["expected"]["weighted_pct"], places=4)


@rows("edge", "edge-inperiod-new-expands")
def test_a_new_account_that_expands_is_not_in_the_base(row: Row) -> None:
    inputs, expected = row["inputs"], row["expected"]
    new = [(0, each["end"]) for each in inputs["new_in_period"].values()]
    ends = [(mrr, inputs["cohort_end"][name]) for name, mrr in inputs["cohort_start"].items()]

    result = base(*ends, *new)

    assert_equal(result.nrr, expected["nrr_cohort"])
    assert_equal(result.grr, expected["grr"])
    assert result.nrr != expected["nrr_naive_movement"]


@rows("edge", "edge-reactivation-outside-cohort")
def test_a_returning_account_is_not_in_the_base(row: Row) -> None:
    inputs, expected = row["inputs"], row["expected"]
    ends = [(mrr, mrr) for mrr in inputs["cohort_start"].values()]
    returned = sum(inputs["returned"].values())

    result = base(*ends, (0, returned))

    assert_equal(result.nrr, expected["nrr"])
    included = result.share_of_opening(result.closing + cents(returned))
    assert_equal(included, expected["nrr_if_reactivation_included"])


@rows("edge", "edge-segment-migration")
def test_an_account_counts_in_the_segment_it_was_in_at_the_opening(row: Row) -> None:
    start, end = row["inputs"]["start"], row["inputs"]["end"]
    names = [*start]
    stayed = [name for name in names if start[name]["seg"] == end[name]["seg"]]

    def by(segments: Row, some: Sequence[str]) -> tuple[Retention, dict[str, Retention]]:
        ends = [(cents(start[name]["mrr"]), cents(end[name]["mrr"])) for name in some]
        return retention_by(ends, [segments[name]["seg"] for name in some])

    whole, by_opening = by(start, names)
    groupings = {
        "opening_segment": by_opening,
        "current_segment": by(end, names)[1],
        "closing_filter_both_ends": by(start, stayed)[1],
    }

    for grouping, parts in groupings.items():
        nrrs = {name: parts[name].nrr if name in parts else None for name in ("SMB", "ENT")}
        assert nrrs == row["expected"][grouping]
    assert whole.nrr == row["expected"]["total"]
    assert total(by_opening.values()) == whole


@rows("edge", "edge-zero-base")
def test_ratios_of_an_empty_base_are_undefined(row: Row) -> None:
    inputs = row["inputs"]

    result = base((inputs["starting"], inputs["starting"] + inputs["expansion"]))

    assert row["expected"] == {"nrr": result.nrr, "grr": result.grr}


@rows("edge", "edge-expand-then-churn")
def test_churn_is_capped_at_opening_mrr(row: Row) -> None:
    paths, expected = row["inputs"]["path"], row["expected"]
    result = base(*((path[0], path[-1]) for path in paths.values()))
    events = [
        Event(name, cents(after - before))
        for name, path in paths.items()
        for before, after in pairwise(path)
    ]
    opening = {name: cents(path[0]) for name, path in paths.items()}

    activity = tally(events, opening=opening, paid_before=())

    assert_equal(result.nrr, expected["nrr"])
    assert_equal(result.grr, expected["grr"])
    for part, amount in expected["cohort_components"].items():
        assert getattr(result, part) == cents(amount)
    gross = {kind: Fraction(abs(minor), CENTS) for kind, minor in activity.by_kind.items()}
    assert gross == expected["gross_movements"]
    kept = result.share_of_opening(result.opening + activity.by_kind[MovementKind.CHURN])
    assert_equal(kept, expected["naive_grr"])


@rows("edge", "edge-annual-vs-monthly-view")
def test_a_run_rate_is_not_the_cohort_of_twelve_months(row: Row) -> None:
    inputs = row["inputs"]
    renewal = Fraction(inputs["renewals_per_month"])
    kept = renewal * (1 - inputs["monthly_renewal_loss_rate"])
    months = inputs["cohort_mrr"] // inputs["renewals_per_month"]

    month = base((renewal, kept), *([(renewal, renewal)] * (months - 1)))
    year = base(*([(renewal, kept)] * months))

    assert month.nrr is not None
    assert_all(
        {
            "monthly_nrr": month.nrr,
            "annualised_by_compounding": annualised(month.nrr),
            "true_ttm_cohort": year.nrr,
        },
        row,
    )


def explained(before: Mapping[str, Ends], after: Mapping[str, Ends]) -> Change:
    sides = ({name: base(ends) for name, ends in side.items()} for side in (before, after))
    change = explain(*sides)
    assert change is not None
    return change


@rows("decomposition", "edge-112-108")
def test_a_fall_is_shared_between_rates_and_mix(row: Row) -> None:
    inputs, expected = row["inputs"], row["expected"]
    before, after = (
        {name: (mrr, inputs[f"end{at}"][name]) for name, mrr in inputs[f"start{at}"].items()}
        for at in "01"
    )

    change = explained(before, after)

    assert {
        "R0": change.before,
        "R1": change.after,
        "rate": {one.value: one.rate for one in change.segments},
        "mix": {one.value: one.mix for one in change.segments},
        "rate_total": change.rate,
        "mix_total": change.mix,
    } == expected


@rows("decomposition", "edge-simpson")
def test_a_whole_falls_while_both_segments_improve(row: Row) -> None:
    inputs, base = row["inputs"], 100_000
    before, after = (
        {
            name: (weight * base, weight * base * inputs[f"r{at}"][name])
            for name, weight in inputs[f"w{at}"].items()
        }
        for at in "01"
    )

    change = explained(before, after)

    assert change.is_reversed
    assert {
        "R0": change.before,
        "R1": change.after,
        "delta": change.total,
        "rate": change.rate,
        "mix": change.mix,
    } == row["expected"]


@rows("alert_scenario")
def test_a_drop_of_two_months_fires_at_the_second(row: Row) -> None:
    """The months before the example are as its first: a baseline needs eight."""
    monthly, expected = row["inputs"]["monthly_nrr"], row["expected"]
    steady = [str(monthly[0] * 100)] * 8
    states = [
        evaluated(SUSTAINED_DROP, [*steady, *(str(nrr * 100) for nrr in monthly[:count])])[0]
        for count in range(1, len(monthly) + 1)
    ]

    phases = [state.status.phase for state in states]
    assert phases.index(Phase.FIRING) == expected["alert_at_index"]


def test_every_row_is_checked_or_says_why_not_yet() -> None:
    """A new row must get a test above or a reason in `NOT_YET`."""
    times = Counter([*_taken, *NOT_YET])

    assert times.keys() == {row["id"] for row in EXAMPLES}
    assert max(times.values()) == 1
