"""Every line that README.md and SECURITY.md tell people to type can be read as it stands."""

import re
import shlex
from pathlib import Path

import pytest
from typer.core import TyperGroup

from bot.cli import command_line

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = README + (ROOT / "SECURITY.md").read_text(encoding="utf-8")


def lines_to_type() -> set[str]:
    blocks = "\n".join(re.findall(r"(?s)```sh\n(.*?)```", PAGES))
    typed = re.findall(r"(?m)^(?:\.venv/bin/)?nrrbot (.+)$", blocks)
    return {line.partition(" #")[0].strip() for line in typed} - {"serve"}


@pytest.mark.parametrize("line", sorted(lines_to_type()))
def test_a_line_has_a_command_and_its_options(line: str) -> None:
    first, *rest = shlex.split(line)
    command = command_line(first).commands[first]
    if isinstance(command, TyperGroup) and rest and rest[0] in command.commands:
        command, rest = command.commands[rest[0]], rest[1:]

    command.make_context(line, rest)  # raises at an option or an argument that is none


def test_the_two_commands_come_first_and_are_targets_of_make() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    [first, *_] = re.findall(r"(?s)```sh\n(.*?)```", README)

    assert re.findall(r"(?m)^make (\w+)", first) == ["demo", "test"]
    for target in re.findall(r"(?m)^make ([\w-]+)", PAGES):
        assert re.search(rf"(?m)^{target}:", makefile), target
