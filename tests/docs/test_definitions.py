"""What docs/definitions.md tells people is what the metrics compute."""

import re
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from bot.alerts.rules.grammar import parse_rule
from bot.alerts.rules.report import PAUSED
from bot.alerts.rules.wording.backtests import backtest_words
from bot.alerts.rules.wording.sentences import rule_words
from bot.questions.parsing import Question, canonical_text, parse_question
from bot.questions.words import Vocabulary
from bot.style import figures
from bot.style.differences import change_of, moves_of
from bot.style.grounds import DEFINITION
from metrics.alerts.backtest import backtest
from metrics.alerts.provisional import provisional
from metrics.alerts.rules import (
    DEFAULT_RULES,
    FLOOR,
    MASKING,
    NEEDED_MONTHS,
    SHOCK,
    SUSTAINED_DROP,
    AlertRule,
    Window,
)
from metrics.alerts.states import AlertState, StateName
from metrics.alerts.verdicts import MONTHS_BEFORE_A_DROP, ORDINARY
from metrics.annualisation import annualised
from metrics.change import explain
from metrics.confidence.measuring import BaseEnds, measure_confidence
from metrics.data_end import DataEnd
from metrics.findings.finding import GroupCourse
from metrics.findings.years import find_year
from metrics.money import minor_digits, round_half_up
from metrics.movements import MovementKind, classify
from metrics.pauses import AccountDay, PauseOutcome, pause_effect
from metrics.periods import parse_period, previous
from metrics.rates import DayRates
from metrics.retention import NOTHING, OutsideCohort, Retention, reconcile, switched
from metrics.segments import TENURE_NAMES, VALUE_TIER_NAMES, DerivedDimension, Tiers, acv_tier_names
from metrics.trends import Direction, direction, rolling_windows
from tests.metrics.alerts.months import closed, equal_accounts, evaluated, ratio, series
from tests.metrics.plain_drivers import net_by_driver
from tests.metrics.retentions import of_one_account, retention_of

PAGE = (Path(__file__).parents[2] / "docs" / "definitions.md").read_text(encoding="utf-8")
WRITTEN_ON = date(2026, 11, 21)

Table = list[dict[str, str]]


def sections(level: str, text: str = PAGE) -> dict[str, str]:
    """The text below each heading of a level, by heading."""
    parts = re.split(rf"^{level} (.+)$", text, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def tables(text: str) -> list[Table]:
    found = []
    for block in re.findall(r"(?:^\|.*\n)+", text, flags=re.MULTILINE):
        header, _, *rows = (
            [cell.strip() for cell in line.strip("|").split("|")] for line in block.splitlines()
        )
        found.append([dict(zip(header, row, strict=True)) for row in rows])
    return found


def plain(number: str) -> Fraction:
    """An amount or percentage as it is written on the page."""
    return Fraction(re.sub("[$,%]", "", number).replace("\N{MINUS SIGN}", "-"))


def cents(amount: str) -> int:
    return int(plain(amount) * 100)


def percent(ratio: Fraction | None) -> str:
    assert ratio is not None
    return f"{round_half_up(ratio * 100, 1)}%".replace("-", "\N{MINUS SIGN}")


def words(cell: str) -> list[str]:
    return re.findall(r"`(.+?)`", cell)


SECTIONS = sections("##")
EXAMPLES = sections("###", SECTIONS["Worked examples"])
BY_PARTS = {title: text for title, text in EXAMPLES.items() if "| opening MRR |" in text}
BY_ACCOUNTS = {title: text for title, text in EXAMPLES.items() if "| account |" in text}
[PERIODS, FISCAL, DATA_ENDS, RUN_RATES] = tables(SECTIONS["Periods"])
[PRODUCTS] = tables(SECTIONS["Product lines"])
[CURRENCIES] = tables(SECTIONS["Currencies"])
[SEGMENTS, PLANS, DERIVED] = tables(SECTIONS["Segments"])
[PAUSES] = tables(SECTIONS["Pauses"])
[NETS] = tables(SECTIONS["Gross activity"])
[ROUNDINGS, DIFFERENCES, MOVES] = tables(SECTIONS["Rounding and money"])
[WINDOWS, DIRECTIONS] = tables(SECTIONS["Trends"])
CHANGES = tables(SECTIONS["Explaining a change"])
[WEIGHED] = tables(SECTIONS["How sure"])
[RULES, EQUALS, LEVELS, COURSES, BEFORE_THE_CLOSE, STATES] = tables(SECTIONS["Alerts"])
[TYPED, TRIED] = tables(SECTIONS["Alerts of your own"])
NO_NAMES = Vocabulary({})


def results(text: str) -> dict[str, str]:
    """The figures in the bold line at the end of an example."""
    [line] = re.findall(r"^\*\*(NRR .+)\*\*$", text, flags=re.MULTILINE)
    return dict(figure.rsplit(" ", 1) for figure in line.split(" · "))


def ratios_of(retention: Retention) -> dict[str, str]:
    assert retention.nrr is not None
    return {
        "NRR": percent(retention.nrr),
        "GRR": percent(retention.grr),
        "logo retention": percent(retention.logo_retention),
        "annualised": percent(annualised(retention.nrr)),
    }


def account(opening: int, closing: int) -> Retention:
    return of_one_account(opening, closing) if opening else NOTHING


def test_what_single_accounts_weigh() -> None:
    for row in WEIGHED:
        amounts = [
            np.array([int(one) for one in row[name].split(", ")])
            for name in ("opening MRR", "closing MRR")
        ]
        found = measure_confidence(BaseEnds(*amounts), seed=1)
        assert found is not None
        assert found.single is not None
        assert found.effective is not None
        single = (found.single.top_1, found.single.without_largest, found.single.median)
        assert [f"{round_half_up(found.effective, 1)}", *map(figures.percent, single)] == [
            row["effective"],
            row["the largest"],
            row["without the largest"],
            row["the account in the middle"],
        ]


def test_the_page_is_of_the_version_that_answers_name() -> None:
    assert f"this is **{DEFINITION}**" in PAGE


def test_every_example_is_checked() -> None:
    assert EXAMPLES.keys() == BY_PARTS.keys() | BY_ACCOUNTS.keys()


@pytest.mark.parametrize("text", BY_PARTS.values(), ids=BY_PARTS)
def test_an_example_of_parts_adds_up(text: str) -> None:
    [[row]] = tables(text)
    opening, closing = cents(row.pop("opening MRR")), cents(row.pop("closing MRR"))
    parts = {name: cents(amount) for name, amount in row.items()}

    retention = Retention(opening=opening, accounts_opening=200, accounts_retained=194, **parts)

    assert retention.closing == closing
    assert results(text).items() <= ratios_of(retention).items()


@pytest.mark.parametrize("text", BY_ACCOUNTS.values(), ids=BY_ACCOUNTS)
def test_an_example_of_accounts_counts_each_as_it_says(text: str) -> None:
    [rows] = tables(text)
    ends = [(cents(row["opens with"]), cents(row["closes with"])) for row in rows]
    retention = sum((account(*pair) for pair in ends), start=NOTHING)
    new = sum(closing for opening, closing in ends if not opening)
    total = sum(closing for _, closing in ends)
    reconcile(retention, OutsideCohort(new=new), closing_total=total)

    growth = retention.share_of_opening(total - retention.opening)
    assert (
        results(text).items() <= {**ratios_of(retention), "total growth": percent(growth)}.items()
    )
    for row, (opening, closing) in zip(rows, ends, strict=True):
        kind = classify(opening, closing, has_paid=opening > 0)
        moved = f" ${abs(closing - opening) // 100:,}"
        assert row["counts as"] == kind + ("" if kind is MovementKind.UNCHANGED else moved)


@pytest.mark.parametrize("table", [SEGMENTS, PLANS], ids=["segments", "plans"])
def test_segments_weighted_by_opening_mrr_give_the_company(table: Table) -> None:
    *segments, company = (
        {name: plain(cell) for name, cell in row.items() if name not in {"segment", "plan"}}
        for row in table
    )

    for row in (*segments, company):
        assert row["closing MRR"] / row["opening MRR"] * 100 == row["NRR"]
        share = row["opening MRR"] / company["opening MRR"]
        assert share * 100 == row["share of opening MRR"]
    for name in ("opening MRR", "closing MRR", "share of opening MRR"):
        assert sum(row[name] for row in segments) == company[name]
    weighted = sum(row["share of opening MRR"] * row["NRR"] for row in segments)
    assert weighted / 100 == company["NRR"]


def test_products_come_to_the_company() -> None:
    *products, company = (
        {name: plain(cell) for name, cell in row.items() if name != "product"} for row in PRODUCTS
    )
    for row in (*products, company):
        assert round_half_up(row["closing MRR"] / row["opening MRR"] * 100, 1) == row["NRR"]
    for name in ("opening MRR", "closing MRR"):
        assert sum(row[name] for row in products) == company[name]


def test_what_switched_between_products_is_what_they_lost_more_than_the_company() -> None:
    of_core = replace(NOTHING, accounts_opening=1, accounts_retained=1, opening=1000)
    rows = {
        "core": replace(of_core, contraction=300),
        "usage": replace(NOTHING, expansion=250, cross_sold=250),
    }
    assert switched(rows, replace(of_core, contraction=50)) == 250


def test_both_ends_are_converted_at_the_rates_of_the_opening() -> None:
    opens, closes = (
        DayRates(day, "EUR", {"USD": Fraction(rate)})
        for day, rate in ((date(2026, 7, 1), "1.25"), (date(2026, 10, 1), "1.20"))
    )
    *accounts, both = CURRENCIES
    columns = ("opening in USD", "closing in USD", "in USD at the close")
    for row in accounts:
        (opening, currency), (closing, _) = (row[name].split() for name in ("opening", "closing"))
        converted = (
            plain(amount) * rates.factor(currency, "USD")
            for amount, rates in ((opening, opens), (closing, opens), (closing, closes))
        )
        assert [*converted] == [plain(row[name]) for name in columns]
    sums = {name: sum(plain(row[name]) for row in accounts) for name in columns}
    assert sums == {name: plain(both[name]) for name in columns}
    assert sums["closing in USD"] / sums["opening in USD"] == Fraction(9, 10)


@pytest.mark.parametrize("row", PAUSES, ids=lambda row: f"{row['pauses on']} {row['is back on']}")
def test_a_pause_counts_as_the_page_says(row: dict[str, str]) -> None:
    start, end = date(2026, 7, 1), date(2026, 10, 1)
    pause, back = row["pauses on"], row["is back on"]
    days = [
        AccountDay(date(2026, 1, 5), 10_000),
        AccountDay(date.fromisoformat(pause), -10_000, has_pause=True),
    ]
    days += [AccountDay(date.fromisoformat(back), 10_000)] if back else []

    effect = pause_effect([day for day in days if day.day < end], start, end)

    until = date.fromisoformat(back) if back else end
    away = (until - date.fromisoformat(pause)).days
    assert row["days to the close, or away"] == (str(away) if away else "")
    before, after = (sum(day.net for day in days if day.day < ends) for ends in (start, end))
    plainly = "returning" if after > before else "churn" if after < before else "unchanged"
    said = {PauseOutcome.PAUSED: "contraction", PauseOutcome.RESUMED: "resumed", None: plainly}
    kind = said[effect.outcome if effect else None]
    assert row["counts as"] == (kind if kind == "unchanged" else f"{kind} $100")


@pytest.mark.parametrize("row", NETS, ids=lambda row: row["activity"])
def test_a_days_net_stands_under_the_drivers_that_the_page_says(row: dict[str, str]) -> None:
    amounts = {name: cents(cell) for name, cell in row.items() if name != "activity" and cell}
    told = [part.rsplit(" ", 1) for part in row["activity"].split(", ")]

    assert net_by_driver(amounts) == {name: cents(amount) for name, amount in told}


def test_the_derived_dimensions_are_those_there_are() -> None:
    listed = [tuple(words(row["dimension"]) + words(row["value"])) for row in DERIVED]

    names = {
        DerivedDimension.ACV_TIER: acv_tier_names(Tiers().acv_edges),
        DerivedDimension.VALUE_TIER: VALUE_TIER_NAMES,
        DerivedDimension.TENURE: TENURE_NAMES,
    }
    assert listed == [(dimension, value) for dimension in names for value in names[dimension]]


@pytest.mark.parametrize(
    ("text", "row"), [(text, row) for row in PERIODS for text in words(row["type"])]
)
def test_a_period_has_the_days_that_the_page_says(text: str, row: dict[str, str]) -> None:
    period = parse_period(text, today=WRITTEN_ON)

    last = (period.through or period.end) - timedelta(days=1)
    assert f"{period.start} {last}" == f"{row['first day']} {row['last day']}"
    assert period.complete is ("to date" not in row["means"])


@pytest.mark.parametrize(
    ("text", "row"), [(text, row) for row in DATA_ENDS for text in words(row["you ask for"])]
)
def test_no_period_goes_beyond_the_data_as_the_page_says(text: str, row: dict[str, str]) -> None:
    october = DataEnd(through=date(2026, 11, 1))
    question = parse_question(text, vocabulary=NO_NAMES, today=WRITTEN_ON, data_end=october)

    last = question.period.measured_end - timedelta(days=1)
    assert (f"{last}", previous(question.period).label) == (row["last day"], row["compared with"])
    sentence = re.search(r'after "(.*)"', row["you get"])
    assert sentence is None or (question.note or "").startswith(sentence[1])
    assert (question.note is None) is ("after" not in row["you get"] and "days" not in text)


@pytest.mark.parametrize("row", FISCAL, ids=lambda row: row["fiscal year starts in month"])
def test_a_fiscal_period_has_the_days_that_the_page_says(row: dict[str, str]) -> None:
    fiscal_start = int(row["fiscal year starts in month"])
    found = {
        name: parse_period(words(name)[0], today=WRITTEN_ON, fiscal_start=fiscal_start)
        for name in list(row)[1:]
    }

    for name, period in found.items():
        assert row[name] == f"{period.start} to {period.end - timedelta(days=1)}"


@pytest.mark.parametrize("row", RUN_RATES, ids=lambda row: row["month"])
def test_a_month_annualised_is_what_the_page_says(row: dict[str, str]) -> None:
    assert percent(annualised(plain(row["month"]) / 100)) == row["annualised"]


def asked(text: str) -> Question:
    return parse_question(text, vocabulary=NO_NAMES, today=WRITTEN_ON)


@pytest.mark.parametrize(
    ("text", "row"), [(text, row) for row in WINDOWS for text in words(row["type"])]
)
def test_a_trend_has_the_windows_that_the_page_says(text: str, row: dict[str, str]) -> None:
    question = asked(f"trend 12m {text}")
    assert question.options.window is not None

    periods = rolling_windows(question.period, window=question.options.window, today=WRITTEN_ON)

    [points] = [cell for name, cell in row.items() if name.startswith("points")]
    [first_day] = [cell for name, cell in row.items() if name.startswith("first day")]
    assert points == question.period.label.replace("..", " to ")
    [window] = [period for period in periods if f"{period.end}" == "2026-11-01"]
    assert f"{window.start}" == first_day


def test_a_trend_says_what_the_page_says_when_nothing_is_said() -> None:
    assert canonical_text(asked("trend")) == canonical_text(asked("trend 12m rolling-12m"))


@pytest.mark.parametrize("text", re.findall("`(trend[^`]+)`", SECTIONS["Trends"]))
def test_a_trend_can_be_typed_as_on_the_page(text: str) -> None:
    assert asked(text).options.window


@pytest.mark.parametrize("row", DIRECTIONS, ids=lambda row: row["direction"])
def test_a_trend_goes_the_way_that_the_page_says(row: dict[str, str]) -> None:
    ratios = [plain(percent) for percent in row["NRR of the last four windows"].split(", ")]

    names = {
        Direction.FLAT: "unchanged",
        Direction.MIXED: "no steady direction",
        Direction.TOO_SHORT: "too few months",
    }
    found = direction(ratios)
    assert names.get(found, found) == row["direction"]


@pytest.mark.parametrize("row", ROUNDINGS, ids=lambda row: row["exact"])
def test_a_percentage_is_shown_as_the_page_says(row: dict[str, str]) -> None:
    assert percent(plain(row["exact"]) / 100) == row["shown"]


@pytest.mark.parametrize("row", DIFFERENCES, ids=lambda row: row["now"])
def test_a_difference_is_that_of_the_figures_shown_as_the_page_says(row: dict[str, str]) -> None:
    now, before = (plain(row[name]) / 100 for name in ("now", "before"))

    assert row["shown"] == f"{percent(now)} on {percent(before)}"
    assert change_of(now, before) == row["difference"]


@pytest.mark.parametrize("row", MOVES, ids=lambda row: row["NRR"])
def test_the_parts_of_a_period_add_up_as_the_page_says(row: dict[str, str]) -> None:
    expansion, contraction, churn = (
        int(plain(row[part]) * 100) for part in ("expansion", "contraction", "churn")
    )
    terms = retention_of(10_000, expansion=expansion, contraction=contraction, churn=churn)
    moved = " ".join(figures.points(move).removesuffix(" pts") for move in moves_of(terms) or ())

    assert (terms.nrr, terms.grr) == (plain(row["NRR"]) / 100, plain(row["GRR"]) / 100)
    assert row["shown"] == f"{moved} = {percent(terms.nrr)}, GRR {percent(terms.grr)}"


def test_currencies_have_the_decimals_that_the_page_says() -> None:
    decimals = dict(re.findall(r"([A-Z]{3}) has (\d)", SECTIONS["Rounding and money"]))

    assert {"USD", "JPY", "KWD"} == decimals.keys()
    assert all(minor_digits(code) == int(digits) for code, digits in decimals.items())


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(row, id=f"{row['NRR']} and {row['GRR']}")
        for row in tables(SECTIONS["The finding"])[2]
    ],
)
def test_what_twelve_months_say_follows_from_their_levels(row: dict[str, str]) -> None:
    opening, lost = 100_000, 1_000 * (100 - plain(row["GRR"]))
    gained = int(1_000 * plain(row["NRR"]) - opening + lost)
    retention = retention_of(opening, expansion=gained, contraction=int(lost))

    found = find_year(GroupCourse(now=retention, year=retention), ())

    assert percent(retention.nrr) == row["NRR"]
    assert found is not None
    assert found.kind.replace("_", " ") == row["they say"]


def points(difference: Fraction) -> str:
    signed = f"{round_half_up(difference * 100, 2):+}"
    return f"{signed} pts".replace("-", "\N{MINUS SIGN}")


@pytest.mark.parametrize("rows", CHANGES, ids=["falls with its segments", "falls without them"])
def test_a_change_is_shared_between_rate_and_mix_as_the_page_says(rows: Table) -> None:
    before, after = (
        {
            row["segment"]: account(
                cents(row[f"opening MRR {at}"]), cents(row[f"closing MRR {at}"])
            )
            for row in rows
        }
        for at in ("before", "after")
    )
    whole = [side.pop("the whole company").nrr for side in (before, after)]

    change = explain(before, after)

    assert change is not None
    assert [change.before, change.after] == whole
    found = {one.value: (points(one.rate), points(one.mix)) for one in change.segments}
    found["the whole company"] = points(change.rate), points(change.mix)
    assert found == {row["segment"]: (row["rate"], row["mix"]) for row in rows}
    assert change.is_reversed is (rows is CHANGES[1])


@pytest.mark.parametrize(
    ("rule", "row"),
    [
        pytest.param(rule, row, id=rule.rule_id)
        for rule, row in zip(DEFAULT_RULES, RULES, strict=True)
    ],
)
def test_a_default_rule_is_what_the_page_says(rule: AlertRule, row: dict[str, str]) -> None:
    breach = row["breached by what is"]

    points = {rule.account_loss, rule.threshold} - {None}
    said = {plain(number) / 100 for number in re.findall(r"([\d.]+)(?: points|%)", breach)}
    assert (words(row["rule"]), row["watches"].lower()) == ([rule.rule_id], rule.metric)
    assert row["over"] == {Window.MONTH: "a month", Window.YEAR: "twelve months"}[rule.window]
    assert said - {Fraction(1)} == points
    assert [plain(number) for number in re.findall(r"([\d.]+) standard", breach)] == (
        [rule.deviations] if rule.deviations else []
    )
    assert row["fires after months in a row"] == f"{rule.for_periods}"
    days = rule.renotify_days
    assert row["reminds after"] == (f"{days} days" if days else "never")


def test_all_default_rules_share_what_the_page_says_of_all() -> None:
    text = SECTIONS["Alerts"]

    assert f"fewer than {NEEDED_MONTHS} closed months" in text
    assert {rule.min_accounts for rule in DEFAULT_RULES} == {10}
    assert {rule.recovery_margin for rule in DEFAULT_RULES} == {Fraction(1, 200)}
    assert "fewer than 10 accounts paid" in text
    assert "half a point clear" in text
    assert f"of at least {SHOCK.account_share} times the average share" in text
    assert f"at most {float(ORDINARY):g} times the average share" in text
    assert "median of the three closed months" in text
    assert MONTHS_BEFORE_A_DROP == 3
    assert f"{percent(ratio('97') ** 12)} a year" in text


@pytest.mark.parametrize("row", EQUALS, ids=lambda row: next(iter(row.values())))
def test_a_month_of_equal_accounts_is_what_the_page_says(row: dict[str, str]) -> None:
    month_said, shock_said = row.values()
    gone = {"one": 1, "two": 2}[month_said.split()[0]]
    fall = Fraction(re.findall(r"(\d+)% less", month_said)[0]) if "less" in month_said else 0
    last = equal_accounts(20, gone=gone, growth=f"{100 - fall}")

    state, _ = evaluated(SHOCK, [*[equal_accounts(20, gone=0)] * 12, last])

    assert percent(last.retention.nrr) == month_said.rsplit(" ", 1)[1]
    assert state.status.verdict is not None
    drop = round_half_up(state.status.verdict.drop * 100, 1)
    is_shock = state.name is StateName.FIRING
    assert shock_said == (f"a shock of {drop} points" if is_shock else "no shock")


@pytest.mark.parametrize("row", LEVELS, ids=lambda row: " over ".join([*row.values()][:2]))
def test_a_year_fires_what_the_page_says(row: dict[str, str]) -> None:
    nrr, grr, fires = row.values()
    year = closed(nrr.strip("%"), grr=grr.strip("%"))

    found = {
        rule.rule_id
        for rule in (FLOOR, MASKING)
        if evaluated(rule, [year])[0].name is StateName.FIRING
    }

    assert found == set(words(fires))


@pytest.mark.parametrize("row", COURSES, ids=lambda row: next(iter(row.values())))
def test_a_drop_stands_as_the_page_says(row: dict[str, str]) -> None:
    later, state_said = row.values()
    months = ["102"] * 6
    state = AlertState()

    for percentage in later.split(", "):
        months.append(percentage.strip("%"))
        state, _ = evaluated(SUSTAINED_DROP, months, state)

    assert state.name == state_said


@pytest.mark.parametrize("row", BEFORE_THE_CLOSE, ids=lambda row: " and ".join([*row.values()][:2]))
def test_a_month_that_is_not_closed_is_provisional_as_the_page_says(row: dict[str, str]) -> None:
    so_far, to_come, is_told = row.values()
    now = date(2026, 1, 1)

    found = provisional(
        SHOCK,
        series(["102"] * 12),
        {now: closed(so_far.strip("%"))},
        usual_rest=lambda _: ratio(to_come.split()[0]),
    )

    assert list(found) == ([now] if is_told == "yes" else [])


@pytest.mark.parametrize("row", TYPED, ids=lambda row: row["you type"])
def test_an_alert_of_ones_own_watches_what_the_page_says(row: dict[str, str]) -> None:
    segments = Vocabulary({"segment": ("enterprise", "smb")})
    [typed] = words(row["you type"])

    assert rule_words(parse_rule(typed, vocabulary=segments).rule) == row["it watches"]


@pytest.mark.parametrize("row", TRIED, ids=lambda row: next(iter(row.values())))
def test_an_alert_of_ones_own_is_tried_out_as_the_page_says(row: dict[str, str]) -> None:
    months, said = row.values()
    rule = parse_rule("monthly below 100%", vocabulary=NO_NAMES).rule

    tested = backtest(rule, series([month.strip("%") for month in months.split(", ")]))

    assert backtest_words(rule, tested) == f"monthly NRR of the whole company {said}"


def test_the_states_of_an_alert_are_those_there_are() -> None:
    assert [row["state"] for row in STATES] == [*StateName, PAUSED]
