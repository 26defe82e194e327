import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from bot.answers.answer import Answer, Reply
from bot.answers.terminal import print_reply
from bot.questions.question import StandIn, View
from bot.trends.trend import Trend
from metrics.activity import Activity
from tests.bot.sample_answers import (
    HOSTILE_NAME,
    broken_down_answer,
    empty_answer,
    many_slices,
    sample_answer,
    sample_question,
)
from tests.bot.sample_trends import many_values, sample_trend, split_trend
from tests.slow import IS_SLOW

AnyReply = TypeVar("AnyReply", Answer, Trend)


def printed(reply: Reply, *, chart: Path | None = None, colour: bool = False) -> str:
    console = Console(width=80, force_terminal=colour, color_system="standard" if colour else None)
    with console.capture() as capture:
        print_reply(reply, console, chart=chart)
    return capture.get()


def flat(text: str) -> str:
    """Return a text without the line breaks that 80 columns ask for."""
    return " ".join(text.split())


def in_full(reply: AnyReply) -> AnyReply:
    return replace(reply, question=replace(reply.question, view=View.FULL))


def test_an_answer_reads_from_the_finding_down() -> None:
    lines = printed(sample_answer()).splitlines()

    assert lines == [
        "NRR 101.5% · GRR 96.5% in Q3 2026 · enterprise",
        "12 months: NRR 108.0%, GRR 92.0%.",
        "Points of opening MRR: expansion +5.0 · contraction −1.5 · churn −2.0",
        "",
        "Closed through Oct 2026 · definitions v2",
    ]


def test_a_split_is_one_table_of_four_columns() -> None:
    said = flat(printed(broken_down_answer()))

    assert "Industry 12 months (in a year) Q3 2026 Moved by" in said
    assert "(none) n/a 95.0% contraction −5.0 healthcare n/a 98.1% churn −6.2" in said


@pytest.mark.parametrize(
    "words",
    [
        "− Churn $20,000.00 −2.0 pts",
        "= Closing MRR $1,015,000.00 101.5%",
        "Outside NRR: new $25,000.00, returning $8,000.00.",
        "$1,000,000.00 + $50,000.00 − $15,000.00 − $20,000.00 = $1,015,000.00",
        "fintech 48.0% 106.5% 99.0% $480,000.00",
        "Churn −$24,000.00 not stated −$20,000.00, involuntary −$4,000.00",
        "definition v2 · data as of 2026-11-21 06:00 UTC",
    ],
)
def test_a_full_answer_has_all_its_tables(words: str) -> None:
    assert words in flat(printed(in_full(broken_down_answer())))
    assert words not in flat(printed(broken_down_answer()))


def test_what_stands_in_for_a_period_is_said_first() -> None:
    sentence = "“last-month” is September 2026: the data ends 30 Sep."
    question = sample_question(stand_in=StandIn(sentence=sentence, asked=None))

    assert printed(sample_answer(question=question)).startswith(f"{sentence}\nNRR 101.5%")


def test_a_ledger_without_movements_has_no_activity_to_show() -> None:
    assert "Gross activity" not in printed(in_full(empty_answer(activity=Activity())))


def test_the_chart_is_named() -> None:
    path = Path("somewhere") / ("deep" * 30) / "bridge.png"

    assert f"chart written to {path}\n" in printed(sample_answer(), chart=path)


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(broken_down_answer(currency="CHF", in_arr=True), id="long-amounts"),
        pytest.param(sample_answer(breakdown=many_slices(60, name="y" * 99)), id="long-names"),
        pytest.param(sample_answer(scope=(("segment", HOSTILE_NAME),)), id="hostile-name"),
        pytest.param(split_trend(in_arr=True, currency="CHF"), id="trend-of-long-amounts"),
        pytest.param(many_values(12, name="y" * 99), id="trend-of-long-names"),
        pytest.param(many_values(12, name=HOSTILE_NAME), id="trend-of-hostile-names"),
        pytest.param(sample_trend([100] * 60, window=1), id="60-months"),
    ],
)
def test_nothing_is_wider_than_the_terminal(reply: AnyReply) -> None:
    for shown in (reply, in_full(reply)):
        assert max(map(len, printed(shown).splitlines())) <= 80


def test_names_are_no_markup() -> None:
    answer = sample_answer(
        scope=(("segment", "[red]a[/red]"),), breakdown=many_slices(1, name="[b]")
    )

    said = printed(answer, colour=True)

    assert "[red]a[/red]" in said
    assert "000 [b]" in said


def test_colour_follows_the_sign() -> None:
    said = printed(in_full(sample_answer()), colour=True)

    assert "\x1b[32m" in said.split("+5.0 pts")[0].splitlines()[-1]
    assert "\x1b[31m" in said.split("−2.0 pts")[0].splitlines()[-1]


@settings(max_examples=300 if IS_SLOW else 15)
@given(st.text(max_size=200))
def test_no_name_breaks_the_terminal(name: str) -> None:
    answer = sample_answer(scope=(("segment", name),), breakdown=many_slices(2, name=name))

    assert "\x1b" not in printed(answer)


def test_a_trend_reads_from_the_finding_down() -> None:
    said = printed(sample_trend(), chart=Path("trend.png"))

    assert said.splitlines()[0] == (
        "12-month NRR 112.0% in October 2026, +4.0 pts since May 2026 · enterprise"
    )
    assert "Improving three months running. Accounts 12-month NRR Course" in flat(said)
    assert "enterprise 112.0% ▂▁▄▅▇█ +4.0 pts" in flat(said)
    assert "Jun 2026" not in said
    assert said.endswith("Closed through Oct 2026 · definitions v2\nchart written to trend.png\n")


@pytest.mark.parametrize(
    ("trend", "words"),
    [
        (sample_trend(), "Jun 2026 107.0% −1.0 pts 100.0% $100,000.00"),
        (sample_trend(), "NRR over the twelve months"),
        (sample_trend(), "definition v2 · data as of"),
        (split_trend(), "enterprise 112.0% +1.0 pts +4.0 pts $0.99M ↑"),
        (split_trend(), "Month The whole company enterprise mid-market smb"),
        (split_trend(), "Oct 2026 104.0% 112.0% 101.0% 92.0%"),
    ],
)
def test_a_full_trend_has_every_month_a_row_for_each_value_and_a_column_too(
    trend: Trend, words: str
) -> None:
    assert words in flat(printed(in_full(trend)))


def test_a_terminal_leaves_nothing_out() -> None:
    said = flat(printed(in_full(many_values(80, months=60))))

    assert "079 segment" in said
    assert said.count("Nov 2021 ") == 17
    assert "not shown" not in said


def test_words_load_neither_pandas_nor_matplotlib() -> None:
    """They are slow to load, and a message or a terminal needs neither."""
    code = (
        "import sys, bot.answers.reply, bot.answers.terminal;"
        "sys.exit(str({'pandas', 'matplotlib'} & set(sys.modules) or ''))"
    )

    found = subprocess.run(  # noqa: S603 - our own interpreter on our own words
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )

    assert found.stderr.strip() == ""
