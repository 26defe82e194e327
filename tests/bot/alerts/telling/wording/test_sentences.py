"""Each kind of alert says its finding, what took the ratio down, and what that is worth."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from bot.alerts.telling.details import DropCause, NoticeDetails
from bot.alerts.telling.wording.accounts import largest, yours
from bot.alerts.telling.wording.sentences import footer, sentences
from bot.alerts.telling.wording.titles import title
from metrics.activity import UNSTATED, Activity
from metrics.alerts.rules import FLOOR, Metric, RuleKind, Window
from metrics.alerts.states import TransitionKind
from metrics.change import Change, Component, explain
from metrics.movements import MovementKind
from metrics.retention import Retention
from storage.ledger.account_changes import AccountChange
from tests.bot.sample_alerts import (
    ACME,
    GLOBEX,
    against_month_before,
    below_floor,
    below_level,
    closed,
    details_of,
    failed,
    masked,
    of_one_account,
    parts,
    provisional_drop,
    provisional_loss,
    recovered,
    reminded,
    rule_changed,
    shocked,
    snooze_ended,
    stale,
    steady,
    sustained,
    with_figures,
    with_share,
    withdrawn,
    worse,
)
from tests.metrics.retentions import retention_of

TITLES: list[tuple[Callable[[], NoticeDetails], str]] = [
    (sustained, "NRR of the company fell to 98.0% in February 2026, 4.0 points below usual"),
    (shocked, "NRR of the company fell to 92.0% in January 2026, 10.0 points below usual"),
    (below_floor, "12-month GRR of the company fell below 90%: now 88.0%"),
    (
        masked,
        "12-month GRR of the company fell below 90%: now 85.0%, under an NRR of 105.0%",
    ),
    (of_one_account, "One account took 3.2 points off NRR of enterprise in January 2026"),
    (
        lambda: against_month_before(RuleKind.POINT_DROP),
        "NRR of enterprise fell to 98.0% in January 2026, 4.0 points below what it was before",
    ),
    (below_level, "12-month NRR of enterprise is 101.2%, below 105%"),
    (
        lambda: below_level(window=Window.QUARTER),
        "NRR of enterprise was 101.2% in Q4 2026, below 105%",
    ),
    (
        reminded,
        "Still: NRR of the company was 98.2% in March 2026, 3.8 points below usual",
    ),
    (worse, "Worse: NRR of the company was 95.5% in March 2026, 6.5 points below usual"),
    (recovered, "Recovered: NRR of the company was 101.8% in March 2026, 0.2 points below usual"),
    (stale, "No figures for NRR of the company since February 2026"),
    (failed, "NRR of the company could not be evaluated"),
    (
        provisional_drop,
        "Provisional: NRR of the company is 92.0% in January 2026 so far, 10.0 points below usual",
    ),
    (
        provisional_loss,
        "Provisional: one account took 3.2 points off NRR of enterprise in January 2026 so far",
    ),
]


@pytest.mark.parametrize(("build", "said"), TITLES)
def test_the_title_is_the_finding(build: Callable[[], NoticeDetails], said: str) -> None:
    assert title(build()) == said


# By hand: $1M of opening MRR; 4 points below 102 % are $40,000 a month and $480,000 a year.
def test_a_drop_says_its_course_its_cause_and_its_money() -> None:
    course, money = sentences(sustained())

    assert course == (
        "It was 102.0% in December 2025; usual is 102.0%. Churn of $24k in February, 2 accounts,"
        " price and competitors first; 2.0 points of the 4.0 come from smb."
    )
    assert money == (
        "It stands for $40k MRR ($480k ARR) below usual. It is the lowest of the 14 months known."
    )


def test_a_level_that_is_crossed_is_explained_by_the_month() -> None:
    course, money = sentences(below_floor())

    assert course.startswith("It was 99.0% in December 2025. Churn of $80k in January, 1 account")
    assert money == (
        "It stands for $20k MRR ($240k ARR) below the floor. It is the lowest of the 13 months"
        " known."
    )


def test_a_level_that_was_missed_for_long_is_explained_by_twelve_months() -> None:
    course, money = sentences(below_level())

    assert course.startswith("It was 101.2% a year before. Churn of ")
    assert " in twelve months, " in course
    assert money.endswith("It has been below 105% for 24 months in a row.")


def test_one_account_is_set_against_the_ratio_without_it() -> None:
    course, money = sentences(of_one_account())

    assert course.startswith("The ratio is 101.2%; without that loss it would have been 104.4%.")
    assert money == "The account took $32k MRR ($384k ARR)."


def test_a_provisional_notice_says_that_no_alert_stands_behind_it() -> None:
    assert sentences(provisional_drop())[-1] == (
        "The data ends 21 Jan 2026. No alert changes: it fires if that is still so when the month"
        " is closed."
    )


@pytest.mark.parametrize(
    ("build", "said"),
    [
        (recovered, "It was 98.0% in February; usual is 102.0%."),
        (withdrawn, "The figures were restated: the drop that was told of is not there any more."),
        (rule_changed, "The rule was changed: the drop that was told of is none by it."),
    ],
)
def test_what_is_over_takes_one_line(build: Callable[[], NoticeDetails], said: str) -> None:
    assert sentences(build()) == (said,)


@pytest.mark.parametrize("build", [stale, failed])
def test_an_alert_that_cannot_be_judged_claims_nothing(
    build: Callable[[], NoticeDetails],
) -> None:
    [said] = sentences(build())

    assert "which is no sign that all is well" in said


def segments(**amounts: tuple[int, int, int, int]) -> dict[str, Retention]:
    return parts(amounts)


FALLEN = [
    pytest.param(
        explain(
            segments(a=(100, 0, 0, 0), b=(100, 0, 0, 0)),
            segments(a=(100, 0, 0, 10), b=(100, 0, 0, 2)),
        ),
        "5.0 points of the 6.0 come from a",
        id="one takes most",
    ),
    pytest.param(
        explain(
            segments(a=(100, 0, 0, 0), b=(100, 0, 0, 0)),
            segments(a=(100, 0, 0, 14), b=(100, 4, 0, 0)),
        ),
        "a alone took 7.0 points",
        id="one takes more than all",
    ),
    pytest.param(
        # a: 90 -> 91 %, b: 60 -> 61 %, and b grows from a tenth to a half of the base
        explain(
            segments(a=(900, 0, 0, 90), b=(100, 0, 0, 40)),
            segments(a=(500, 0, 0, 45), b=(500, 0, 0, 195)),
        ),
        "every segment improved, but the mix shifted to those that keep less",
        id="reversed",
    ),
]


@pytest.mark.parametrize(("change", "said"), FALLEN)
def test_the_group_that_took_the_most_is_named(change: Change, said: str) -> None:
    assert f"; {said}." in sentences(with_share(sustained(), change))[0]


def test_a_group_that_took_less_than_half_explains_nothing() -> None:
    even = segments(a=(100, 0, 0, 0), b=(100, 0, 0, 0), c=(100, 0, 0, 0))
    down = segments(a=(100, 0, 0, 5), b=(100, 0, 0, 4), c=(100, 0, 0, 4))

    assert "come from" not in sentences(with_share(sustained(), explain(even, down)))[0]


def cause(metric: Metric, before: tuple[int, int, int], after: tuple[int, int, int]) -> DropCause:
    """Of 1,000 before and after: expansion, contraction, churn."""
    was, now = (
        retention_of(
            100_000,
            accounts=40,
            left=2,
            expansion=100 * gained,
            contraction=100 * cut,
            churn=100 * lost,
        )
        for gained, cut, lost in (before, after)
    )
    drivers = {(MovementKind.CONTRACTION, "downgrade"): -2, (MovementKind.CHURN, "price"): -9}
    return DropCause(
        metric=metric,
        window=Window.MONTH,
        retention=now,
        before=was,
        drivers=Activity(by_driver=drivers),
    )


@pytest.mark.parametrize(
    ("found", "worst", "said"),
    [
        (
            cause(Metric.NRR, (30, 5, 10), (8, 5, 10)),
            Component.EXPANSION,
            "Expansion of $8 in February, 2.2 points less than before",
        ),
        (
            cause(Metric.GRR, (30, 5, 10), (8, 15, 12)),
            Component.CONTRACTION,
            "Contraction of $15 in February, downgrades first",
        ),
        (
            cause(Metric.NRR, (30, 5, 10), (30, 5, 20)),
            Component.CHURN,
            "Churn of $20 in February, 2 accounts, price first",
        ),
        (
            cause(Metric.NRR, (30, 5, 10), (0, 5, 10)),
            Component.EXPANSION,
            "There was no expansion in February",
        ),
    ],
)
def test_the_component_that_took_the_most_is_the_cause(
    found: DropCause, worst: Component, said: str
) -> None:
    assert found.worst is worst
    assert f" {said}" in sentences(with_figures(sustained(), cause=found))[0]


def test_the_largest_accounts_are_named_with_what_each_lost_and_its_owner() -> None:
    assert str(largest(sustained())) == (
        "Largest: Acme (−$12k, owner @U012AB3CD), Globex (−$9k, owner ana@example.com),"
        " Initech (−$8k)"
    )
    assert largest(recovered()) is None


def test_the_account_that_breached_the_rule_alone_comes_first() -> None:
    smaller = replace(ACME, account_id="a-9", name="Other")

    assert str(largest(of_one_account(drivers=(GLOBEX, ACME)))).startswith("Largest: Acme")
    assert str(largest(of_one_account(drivers=(smaller, ACME)))).startswith("Largest: Acme")


def test_one_account_behind_most_of_a_loss_is_said_without_its_name() -> None:
    huge = replace(ACME, opening=9_000_000)

    said = sentences(shocked(drivers=(huge,)))[0]

    assert "one account took more than half of it" in said
    assert "Acme" not in said


def test_without_a_cause_and_an_earlier_figure_only_what_is_known_is_said() -> None:
    bare = with_figures(below_floor(), cause=None, since=None, history=())

    assert sentences(bare) == ("It stands for $20k MRR ($240k ARR) below the floor.",)
    assert title(bare) == "12-month GRR of the company is 88.0%, below 90%"


def test_a_level_that_is_met_exactly_or_nearly_is_said_so() -> None:
    verdict = below_floor().verdict
    assert verdict is not None
    for value, said in (("0.9", "is 90.0%, at 90%"), ("0.89999", "is 90.0%, just below 90%")):
        details = below_floor(since=None)
        near = replace(verdict, value=Fraction(value))
        told = replace(details.notice.transition, verdict=near, kind=TransitionKind.REMINDER)
        near_it = replace(details, notice=replace(details.notice, transition=told))
        assert title(near_it) == f"Still: 12-month GRR of the company {said}"


def test_the_footer_is_the_last_closed_month_and_the_definition() -> None:
    assert footer(sustained()) == "Closed through Feb 2026 · definitions v2"
    assert footer(provisional_drop()) == "Jan 2026 is not closed · definitions v2"
    no_month = replace(failed().notice.transition, period=None)
    unjudged = replace(failed(), notice=replace(failed().notice, transition=no_month))
    assert footer(unjudged) == "No month judged yet · definitions v2"


def test_a_snooze_that_is_over_says_where_the_ratio_is() -> None:
    assert title(snooze_ended()).startswith("Snooze over: NRR of the company was 98.0%")


def test_a_drop_since_another_year_names_it() -> None:
    details = details_of(FLOOR, (*steady(), closed("99", "88")))
    assert details.month == date(2026, 1, 1)
    assert "in December 2025" in sentences(details)[0]


def test_the_owner_of_an_account_reads_what_it_paid_and_pays_and_the_next_step() -> None:
    mine = replace(ACME, closing=900_000)

    assert str(yours(sustained(drivers=(mine, GLOBEX)), "U012AB3CD")) == (
        "Yours: Acme pays $9k MRR, 25.0% less than the $12k before. Next: ask what they cut and"
        " why, before they cut more."
    )
    assert str(yours(sustained(drivers=(ACME,)), "U012AB3CD")) == (
        "Yours: Acme left, it paid $12k MRR. Next: ask why they left, and whether a smaller plan"
        " would win them back."
    )
    assert yours(sustained(), "U0OTHER99") is None
    assert yours(recovered(), "U012AB3CD") is None


def test_the_owner_of_an_account_reads_the_reasons_that_its_movements_have() -> None:
    cut = replace(ACME, closing=900_000, drivers={"downgrade": -200_000, "price": -100_000})
    gone = replace(ACME, drivers={"competitor": -1_200_000})
    silent = replace(ACME, drivers={UNSTATED: -1_200_000})

    assert "than the $12k before (downgrade and price). Next" in theirs(cut)
    assert theirs(gone) == (
        "Yours: Acme left (competitor), it paid $12k MRR. Next: ask what would win them back."
    )
    assert theirs(silent) == theirs(ACME)


def test_the_next_step_of_an_account_that_still_can_names_the_day_of_its_renewal() -> None:
    cut = replace(ACME, closing=900_000, drivers={"price": -300_000})
    other = replace(cut, account_id="a-4", name="Bolt")
    days = {"a-1": date(2026, 12, 14), "a-4": date(2026, 3, 2), "a-9": date(2026, 3, 1)}

    assert theirs(cut, renewals=days) == (
        "Yours: Acme pays $9k MRR, 25.0% less than the $12k before (price). Next: call before it"
        " renews on 14 Dec, and ask what they cut and why."
    )
    assert "Next: call before Bolt renews on 2 Mar, Acme on 14 Dec, and" in theirs(
        cut, other, renewals=days
    )
    assert "renews" not in theirs(cut)


def test_the_owner_of_a_paused_account_asks_when_it_comes_back() -> None:
    paused = replace(ACME, is_paused=True, drivers={"pause": -1_200_000})

    assert theirs(paused) == (
        "Yours: Acme has paused, it paid $12k MRR. Next: ask when they come back."
    )
    assert "Next: call before it renews on 14 Dec 2027, and ask when they" in theirs(
        paused, renewals={"a-1": date(2027, 12, 14)}
    )


def theirs(*accounts: AccountChange, renewals: Mapping[str, date] | None = None) -> str:
    """Say what the owner of some accounts reads of them, in an alert of February 2026."""
    told = with_figures(sustained(drivers=accounts), renewals=renewals or {})
    return str(yours(told, "U012AB3CD"))


def test_where_the_mix_took_the_most_of_a_fall_it_is_named_as_the_segment_would_be() -> None:
    before = {
        "enterprise": retention_of(7_000_000, expansion=1_400_000, accounts=40),
        "smb": retention_of(3_000_000, contraction=300_000, accounts=40),
    }
    now = {
        "enterprise": retention_of(4_000_000, expansion=760_000, accounts=40),
        "smb": retention_of(6_000_000, contraction=480_000, accounts=40),
    }

    said = " ".join(sentences(with_share(sustained(), explain(before, now))))

    assert "; the mix alone took 8.5 points." in said


def test_a_month_that_is_better_than_the_last_and_still_worse_is_told_again() -> None:
    details = worse()
    *earlier, before, last = details.figures.history
    assert last.value is not None
    risen = replace(before, value=last.value - Fraction(1, 100))

    assert title(details).startswith("Worse: ")
    assert title(with_figures(details, history=(*earlier, risen, last))).startswith("Again: ")
