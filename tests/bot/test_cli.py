import inspect
import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest
from typer.core import TyperCommand, TyperGroup

from bot.__main__ import main, run
from bot.cli import COMMANDS, command_line
from bot.cli_examples import EXAMPLES
from tests.bot.command_line import Capture, refusal

pytestmark = pytest.mark.usefixtures("home")


def test_a_database_url_that_is_none_is_one_sentence(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "nonsense")

    assert "DATABASE_URL" in refusal(capsys, "db", "upgrade")


def test_the_exit_code_is_the_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["nrrbot", "frobnicate"])
    monkeypatch.setattr("os.umask", lambda _: 0)  # this process makes files for others, too

    with pytest.raises(SystemExit) as left:
        main()

    assert left.value.code == 1


@pytest.mark.usefixtures("filled")
def test_a_failure_of_ours_shows_where_and_never_what(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise KeyError("acme pays 1,000")

    monkeypatch.setattr("bot.app.cli.print_reply", fail)

    sentence = refusal(capsys, "ask", "enterprise 2026-Q3")

    assert "KeyError" in sentence
    assert "acme" not in sentence


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    "line",
    [
        "ask marketing",
        "ask 2026-13",
        "ask --frobnicate",
        "board foo",
        "alerts add foo",
        "frobnicate",
    ],
)
def test_what_is_wrong_is_the_one_document_where_one_is_asked_for(
    capsys: Capture, line: str
) -> None:
    assert run([*line.split(), "--json"]) == 1

    said = capsys.readouterr()
    assert json.loads(said.out) == {"error": {"sentence": said.err.strip()}}


@pytest.mark.parametrize("line", ["db upgrade", "serve"])
def test_interrupting_leaves_quietly(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("bot.config.Settings.load", interrupt)

    assert run(line.split()) == 130
    assert capsys.readouterr().err == "Stopped.\n"


def test_a_question_loads_no_other_command_and_nothing_that_is_slow_to_load() -> None:
    code = (
        "import sys; from bot.__main__ import run; run(['ask', 'help']);"
        "slow = {'matplotlib', 'pandas', 'apscheduler', 'slack_bolt', 'slack_sdk', 'alembic'};"
        "found = {*slow, 'bot.alerts', 'bot.digests', 'bot.doctor'} & set(sys.modules);"
        # an interval alone needs it: no short answer does, and nothing that serve loads ahead
        "import storage.ledger.reading, bot.app.features;"
        "sys.exit(str(found | {'scipy'} & set(sys.modules) or ''))"
    )

    found = subprocess.run(  # noqa: S603 - our own interpreter on our own words
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )

    assert found.stderr.strip() == ""


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_loaded_by_its_name_and_keeps_its_help(name: str) -> None:
    unloaded, loaded = command_line(None).commands, command_line(name).commands

    assert list(loaded) == list(unloaded)
    assert loaded[name].name == name
    assert loaded[name].help == unloaded[name].help
    assert loaded[name] is not unloaded[name]
    if isinstance(loaded[name], TyperCommand):  # its docstring says the same where it is written
        assert inspect.getdoc(loaded[name].callback) == unloaded[name].help


@pytest.mark.parametrize("name", COMMANDS)
def test_no_help_has_sections_that_are_for_developers(name: str) -> None:
    group = command_line(name).commands[name]
    commands = [group, *getattr(group, "commands", {}).values()]

    assert [one.name for one in commands if "-----" in (one.help or "")] == []


def places() -> Iterator[str]:
    """Name every command that takes anything, with its group's name."""
    for name in COMMANDS:
        command = command_line(name).commands[name]
        parts = command.commands.items() if isinstance(command, TyperGroup) else ()
        every = [(name, command), *((f"{name} {part}", one) for part, one in parts)]
        for place, one in every:
            if {each.name for each in one.params} - {"help"}:
                yield place


def test_every_command_that_takes_anything_has_an_example_and_no_other() -> None:
    assert sorted(places()) == sorted(EXAMPLES)


@pytest.mark.parametrize("place", EXAMPLES)
def test_an_example_is_of_its_command_and_can_be_typed(place: str) -> None:
    _, *words = shlex.split(EXAMPLES[place])
    name, _, part = place.partition(" ")
    command = command_line(name).commands[name]
    assert words.pop(0) == name
    if part and isinstance(command, TyperGroup):
        command = command.commands[part]
        if part != "any":  # the kind is recognised where none is typed
            assert words.pop(0) == part

    command.make_context(place, words)  # raises at an option or an argument that is none


NAMED = re.compile(r"nrrbot (?P<group>[a-z]+) (?P<command>[a-z]+)(?![a-z]*[.=-])")
"""A command of a group, and no option or file of it."""


def test_every_command_that_is_named_to_people_there_is() -> None:
    groups = {
        name: command.commands
        for name in COMMANDS
        if isinstance(command := command_line(name).commands[name], TyperGroup)
    }
    root = Path(inspect.getfile(main)).parents[1]
    named = [
        (found["group"], found["command"], file.name)
        for package in ("bot", "storage")
        for file in root.glob(f"{package}/**/*.py")
        for found in NAMED.finditer(file.read_text(encoding="utf-8"))
        if found["group"] in groups
    ]

    assert named
    assert not [one for one in named if one[1] not in groups[one[0]]]


def test_help_ends_in_the_example(capsys: Capture) -> None:
    run(["alerts", "add", "-h"])

    said = " ".join(capsys.readouterr().out.split())
    assert said.endswith('Example: nrrbot alerts add "enterprise below 105%" --to owners')


def test_help_and_version_are_no_errors(capsys: Capture) -> None:
    assert run([]) == 0
    assert run(["db"]) == 0
    assert run(["--help"]) == 0
    assert run(["--", "version"]) == 0
    assert run(["version"]) == 0
    assert "0.1.0" in capsys.readouterr().out


def test_an_env_file_that_is_no_text_is_one_sentence(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / ".env").write_bytes(b"\xff\xfe\x00")

    assert ".env" in refusal(capsys, "db", "upgrade")


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(["frobnicate"], "frobnicate", id="no-such-command"),
        pytest.param(["ask", "--frobnicate"], "--frobnicate", id="no-such-option"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    arguments: list[str], words: str, capsys: Capture
) -> None:
    assert words in refusal(capsys, *arguments)


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("digest add --channel C1", "nrrbot digest add"),
        ("digest edit 1", "nrrbot digest"),
        ("import movements", "nrrbot import movements"),
        ("import movements.csv again", "nrrbot import"),
        ("nonsense", "nrrbot"),
    ],
)
def test_a_line_that_cannot_be_read_leads_to_the_help_of_its_own_command(
    capsys: Capture, line: str, place: str
) -> None:
    assert run(line.split()) == 1

    assert capsys.readouterr().err.endswith(f" Try `{place} --help`.\n")


def test_the_version_is_an_option_and_a_command(capsys: Capture) -> None:
    assert run(["--version"]) == run(["version"]) == 0

    option, command = capsys.readouterr().out.split()
    assert option == command == version("nrrbot")


@pytest.mark.parametrize("line", ["", "ask", "import", "db upgrade"])
def test_short_help_is_the_help(capsys: Capture, line: str) -> None:
    run([*line.split(), "-h"])
    short = capsys.readouterr().out
    run([*line.split(), "--help"])

    assert "Usage: nrrbot" in short
    assert short == capsys.readouterr().out


@pytest.mark.parametrize(
    ("typed", "completed"),
    [("imp", ["import"]), ("import bal", ["balances"]), ("ask --cs", ["--csv"])],
)
def test_a_shell_completes_commands_and_their_options(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, typed: str, completed: list[str]
) -> None:
    monkeypatch.setenv("_NRRBOT_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", f"nrrbot {typed}")
    monkeypatch.setenv("COMP_CWORD", str(len(typed.split())))

    with pytest.raises(SystemExit):
        run([])

    assert capsys.readouterr().out.split() == completed
