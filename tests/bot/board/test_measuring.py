"""What a pack is made of: one period, twelve months to it, and nothing that came later."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction
from itertools import count
from pathlib import Path

import pytest

from bot.access.visibility import EVERYTHING
from bot.answers.answer import Reply
from bot.answers.answers import Answers
from bot.board.document import fingerprint, pack_json
from bot.board.measuring import build_pack
from bot.board.pack import AsClosed, BoardPack
from bot.board.pages import pages_of
from bot.board.sheets import sheets_of
from bot.board.wording import (
    NO_CLOSINGS,
    board_lines,
    footnote,
    levels_line,
    replacement_line,
    restated_line,
    restated_words,
)
from bot.errors import DataChangedError, UsageError
from metrics.data_end import Declared
from metrics.errors import MetricsError
from metrics.retention import OutsideCohort
from tests.bot.small_company import MOVEMENTS, answers_from, import_text, small_company

Build = Callable[..., BoardPack]


def test_a_pack_is_of_the_quarter_that_was_asked_for(pack: BoardPack) -> None:
    assert pack.answer.retention.nrr == Fraction(1710, 1660)
    assert pack.period.label == "2026-Q3"
    assert pack.why.sides.before_period.label == "2026-Q2"


def test_without_words_it_is_of_the_last_quarter(company: Answers) -> None:
    earlier = replace(company, today=lambda: date(2026, 8, 5))

    assert build_pack(company, "", visibility=EVERYTHING).period.label == "2026-Q3"
    assert build_pack(earlier, "", visibility=EVERYTHING).period.label == "2026-Q2"


def test_nothing_that_came_after_the_period_is_in_it(pack: BoardPack) -> None:
    # alpha's 5,000 of 1 October: the twelve months end with September
    assert pack.year is not None
    assert pack.year.period.end == date(2026, 10, 1)
    assert pack.year.retention.closing == 175_000  # delta is back with 40.00
    assert pack.cohorts is None or pack.cohorts.end == date(2026, 10, 1)
    assert pack.trend is None or pack.trend.whole.points[-1].period.end == date(2026, 10, 1)


def test_a_quarter_whose_last_month_was_silent_is_told_whole_as_in_its_answer(
    tmp_path: Path,
) -> None:
    rows = (
        *(f"a{number},2024-05-05,100,USD" for number in range(12)),
        *("a1,2025-04-05,10,USD", "a2,2025-05-05,20,USD", "a3,2025-08-05,40,USD"),
    )
    text = "\n".join(["account_id,date,amount,currency", *rows, ""])
    answers = answers_from(small_company(tmp_path, text, declared=Declared()))

    pack = build_pack(answers, "Q2 2025", visibility=EVERYTHING)

    assert levels_line(pack) == "Q2 2025: NRR 102.5%, GRR 100.0%; 12 months 102.5%, 100.0%"
    assert pack.answer.retention == answers.ask("Q2 2025").retention


@pytest.mark.parametrize("words", ["smb", "enterprise Q3 2026", "by segment", "why"])
def test_it_is_of_the_whole_company_in_one_period(build: Build, words: str) -> None:
    with pytest.raises(UsageError, match="the whole company in one period, not"):
        build(words)


@pytest.mark.parametrize("words", ["qtd", "last-30-days", "2026"])
def test_it_is_of_months_that_are_over(build: Build, words: str) -> None:
    with pytest.raises(UsageError, match=r"whole months that are over\. Try: Q3 2026"):
        build(words)


def test_a_period_that_is_not_in_is_said_to_be(build: Build) -> None:
    with pytest.raises(MetricsError, match="is not in yet"):
        build("2027-Q1")


def test_it_names_no_account(pack: BoardPack) -> None:
    said = str(pack_json(pack))
    assert not [name for name in ("alpha", "beta", "gamma", "delta", "zeta") if name in said]


def test_who_may_not_see_accounts_is_not_told_what_was_known_then(company: Answers) -> None:
    answers = replace(company, small_groups=True)
    told = build_pack(answers, "Q3 2026", visibility=EVERYTHING.without_accounts())
    assert told.closings is None
    assert "takes account detail" in restated_line(told)


def test_another_figure_gives_another_hash(pack: BoardPack, build: Build) -> None:
    other = replace(pack.answer.retention, churn=0, accounts_retained=4)
    changed = replace(pack, answer=replace(pack.answer, retention=other))
    assert fingerprint(build("Q3 2026")) == fingerprint(pack) == pack_json(pack)["sha256"]
    assert fingerprint(changed) != fingerprint(pack)


def test_a_late_row_restates_a_period_that_was_closed(tmp_path: Path) -> None:
    # Q2 2026 opened with 1,740.00 and lost delta's 80.00; then beta turns out to have left 400.00
    store = small_company(
        tmp_path,
        MOVEMENTS,
        now=datetime(2026, 10, 3, tzinfo=UTC),
        declared=Declared(closed_through=date(2026, 10, 1)),
    )
    late = "movement_id,account_id,date,amount,currency\nm13,beta,2026-06-20,-400.00,USD\n"
    import_text(store, late)
    pack = build_pack(answers_from(store), "Q3 2026", visibility=EVERYTHING)
    assert pack.closings
    newest = pack.closings[0]
    assert newest.period.label == "2026-Q2"
    assert newest.then is not None
    assert (newest.then.nrr, newest.now.nrr) == (Fraction(1660, 1740), Fraction(1260, 1740))
    assert restated_line(pack) == ("Restated since they were closed: Q2 2026 95.4%, now 72.4%.")


def test_growth_over_a_base_that_shrank_is_said_to_be_replacement(pack: BoardPack) -> None:
    # the base keeps 900.00 of 1,000.00, new accounts bring 300.00: ARR 12,000 -> 14,400
    year = pack.answer
    shrank = replace(year.retention, opening=100_000, expansion=0, contraction=0, churn=10_000)
    memo = replace(year.memo, outside=OutsideCohort(new=30_000))
    told = replace(pack, year=replace(year, retention=shrank, memo=memo))
    assert replacement_line(told) == (
        "Growth is replacement: ARR went from $12k to $14.4k in twelve months, and the base it"
        " began with kept 90.0%. New accounts made up for what it lost."
    )
    assert replacement_line(told) in [*board_lines(told)]


@pytest.mark.parametrize(("churn", "new"), [(0, 30_000), (10_000, 10_000)])
def test_a_base_that_grew_and_arr_that_did_not_are_no_replacement(
    pack: BoardPack, churn: int, new: int
) -> None:
    year = pack.answer
    terms = replace(
        year.retention,
        accounts_retained=3 if churn else 4,
        opening=100_000,
        expansion=0,
        contraction=0,
        churn=churn,
    )
    memo = replace(year.memo, outside=OutsideCohort(new=new))
    assert replacement_line(replace(pack, year=replace(year, retention=terms, memo=memo))) is None


def test_a_month_that_is_not_closed_is_said_to_be(company: Answers, pack: BoardPack) -> None:
    del company
    reach = replace(pack.grounds.reach, closed_through=date(2026, 9, 1))
    grounds = replace(pack.grounds, reach=reach)
    told = replace(pack, answer=replace(pack.answer, grounds=grounds))
    assert "Not all months of it are closed: its figures may still change." in board_lines(told)
    assert "may still change" not in str([*board_lines(pack)])


def test_the_footnote_quotes_the_guide_on_public_companies() -> None:
    assert footnote() == (
        "Public companies with an NRR above 120% trade at higher multiples (GTM Engineer's guide)."
    )


def test_a_pack_of_a_young_ledger_says_what_is_not_known_yet(tmp_path: Path) -> None:
    rows = (*(f"a{number},2026-07-05,100,USD" for number in range(12)), "a1,2026-08-06,10,USD")
    text = "\n".join(["account_id,date,amount,currency", *rows, ""])
    answers = answers_from(small_company(tmp_path, text))

    pack = build_pack(answers, "2026-08", visibility=EVERYTHING)

    assert levels_line(pack) == "August 2026: NRR 100.8%, GRR 100.0%"
    assert restated_line(pack) == NO_CLOSINGS
    assert len(pages_of(pack)) == len(pages_of(replace(pack, trend=None)))
    sheets = {
        sheet.name: [row[0].value for row in sheet.rows if row and row[0]]
        for sheet in sheets_of(pack)
    }
    assert sheets["Trend"] == ["There are no twelve months to look at."]
    assert sheets["Segments"] == ["August 2026, by company", "Company", "Whole company"]
    assert sheets["Why"] == ["NRR was 100.8% in August 2026"]


def test_what_was_told_when_a_period_closed_may_not_be_known(pack: BoardPack) -> None:
    unknown = AsClosed(period=pack.period, then=None, now=pack.answer.retention)

    assert restated_words(unknown) == "not known what it was then"
    assert restated_line(replace(pack, closings=(unknown,))) == (
        "It is not known what earlier periods were when they were closed."
    )


def test_while_imports_keep_coming_in_between_there_is_no_pack(
    company: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions, told = count(1), Answers.reply

    def restless(self: Answers, *asked: object, **how: object) -> Reply:
        reply = told(self, *asked, **how)  # type: ignore[arg-type]
        return replace(reply, grounds=replace(reply.grounds, data_version=next(versions)))

    monkeypatch.setattr(Answers, "reply", restless)

    with pytest.raises(DataChangedError):
        build_pack(company, "Q3 2026", visibility=EVERYTHING)


def test_of_a_period_that_was_never_closed_nobody_was_told_before(tmp_path: Path) -> None:
    in_without_a_close = Declared(covered_through=date(2026, 10, 31))
    store = small_company(tmp_path, declared=in_without_a_close)

    pack = build_pack(answers_from(store), "Q3 2026", visibility=EVERYTHING)

    assert pack.closings
    assert [one.then for one in pack.closings] == [None] * len(pack.closings)
    store.engine.dispose()
