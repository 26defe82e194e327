import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.alerts.rules.grammar import parse_rule
from bot.answers.answers import Answers
from bot.answers.examples import Examples, Held, examples_of
from bot.command_places import CommandPlace
from bot.demo.company import DemoPlan
from bot.digests.command import read_words
from bot.errors import UsageError
from bot.goals.grammar import read_goal, read_level, read_profile
from bot.questions.question import canonical_text
from bot.questions.words import Vocabulary
from bot.reference.command import parse_rate
from bot.reference.help_message import help_parts, worked_example
from bot.style.parts import Parts, Table
from bot.style.rendering import message_of
from metrics.periods import parse_period
from tests.bot.demo_company import END, TODAY, demo_answers, demo_store
from tests.bot.help_lines import example_lines
from tests.slack.block_kit import find_errors
from tests.storage.at_head import set_up
from tests.storage.stores import import_text, open_store

SEGMENTS = Vocabulary(
    {"segment": ("enterprise", "smb"), "plan": ("Pay As You Go", "gold"), "tenure": ("1",)},
    frozenset({"EUR", "USD"}),
)
KNOWN = Examples.of(SEGMENTS, "segment")
PLAIN = (
    "account_id,date,type,amount,currency\n"
    "a1,2025-01-15,new,100.00,USD\na2,2025-02-01,new,80.00,USD\n"
)


def typed(parts: Parts) -> list[str]:
    return [row[0] for part in parts if isinstance(part, Table) for row in part.grid.rows]


@pytest.fixture(scope="module")
def demo() -> Iterator[Answers]:
    with demo_store(DemoPlan(accounts=300)) as store:
        yield demo_answers(store)


@pytest.fixture(scope="module")
def without_segments(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answers]:
    path: Path = tmp_path_factory.mktemp("plain") / "plain.db"
    with open_store(path) as store:
        set_up(store)
        import_text(store, PLAIN, closed_through=END, today=TODAY)
        yield demo_answers(store)


@pytest.fixture(params=["demo", "without_segments"])
def answers(request: pytest.FixtureRequest) -> Answers:
    found: Answers = request.getfixturevalue(request.param)
    return found


def test_every_line_that_help_offers_does_something(answers: Answers) -> None:
    with answers.reading() as reading:
        vocabulary = reading.vocabulary()
    for line in example_lines(examples_of(answers)):
        name, _, rest = line.partition(" ")
        match name:
            case "alert" if rest:
                assert parse_rule(rest, vocabulary=vocabulary).rule.threshold
            case "digest":
                assert read_words(rest)
            case "annualise":
                assert parse_rate(rest)
            case "profile":
                assert not rest or read_level(rest) or read_profile(rest)
            case "board":
                assert parse_period(rest, today=TODAY).complete
            case "goal":
                assert read_goal(rest) or not rest
            case "alert" | "alerts" | "access" | "audit" | "data" | "playbook":
                continue
            case _:
                assert canonical_text(answers.reply(line).question)


def test_examples_are_of_the_ledger_at_hand(demo: Answers) -> None:
    lines = example_lines(examples_of(demo))

    assert {"enterprise last-quarter", "by segment ttm", "alert enterprise below 90%"} <= {*lines}


def test_without_segments_help_offers_what_there_is(without_segments: Answers) -> None:
    lines = example_lines(examples_of(without_segments))

    assert {"trend 24m", "alert below 90%", "last-month arr"} <= {*lines}
    assert not [line for line in lines if "segment" in line or line.startswith("by ")]


def test_names_are_written_so_that_they_are_read() -> None:
    assert (
        Examples(
            dimension="segment",
            value="enterprise",
            pair='segment:smb plan:"Pay As You Go"',
            currency="EUR",
            held=Held(plans=True),
        )
        == KNOWN
    )
    assert Examples.of(SEGMENTS, "plan").value == 'plan:"Pay As You Go"'


def test_help_in_slack_is_short_and_says_where_there_is_more() -> None:
    parts = help_parts("", KNOWN)

    assert typed(parts)[:2] == ["/nrr", "/nrr enterprise last-quarter"]
    assert len(typed(parts)) <= 10
    said = message_of(parts).text
    assert "More: /nrr help, and one of questions, periods, trends, digests, alerts" in said
    assert "Only you see an answer until you share it." in said
    assert "a message to me alone needs no slash" in said


def test_help_in_the_terminal_speaks_of_the_terminal() -> None:
    said = message_of(help_parts("", KNOWN, place=CommandPlace.TERMINAL)).text

    assert 'nrrbot ask "enterprise last-quarter"' in said
    assert "nrrbot digest --help" in said
    assert not re.search(r"/nrr|channel until|share it", said)
    pair = typed(help_parts("questions", KNOWN, place=CommandPlace.TERMINAL))[1]
    assert pair == """nrrbot ask 'segment:smb plan:"Pay As You Go" 2026-Q3'"""
    assert "nrrbot board last-quarter" in typed(
        help_parts("benchmarks", KNOWN, place=CommandPlace.TERMINAL)
    )


@pytest.mark.parametrize("topic", ["alerts", "alert", " ALERTS "])
def test_help_with_a_topic_lists_its_lines(topic: str) -> None:
    assert "/nrr alert enterprise monthly below 97%" in typed(help_parts(topic, KNOWN))


@pytest.mark.parametrize("place", CommandPlace)
def test_help_on_anything_else_says_on_what_there_is_help(place: CommandPlace) -> None:
    with pytest.raises(UsageError, match=r"there is help on questions, .* Try: help questions"):
        help_parts("forecast", KNOWN, place=place)


def test_the_worked_example_comes_to_the_guides_figures() -> None:
    said = message_of(worked_example()).text

    assert "like same-store sales in retail" in said
    for figure in ("200 customers", "$1,000,000.00", "$50,000.00", "$15,000.00", "$20,000.00"):
        assert figure in said
    for ratio in ("NRR 101.5%", "GRR 96.5%", "119.6%", "$1,015,000.00"):
        assert ratio in said
    assert help_parts("EXAMPLE", KNOWN) == worked_example()


@pytest.mark.parametrize(
    "topic", ["", "questions", "periods", "trends", "digests", "alerts", "access", "example"]
)
def test_slack_takes_it_and_words_are_at_the_left(topic: str) -> None:
    message = message_of(help_parts(topic, KNOWN))

    assert find_errors(list(message.blocks)) == []
    if topic != "example":
        tables = [block for block in message.blocks if block["type"] == "table"]
        aligned = {column.get("align") for table in tables for column in table["column_settings"]}
        assert "right" not in aligned
