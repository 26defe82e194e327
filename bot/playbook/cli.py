"""``nrrbot playbook``: the texts in force, and a file of one's own looked over."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from bot.answers.answers import Answers
from bot.answers.workplace import Workplace
from bot.console import AsJson, out, print_json, say
from bot.environment import most_alike
from bot.errors import UsageError
from bot.playbook.message import how_to_edit, playbook_parts
from bot.style.names import plural
from bot.style.terminal import print_parts
from bot.treatments.checking import Fault, check_playbook, segment_lines
from bot.treatments.playbook import plain_name
from bot.treatments.reading import playbook_in_force, read_text
from metrics.errors import MetricsError
from storage.errors import StorageError

_ALIKE = 60  # of 100
_MOST_NAMED = 6

playbook = typer.Typer(add_completion=False)


@playbook.callback(invoke_without_command=True)
def show(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Print what to do about segments and tiers of accounts: the texts in force."""
    if context.invoked_subcommand is not None:
        return
    file = Workplace().settings.nrrbot_playbook
    found = playbook_in_force(file)
    if as_json:
        segments = {name: dict(texts) for name, texts in found.segments.items()}
        print_json(
            {
                "file": file,
                "levers": dict(found.levers),
                "segments": segments,
                "tiers": dict(found.tiers),
            }
        )
    else:
        print_parts(playbook_parts(found, how_to_edit=how_to_edit(file)), out)


@playbook.command()
def check(
    file: Annotated[Path, typer.Argument(help="The TOML file.", show_default=False)],
) -> None:
    """Look a file over: a sentence for each fault, and for each segment that the ledger has not."""
    text = read_text(file)
    if faults := check_playbook(text):
        for fault in faults:
            say(_sentence(file, fault))
        raise UsageError(f"the file {file} cannot be used: it has {plural(len(faults), 'fault')}")
    for warning in _unknown_segments(Workplace(), text):
        say(_sentence(file, warning))
    say(f"{file} can be used: name it in NRRBOT_PLAYBOOK.")


def _sentence(file: Path, fault: Fault) -> str:
    return f"{file}, {fault}" if fault.said.endswith(("?", '."')) else f"{file}, {fault}."


def _unknown_segments(place: Workplace, text: str) -> Iterator[Fault]:
    """Yield the segments of a file that the ledger does not have; none without a ledger."""
    dimension, known = place.settings.nrrbot_main_dimension, dict[str, str]()
    # the setting may name a file that is being mended: names are all that is needed here
    settings = place.settings.model_copy(update={"nrrbot_playbook": None})
    with suppress(MetricsError, StorageError):
        values = Answers.of(place.store, settings).vocabulary().values.get(dimension, ())
        known = {plain_name(value): value for value in values}
    for name, line in segment_lines(text).items():
        if known and plain_name(name) not in known:
            nearest = most_alike(name, known.values(), least=_ALIKE)
            there = ", ".join(list(known.values())[:_MOST_NAMED])
            hint = f"did you mean {nearest}?" if nearest else f"it has {there}"
            yield Fault(line, f"the ledger has no {dimension} {name}: {hint}")
