from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.digests.digest import Digest
from bot.digests.wording.sentences import headline, notes, standing_lines, watch_line
from bot.questions.parsing import StandIn
from tests.bot.sample_answers import empty_answer, period_of, sample_answer
from tests.bot.sample_digests import (
    WATCHED,
    restated_figure,
    restated_of,
    sample_digest,
    sample_request,
    split_answer,
    unchanged_digest,
)


def digest_over(period: str) -> Digest:
    return sample_digest(answer=split_answer(period=period_of(period)))


@pytest.mark.parametrize(
    ("digest", "said"),
    [
        pytest.param(
            digest_over("last-month"), "October 2026: NRR 101.5%, 12 months 108.0%", id="month"
        ),
        pytest.param(
            digest_over("qtd"), "Q4 2026 to date: NRR 101.5%, 12 months 108.0%", id="quarter"
        ),
        pytest.param(
            *(digest_over("ttm"), "12 months to October 2026: NRR 101.5%, October 100.6%"),
            id="twelve-months",
        ),
        pytest.param(
            sample_digest(answer=sample_answer(period=period_of("last-month"))),
            "October 2026: NRR 101.5%, 12 months 108.0% · enterprise",
            id="scope",
        ),
        pytest.param(
            sample_digest(answer=empty_answer()),
            "Q3 2026: n/a, no opening MRR · enterprise",
            id="nobody-paid",
        ),
        pytest.param(
            unchanged_digest(), "Nothing closed since the last digest", id="nothing-closed"
        ),
    ],
)
def test_the_headline_is_the_period_and_both_numbers(digest: Digest, said: str) -> None:
    assert headline(digest) == said


def test_without_twelve_months_the_headline_has_the_period_alone() -> None:
    digest = sample_digest(answer=split_answer(trailing=None))

    assert headline(digest) == "October 2026: NRR 101.5%"


def test_what_was_restated_stands_in_place_of_what_comes_next() -> None:
    digest = restated_of(unchanged_digest(), restated_figure("1.01", "0.99"))

    assert standing_lines(digest) == ("October 2026 stands at NRR 101.5%, 12 months 108.0%.",)


def test_the_worst_value_of_another_dimension_is_watched() -> None:
    line = watch_line(sample_digest())

    assert str(line) == "Watch: media is at 95.6% over twelve months, GRR 83.5%."
    assert watch_line(sample_digest(watched=None)) is None


def test_what_is_watched_is_told_apart_from_the_values_of_the_table_above_it() -> None:
    for pair, name in (
        (("value_tier", "mid"), "value tier mid"),
        (("plan", "smb"), "plan smb"),  # the digest is split by segments, one of them smb
        (("plan", "starter"), "starter"),
    ):
        line = watch_line(sample_digest(watched=replace(WATCHED, pair=pair)))

        assert str(line) == f"Watch: {name} is at 95.6% over twelve months, GRR 83.5%."


def test_a_period_that_is_not_in_is_said_first() -> None:
    answer = split_answer(closed_through=date(2026, 10, 1))
    note = StandIn(sentence="November 2026 is not in yet: the data ends 31 Oct.", asked=None)
    digest = sample_digest(answer=replace(answer, question=answer.question.with_stand_in(note)))

    assert notes(digest) == (
        "November 2026 is not in yet: the data ends 31 Oct.",
        "October 2026 is not closed yet: late movements may still change it.",
    )


@pytest.mark.parametrize(
    ("day", "said"),
    [
        pytest.param(14, (), id="a week old"),
        pytest.param(
            13,
            ("Old data: nothing was imported since 13 November 2026, 8 days ago.",),
            id="older than the digest before",
        ),
    ],
)
def test_old_data_is_said_to_be_old(day: int, said: tuple[str, ...]) -> None:
    known = datetime(2026, 11, day, 6, tzinfo=UTC)

    assert notes(sample_digest(answer=split_answer(data_as_of=known))) == said


def test_the_day_of_old_data_is_the_workspaces() -> None:
    known = datetime(2026, 11, 12, 23, 30, tzinfo=UTC)
    answer = split_answer(data_as_of=known)
    answer = replace(answer, grounds=replace(answer.grounds, zone=ZoneInfo("Europe/Berlin")))

    assert notes(sample_digest(answer=answer)) == (
        "Old data: nothing was imported since 13 November 2026, 8 days ago.",
    )


@pytest.mark.parametrize(
    ("weeks", "line"),
    [
        (("2026-W45",), "No digest was sent in the week of 2 November."),
        (
            ("2026-W44", "2026-W45"),
            "No digest was sent in the weeks of 26 October and 2 November.",
        ),
        (
            ("2026-W43", "2026-W44", "2026-W45"),
            "No digest was sent for 3 weeks, the last of them that of 2 November.",
        ),
    ],
)
def test_it_says_which_weeks_had_none(weeks: tuple[str, ...], line: str) -> None:
    digest = sample_digest(request=sample_request(weeks_missed=weeks))

    assert line in notes(digest)
