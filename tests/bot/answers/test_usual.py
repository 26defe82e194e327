"""No answer says that nothing moved while an alert fires, whatever is at hand."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from fractions import Fraction
from statistics import median

import pytest

from bot.access.visibility import Visibility
from bot.answers.wording.findings import finding_lines, setting_of
from bot.findings.moves import move_sentence
from bot.style.figures import percent
from metrics.alerts.rules import SHOCK, SUSTAINED_DROP
from metrics.alerts.statuses import Phase, month_statuses
from metrics.alerts.verdicts import Half
from metrics.findings.finding import BelowUsual, FindingKind
from metrics.rollup import Scope
from storage.alerts.series import read_series
from storage.store.engine import Store
from tests.bot.findings.planted import MONTHS, PRICES, Event, ledger
from tests.bot.small_company import answers_from, small_company

COMPANY: Scope = ()
VIEWER = Visibility(frozenset({COMPANY}))
SCOPES: tuple[Scope, ...] = (COMPANY, *((("segment", one),) for one in PRICES))
DROPS = (
    Event("smb", range(20, 24), 4, -1, "price"),
    Event("ent", range(26, 29), 5, -1, "competitor"),
    Event("mid", range(30, MONTHS), 4, -1, "unused"),
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    opened = small_company(tmp_path_factory.mktemp("drops") / "of", ledger(*DROPS))
    yield opened
    opened.engine.dispose()


def test_no_answer_says_that_nothing_moved_while_an_alert_fires(store: Store) -> None:
    answers = answers_from(store)
    rules = [rule.over(scope) for scope in SCOPES for rule in (SUSTAINED_DROP, SHOCK)]
    with answers.reading() as reading:
        series = read_series(reading.ledger, rules)
    months = series[COMPANY].calendar()[18:]
    lasting = 0
    for month in months:
        fires = {
            rule.scope
            for rule in rules
            if (status := month_statuses(rule, series[rule.scope])[month]).phase is Phase.FIRING
            and status.verdict is not None
            and status.verdict.half is not Half.ACCOUNT
            and status.verdict.drop
        }
        move = answers.ask(f"{month:%Y-%m}").findings.move
        assert move is not None
        assert not (fires and move.kind is FindingKind.QUIET), month
        if move.kind is FindingKind.UNUSUAL:
            lasting += 1
            assert ((("segment", move.segment),) if move.segment else COMPANY) in fires
    assert lasting >= 3


def nrr_of_mid(store: Store, month: str) -> Fraction:
    terms = answers_from(store).ask(f"segment:mid {month}").retention
    return Fraction(terms.closing, terms.opening)


def test_a_drop_that_lasts_is_told_with_its_level_and_the_usual_one(store: Store) -> None:
    # Usual is the median of the twelve months before the drop, which begins in August.
    before = [f"2025-{month:02}" for month in range(8, 13)]
    before += [f"2026-{month:02}" for month in range(1, 8)]
    usual = median(nrr_of_mid(store, month) for month in before)
    level = nrr_of_mid(store, "2026-10")

    [first, *_] = finding_lines(answers_from(store).ask("last-month"))
    assert first == (
        "Nothing moved by half a point in October 2026, though mid is below its usual"
        f" {percent(usual)}, at {percent(level)}, unused product first."
    )


def test_of_a_longer_stretch_the_month_is_named_that_the_alert_is_about(store: Store) -> None:
    below = BelowUsual(month=date(2026, 9, 1), nrr=Fraction(95, 100), usual=Fraction(1))
    move = answers_from(store).ask("2026-Q3").findings.move
    assert move is not None
    quarter = setting_of(answers_from(store).ask("2026-Q3"))

    said = move_sentence(
        replace(move, kind=FindingKind.UNUSUAL, segment="mid", below=below), quarter
    )
    assert "below its usual 100.0%, at 95.0% in September 2026" in said


def test_without_account_detail_it_is_told_of_groups_that_may_be_shown(store: Store) -> None:
    move = answers_from(store).ask("last-month", visibility=VIEWER).findings.move

    assert move is not None
    assert move.kind is FindingKind.UNUSUAL
