"""Every line that README.md and its guides tell people to type can be read as it stands."""

import re
import shlex
from pathlib import Path

import pytest
from typer.core import TyperGroup

from bot.alerts.rules.command import USAGE
from bot.alerts.rules.grammar import EXAMPLES, parse_rule
from bot.alerts.rules.list_message import HOW_TO
from bot.answers.examples import Examples
from bot.cli import command_line
from bot.questions.words import Vocabulary
from metrics.alerts.rules import RuleKind, Window
from tests.bot.help_lines import example_lines

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
GUIDES = (
    *("alerts", "audit", "benchmarks", "data", "digests", "faq", "finance", "hosting"),
    *("questions", "slack", "sources"),
)
GUIDE = {name: (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8") for name in GUIDES}
PAGES = "\n".join((README, (ROOT / "SECURITY.md").read_text(encoding="utf-8"), *GUIDE.values()))


def lines_to_type() -> set[str]:
    blocks = "\n".join(re.findall(r"(?s)```(?:sh|ini|cron)\n(.*?)```", PAGES))
    typed = re.findall(r"(?m)(?:^ *|&& |=/usr/local/bin/)(?:\.venv/bin/)?nrrbot (.+)$", blocks)
    return {line.partition(" #")[0].strip() for line in typed} - {"serve"}


@pytest.mark.parametrize("line", sorted(lines_to_type()))
def test_a_line_has_a_command_and_its_options(line: str) -> None:
    first, *rest = shlex.split(line)
    command = command_line(first).commands[first]
    if isinstance(command, TyperGroup) and rest and rest[0] in command.commands:
        command, rest = command.commands[rest[0]], rest[1:]

    command.make_context(line, rest)  # raises at an option or an argument that is none


def alerts_to_type() -> set[str]:
    """The rules that the guide, help and the commands' own words suggest, as Slack sends them."""
    in_help = " ".join(f"`{typed}`" for typed in example_lines(Examples(value="enterprise")))
    in_list = "`" + HOW_TO.removeprefix("New: ").partition(" (")[0] + "`"
    typed = "\n".join((GUIDE["alerts"].replace('add "', "`"), in_help, in_list, USAGE, EXAMPLES))
    quoted = re.findall(r"`([^`\"\n]+)[`\"]", typed)
    rules = (re.sub(r"^(?:(?:/nrr )?alert )?(?:edit 3 )?", "", one) for one in quoted)
    return {
        one.replace("@maya", "<@U1>").replace("#revenue", "<#C1>")
        for one in rules
        if re.search(r"(?:below|drops?) [\d.]+(?:%| ?p)", one)
    }


@pytest.mark.parametrize("words", sorted(alerts_to_type()))
def test_an_alert_that_is_suggested_can_be_set_up(words: str) -> None:
    segments = Vocabulary({"segment": ("enterprise", "mid-market", "smb")})

    rule = parse_rule(words, vocabulary=segments).rule

    assert rule.window is Window.MONTH or rule.kind is RuleKind.FLOOR


def test_suggested_alerts_are_found() -> None:
    assert {"enterprise below 105%", "smb monthly below 97%", "smb drops 10%"} <= alerts_to_type()


def test_the_two_commands_come_first_and_are_targets_of_make() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    [first, *_] = re.findall(r"(?s)```sh\n(.*?)```", README)

    assert re.findall(r"(?m)^make (\w+)", first) == ["demo", "test"]
    for target in re.findall(r"(?m)^make ([\w-]+)", PAGES):
        assert re.search(rf"(?m)^{target}:", makefile), target
