from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.alerts.telling.details import NoticeDetails
from bot.alerts.telling.wording.accounts import account_grid, driver_grid, owner_ids
from bot.alerts.telling.wording.sentences import footer, next_step, reasons, what_happened
from bot.alerts.telling.wording.titles import headline, title
from metrics.alerts.rules import FLOOR, MASKING, SHOCK, RuleKind, Window
from metrics.alerts.states import TransitionKind
from metrics.change import explain
from metrics.retention import Retention
from tests.bot.sample_alerts import (
    ACME,
    DROPPED,
    ENTERPRISE,
    GLOBEX,
    against_month_before,
    below_floor,
    below_level,
    closed,
    details_of,
    failed,
    masked,
    mix_of,
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
    withdrawn,
    worse,
)

BEFORE = {"enterprise": (70_000_000, 14_000_000, 0, 0), "smb": (30_000_000, 0, 3_000_000, 0)}
SHIFTED = {"enterprise": (40_000_000, 8_400_000, 0, 0), "smb": (60_000_000, 0, 4_800_000, 0)}
"""Simpson: each segment is better, the base moved to the one that keeps less."""


def point_drop() -> NoticeDetails:
    return against_month_before(RuleKind.POINT_DROP)


def percent_drop() -> NoticeDetails:
    return against_month_before(RuleKind.PERCENT_DROP)


def shifted() -> NoticeDetails:
    return sustained(mix=mix_of(explain(parts(BEFORE), parts(SHIFTED))), drivers=())


def with_parts(expansion: int, contraction: int, churn: int) -> NoticeDetails:
    month = Retention(
        accounts_opening=40,
        accounts_retained=39 if churn else 40,
        opening=100_000_000,
        expansion=expansion,
        contraction=contraction,
        churn=churn,
    )
    return sustained(retention=month, drivers=(), mix=None)


def said(details: NoticeDetails, *, names_shown: bool = True) -> dict[str, str]:
    return {line.label: line.words for line in reasons(details, names_shown=names_shown)}


@pytest.mark.parametrize(
    ("details", "line"),
    [
        pytest.param(
            sustained,
            "Company NRR fell to 98.0% in February 2026, 4.0 pts below its usual 102.0%,"
            " $40,000.00 of MRR below what is usual",
            id="sustained",
        ),
        pytest.param(
            shocked,
            "Company NRR fell to 92.0% in January 2026, 10.0 pts below its usual 102.0%,"
            " $100,000.00 of MRR below what is usual",
            id="shock",
        ),
        pytest.param(
            of_one_account,
            "One account took 3.2 pts off NRR of enterprise in January 2026, 101.2% instead of"
            " 104.4%, $32,000.00 of MRR",
            id="one-account",
        ),
        pytest.param(
            below_floor,
            "Company 12-month GRR is 88.0%, below 90%, by 2.0 pts in the twelve months to January"
            " 2026, $20,000.00 of MRR below the level",
            id="floor",
        ),
        pytest.param(
            masked,
            "Company 12-month GRR is 85.0% under an NRR of 105.0%, below 90%, by 5.0 pts in the"
            " twelve months to January 2026, $50,000.00 of MRR below the level",
            id="masking",
        ),
        pytest.param(
            point_drop,
            "NRR of enterprise fell to 98.0% in January 2026, 4.0 pts below the 102.0% before the"
            " drop, $40,000.00 of MRR below what was before the drop",
            id="points",
        ),
        pytest.param(
            percent_drop,
            "NRR of enterprise fell to 98.0% in January 2026, 4.0 pts (3.9%) below the 102.0%"
            " before the drop, $40,000.00 of MRR below what was before the drop",
            id="percent",
        ),
        pytest.param(
            reminded,
            "Still: company NRR was 98.2% in March 2026, 3.8 pts below its usual 102.0%,"
            " $38,000.00 of MRR below what is usual",
            id="reminder",
        ),
        pytest.param(
            worse,
            "Worse: company NRR was 95.5% in March 2026, 6.5 pts below its usual 102.0%,"
            " $65,000.00 of MRR below what is usual",
            id="worse",
        ),
        pytest.param(
            recovered,
            "Recovered: company NRR was 101.8% in March 2026, back within 0.2 pts of its usual"
            " 102.0%",
            id="resolved",
        ),
        pytest.param(
            withdrawn,
            "Correction: figures restated, company NRR was 101.5% in February 2026, 0.3 pts below"
            " its usual 101.8%",
            id="withdrawn",
        ),
        pytest.param(
            rule_changed,
            "Correction: the rule was changed, company NRR was 98.0% in February 2026, 3.8 pts"
            " below its usual 101.8%",
            id="rule-changed",
        ),
        pytest.param(
            snooze_ended,
            "Snooze over: company NRR was 98.0% in February 2026, 4.0 pts below its usual 102.0%,"
            " $40,000.00 of MRR below what is usual",
            id="snooze-ended",
        ),
        pytest.param(
            stale,
            "No figures for company NRR since February 2026, the alert stands as it stood",
            id="stale",
        ),
        pytest.param(
            failed,
            "Company NRR could not be evaluated, the alert stands as it stood",
            id="error",
        ),
    ],
)
def test_a_line_says_what_how_far_and_how_much(
    details: Callable[[], NoticeDetails], line: str
) -> None:
    assert headline(details()) == line
    assert line.startswith(title(details()))


@pytest.mark.parametrize(
    ("details", "words"),
    [
        pytest.param(
            sustained,
            "That is 4.0 pts below its usual 102.0% (median of the months before the drop), for 2"
            " months in a row. The last month stands for $40,000.00 of MRR below what is usual, on"
            " an opening base of $1,000,000.00 from 120 accounts. By chance 1 in 638 months is as"
            " low.",
            id="sustained",
        ),
        pytest.param(
            shocked,
            "That is 10.0 pts below its usual 102.0% (median of the months before the drop). It"
            " stands for $100,000.00 of MRR below what is usual, on an opening base of"
            " $1,000,000.00 from 40 accounts. By chance not 1 in 1,000 months is as low.",
            id="shock",
        ),
        pytest.param(
            of_one_account,
            "NRR was 101.2%; without that loss it would have been 104.4%. The account took"
            " $32,000.00 of MRR, of an opening base of $1,000,000.00 from 40 accounts.",
            id="one-account",
        ),
        pytest.param(
            masked,
            "That is 5.0 pts below 90% in the twelve months to January 2026. It stands for"
            " $50,000.00 of MRR below the level, on an opening base of $1,000,000.00 from 40"
            " accounts twelve months before. The 20.0 pts between NRR and GRR are $200,000.00 of"
            " expansion.",
            id="masking",
        ),
        pytest.param(
            withdrawn,
            "That is 0.3 pts below its usual 101.8% (median of the months before the drop). The"
            " drop that was told of is not there in the figures as they are now.",
            id="withdrawn",
        ),
        pytest.param(
            rule_changed,
            "That is 3.8 pts below its usual 101.8% (median of the months before the drop). The"
            " drop that was told of is none by the rule as it is now.",
            id="rule-changed",
        ),
        pytest.param(
            stale,
            "The last closed month is missing. The alert stands as it stood, which is no sign that"
            " all is well. Check the last import.",
            id="stale",
        ),
        pytest.param(
            failed,
            "The alert stands as it stood, which is no sign that all is well. The log says what"
            " failed.",
            id="error",
        ),
    ],
)
def test_sentences_say_how_bad_and_how_odd_it_is(
    details: Callable[[], NoticeDetails], words: str
) -> None:
    assert what_happened(details()) == words


@pytest.mark.parametrize("details", [recovered, withdrawn, rule_changed, stale, failed])
def test_what_is_over_or_unknown_has_no_reasons_and_no_next_step(
    details: Callable[[], NoticeDetails],
) -> None:
    told = with_figures(details(), drivers=(ACME,))

    assert (reasons(told, names_shown=True), next_step(told)) == ((), None)
    assert driver_grid(told) is None
    assert owner_ids(told) == ()
    assert "resolved" not in headline(told).lower()


def test_a_drop_says_whether_customers_leave_or_buy_less() -> None:
    assert said(with_parts(5_000_000, 3_000_000, 4_000_000))["Losses:"] == (
        "57.1% churn ($40,000.00), 42.9% contraction ($30,000.00): customers leave, more than buy"
        " less."
    )
    assert said(with_parts(1_000_000, 7_000_000, 0))["Losses:"] == (
        "100.0% contraction ($70,000.00): customers buy less, and none left."
    )
    assert said(with_parts(0, 0, 0))["Losses:"] == "none, so it is expansion that is missing."


def test_a_drop_of_the_company_is_shared_between_rates_and_mix() -> None:
    assert said(sustained())["NRR against December 2025:"] == (
        "−4.0 pts to 98.0%, of which −3.5 pts from rates inside segments and −0.5 pts from mix;"
        " smb took most (−2.0 pts)."
    )


def test_simpsons_paradox_is_said() -> None:
    assert said(shifted())["NRR against December 2025:"].endswith(
        "; every segment improved, yet the whole fell."
    )
    back = sustained(mix=mix_of(explain(parts(SHIFTED), parts(BEFORE))))
    assert said(back)["NRR against December 2025:"].endswith(
        "; every segment got worse, yet the whole rose."
    )


def test_one_segment_is_no_mix() -> None:
    one = explain(parts({"smb": BEFORE["smb"]}), parts({"smb": SHIFTED["smb"]}))

    assert not any(label.startswith("NRR against") for label in said(sustained(mix=mix_of(one))))


@pytest.mark.parametrize(
    ("lost", "words"),
    [
        pytest.param(2_000_000, None, id="half"),
        pytest.param(2_000_004, "Acme alone took $20,000.04, 50.0% of the drop.", id="over-half"),
        pytest.param(4_000_000, "Acme alone took $40,000.00, the whole drop.", id="all"),
        pytest.param(
            4_000_001, "Acme alone took $40,000.01, more than the whole drop.", id="more-than-all"
        ),
    ],
)
def test_one_account_is_the_cause_of_what_it_took_more_than_half_of(
    lost: int, words: str | None
) -> None:
    details = sustained(drivers=(replace(ACME, opening=5_000_000, closing=5_000_000 - lost),))

    assert said(details).get("Driven by one account:") == words


def test_below_a_floor_one_account_is_measured_by_all_losses() -> None:
    driver = replace(ACME, opening=9_000_000, closing=0)

    assert said(below_floor(drivers=(driver,)))["Driven by one account:"] == (
        "Acme alone took $90,000.00, 75.0% of all losses."
    )


def test_who_may_not_see_single_accounts_hears_that_one_did_it_and_no_amount_of_any() -> None:
    hidden = said(of_one_account(), names_shown=False)

    assert hidden["Driven by one account:"] == "it alone took more than half of all losses."
    assert "Accounts:" not in said(sustained(), names_shown=False)
    assert said(sustained(), names_shown=True)["Accounts:"] == (
        "three of them took $29,000.00, 76.3% of all losses."
    )


def test_accounts_are_told_with_their_mrr_before_and_after_and_their_owner() -> None:
    grid = driver_grid(sustained())

    assert grid is not None
    assert [str(line) for line in grid.lines()] == [
        "Acme: $12,000.00 → $0.00 (−1.2 pts)",
        "Globex: $9,000.00 → $0.00 (−0.9 pts, owner ana@example.com)",
        "Initech: $20,000.00 → $12,000.00 (−0.8 pts)",
    ]
    assert owner_ids(sustained()) == ("U012AB3CD",)


@pytest.mark.parametrize("owner", ["URSULA", "WALTER MEYER", "U0", "<!channel>", "U012AB3CD> x"])
def test_a_name_in_capitals_is_no_slack_user(owner: str) -> None:
    details = sustained(drivers=(replace(ACME, attributes={"owner": owner}),))

    assert owner_ids(details) == ()


def test_the_table_of_accounts_has_who_looks_after_them() -> None:
    assert [row[:2] for row in account_grid(sustained()).rows] == [
        ("Acme", "U012AB3CD"),
        ("Globex", "ana@example.com"),
        ("Initech", "not known"),
    ]


@pytest.mark.parametrize(
    ("details", "words"),
    [
        pytest.param(lambda: with_parts(0, 2_000_000, 5_000_000), "mostly churn", id="churn"),
        pytest.param(lambda: with_parts(0, 6_000_000, 0), "mostly contraction", id="contraction"),
        pytest.param(sustained, "mostly missing expansion", id="expansion"),
        pytest.param(lambda: with_parts(0, 0, 0), "nobody left or cut", id="no-losses"),
        pytest.param(shifted, "the base shifted more than its segments changed", id="mix"),
        pytest.param(masked, "losses before expansion", id="masking"),
        pytest.param(of_one_account, "one account explains it", id="one-account"),
    ],
)
def test_what_to_do_next_follows_from_the_figures(
    details: Callable[[], NoticeDetails], words: str
) -> None:
    step = next_step(details())

    assert step is not None
    assert step.words.startswith(words)


def test_a_recovered_mask_does_not_claim_that_grr_recovered() -> None:
    months = (*steady(), closed("105", "85"), closed("95", "85"))
    details = details_of(masked().rule, months, TransitionKind.RESOLVED)

    assert title(details) == (
        "No longer masked: company 12-month GRR is 85.0% with an NRR of 95.0%, below 90%"
    )


@pytest.mark.parametrize(
    ("nrr", "words"),
    [
        pytest.param("102", "back at its usual 102.0%", id="exactly"),
        pytest.param("101.98", "back at its usual 102.0%", id="as-far-as-it-is-shown"),
        pytest.param("100.7", "back within 1.3 pts of its usual 102.0%", id="nearly"),
        pytest.param("103.1", "1.1 pts above its usual 102.0%", id="and-more"),
    ],
)
def test_what_recovered_is_back_at_what_is_usual(nrr: str, words: str) -> None:
    details = details_of(sustained().rule, (*DROPPED, closed(nrr)), TransitionKind.RESOLVED)

    assert headline(details).endswith(f"in March 2026, {words}")


def test_what_is_below_by_less_than_is_shown_is_just_below() -> None:
    details = details_of(FLOOR, (*steady(), closed("99", "89.98")))

    assert title(details) == "Company 12-month GRR is 90.0%, just below 90%"
    assert "0.0 pts" not in headline(details)


def test_a_low_month_after_a_lower_one_has_not_fallen() -> None:
    details = details_of(sustained().rule, (*steady(), closed("90"), closed("97")))

    assert title(details) == "Company NRR stayed low at 97.0% in February 2026"


def test_another_account_that_leaves_is_news_of_its_own_month() -> None:
    months = (
        *steady(),
        closed("95", "90", cost="3.2"),
        closed("102", "94", cost="2.5", account="a-2"),
    )
    details = details_of(SHOCK.over(ENTERPRISE), months)

    assert title(details) == "One account took 2.5 pts off NRR of enterprise in February 2026"
    assert what_happened(details).startswith(
        "NRR was 102.0%; without that loss it would have been 104.5%."
    )


def test_an_account_that_others_together_outdo_explains_the_alert_but_not_the_losses() -> None:
    details = of_one_account(drivers=(replace(ACME, opening=1_500_000, closing=0),))
    step = next_step(details)

    assert said(details)["The one account:"] == "Acme alone took $15,000.00, 37.5% of all losses."
    assert step is not None
    assert step.words.startswith("talk to the owner of that account first")


def test_the_other_ratio_is_told_where_it_is_as_low() -> None:
    of_months = replace(FLOOR, window=Window.MONTH)
    details = replace(sustained(), also=(SHOCK, of_months))

    assert headline(details).endswith("below what is usual, GRR was 98.0% too")
    assert "in a row. GRR was 98.0% too. The last month" in what_happened(details)
    assert "too" not in headline(replace(sustained(), also=(SHOCK,)))


def test_a_month_that_nothing_can_be_compared_with_stands_alone() -> None:
    details = recovered()
    verdict = details.notice.transition.verdict
    assert verdict is not None
    bare = replace(verdict, baseline=None, threshold=None, deviation=None)
    transition = replace(details.notice.transition, verdict=bare)
    alone = replace(details, notice=replace(details.notice, transition=transition))

    assert headline(alone) == title(alone) == "Recovered: company NRR was 101.8% in March 2026"
    assert what_happened(alone) == ""


def test_a_change_without_a_loser_names_nobody() -> None:
    better = explain(parts(BEFORE), parts({**BEFORE, "enterprise": (70_000_000, 15_000_000, 0, 0)}))

    words = said(sustained(mix=mix_of(better)))["NRR against December 2025:"]
    assert words == (
        "+1.0 pts to 112.0%, of which +1.0 pts from rates inside segments and 0.0 pts from mix."
    )


def test_a_shock_of_one_account_without_a_baseline_is_told_too() -> None:
    months = [closed("102")] * 11 + [closed("102", "96", cost="2")]
    details = details_of(SHOCK.over(ENTERPRISE), months)

    assert title(details) == "One account took 2.0 pts off NRR of enterprise in December 2025"


def test_what_no_month_was_judged_for_says_so() -> None:
    details = failed()
    unknown = replace(details.notice.transition, period=None, verdict=None)
    details = replace(details, notice=replace(details.notice, transition=unknown))

    assert footer(details) == "definition v2 · no month judged yet · data v7"
    stale_kind = replace(unknown, kind=TransitionKind.STALE)
    quiet = replace(details, notice=replace(details.notice, transition=stale_kind))
    assert title(quiet) == "No figures for company NRR yet"


@pytest.mark.parametrize("kind", TransitionKind)
@pytest.mark.parametrize("rule_kind", RuleKind)
@pytest.mark.parametrize("is_judged", [True, False], ids=["judged", "not-judged"])
def test_every_transition_of_every_rule_has_words(
    kind: TransitionKind, rule_kind: RuleKind, *, is_judged: bool
) -> None:
    details = sustained()
    own = {} if is_judged else {"verdict": None, "period": None}
    transition = replace(details.notice.transition, kind=kind, **own)  # type: ignore[arg-type]
    told = replace(
        details,
        notice=replace(details.notice, transition=transition),
        rule=replace(details.rule, kind=rule_kind),
    )
    if not is_judged:
        told = with_figures(told, retention=None, mix=None)

    assert headline(told)[:1].isupper()
    for line in (*reasons(told, names_shown=True), next_step(told)):
        assert "None" not in str(line or "")
    assert "None" not in headline(told) + what_happened(told)


def test_a_level_of_twelve_months_says_so_with_the_level_and_all_months_that_were_below() -> None:
    details = below_level()

    assert title(details) == "12-month NRR of enterprise is 101.2%, below 105%"
    assert what_happened(details) == (
        "That is 3.8 pts below 105% in the twelve months to December 2026, for 24 months in a row."
        " It stands for $38,000.00 of MRR below the level, on an opening base of $1,000,000.00 from"
        " 40 accounts twelve months before."
    )


def test_a_gap_that_losses_do_not_explain_is_missing_expansion() -> None:
    details = below_level("101.2", "99.8")  # 0.2 points lost, 3.8 below the level

    assert said(details)["Losses:"] == (
        "66.7% churn ($1,333.34), 33.3% contraction ($666.66), together 0.2% of the opening base,"
        " less than the gap: it is mostly expansion that is missing."
    )
    step = next_step(details)
    assert step is not None
    assert step.words.startswith("mostly missing expansion")


def test_a_gap_that_losses_make_up_is_theirs() -> None:
    step = next_step(below_level("101.2", "96.2"))  # 3.8 points lost, 3.8 below the level

    assert step is not None
    assert step.words.startswith("mostly churn")


def test_a_level_of_months_and_one_of_quarters_name_theirs() -> None:
    monthly, quarterly = below_level(window=Window.MONTH), below_level(window=Window.QUARTER)

    assert title(monthly) == "NRR of enterprise was 101.2% in December 2026, below 105%"
    assert title(quarterly) == "NRR of enterprise was 101.2% in Q4 2026, below 105%"
    assert "for 24 months in a row. The last month stands for" in what_happened(monthly)
    assert "for 8 quarters in a row. It stands for" in what_happened(quarterly)


def test_a_month_that_is_not_closed_is_provisional_and_changes_nothing() -> None:
    details = provisional_drop()

    assert title(details) == (
        "Provisional: January 2026 is not closed yet, company NRR is 92.0% so far"
    )
    assert what_happened(details) == (
        "That is 10.0 pts below its usual 102.0% (median of the months before the drop). It stands"
        " for $100,000.00 of MRR below what is usual, on an opening base of $1,000,000.00 from 40"
        " accounts. The data ends 21 Jan 2026. This changes no alert: it fires if that is"
        " still so when the month is closed."
    )
    assert footer(details) == "definition v2 · figures of 2026-01 so far · data v7"


def test_one_account_is_told_before_the_close_without_its_name() -> None:
    details = provisional_loss()

    assert headline(details) == (
        "Provisional: January 2026 is not closed yet, one account took 3.2 pts off NRR of"
        " enterprise, 101.2% instead of 104.4%, $32,000.00 of MRR"
    )
    assert what_happened(details).startswith("NRR is 101.2%; without that loss it would be 104.4%.")
    assert "Acme" not in str(said(details, names_shown=False))


def test_a_year_at_its_masking_level_is_told_with_its_gap_and_no_distance() -> None:
    details = details_of(MASKING, (*steady(), closed("104", "90")))

    assert headline(details) == (
        "Company 12-month GRR is 90.0% under an NRR of 104.0%, at 90%, in the twelve months to"
        " January 2026"
    )
    assert what_happened(details) == (
        "That is exactly 90% in the twelve months to January 2026. The 14.0 pts between NRR and GRR"
        " are $140,000.00 of expansion."
    )


def test_what_is_worse_by_another_account_in_a_better_month_comes_again() -> None:
    details = details_of(sustained().rule, (*steady(), closed("90"), closed("97")))
    told = replace(details.notice.transition, kind=TransitionKind.WORSE)

    again = replace(details, notice=replace(details.notice, transition=told))

    assert title(again) == "Again: company NRR was 97.0% in February 2026"


def test_the_account_of_the_alert_is_named_and_not_a_smaller_one_that_lost_more() -> None:
    small = replace(GLOBEX, opening=3_600_000, closing=0)  # 3.6 points, and Acme 3.2
    large = replace(ACME, opening=20_000_000, closing=16_800_000)

    details = of_one_account(drivers=(small, large))

    assert said(details)["Driven by one account:"] == (
        "Acme alone took $32,000.00, 80.0% of all losses."
    )
