"""The page docs/messages.md: every message of the bot, as the demo company makes it say them."""

import html
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from bot.answers.answers import Answers
from bot.answers.reply import private_reply
from bot.answers.terminal import print_reply
from bot.demo.uses import main_digest
from bot.digests.terminal import print_digest
from storage.store.engine import Store
from tests.bot.demo_company import demo_answers
from tests.bot.edge import Scene, let_everybody, running_bot
from tests.slack.messages import Message
from tests.slack.people import ChannelKind
from tests.slack.server import FakeSlack

PAGE = Path(__file__).parents[2] / "docs" / "messages.md"

_COLUMNS = 80
_INTRODUCTION = """\
# Every message

What people read, made from the demo company by `make pictures`: the text as the terminal or Slack
shows it, and in brackets the buttons under it in Slack. Pictures are left out.
"""


@dataclass(frozen=True, slots=True)
class Shown:
    """A message under its heading: what was typed, or what brought it about, and what it says."""

    heading: str
    occasion: str
    text: str

    def markdown(self) -> str:
        """Write it as a section of the page."""
        return f"## {self.heading}\n\n{self.occasion}\n\n```text\n{self.text}\n```\n"


def page(store: Store) -> str:
    """Write the page; the store is left with what the messages set up."""
    answers = demo_answers(store)
    shown = (*_replies(answers), *_digests(answers), *_in_slack(store, answers))
    return "\n".join((_INTRODUCTION, *(one.markdown() for one in shown)))


QUESTIONS = {
    "An answer": "smb last-quarter",
    "The whole company": "last-month",
    "A split": "by channel ttm",
    "One account": "enterprise last-quarter",
    "Customers who come back": "mid-market last-quarter",
    "The full answer": "full smb last-quarter",
    "A trend": "trend by segment 24m",
    "Why": "why smb last-quarter",
    "Two side by side": "enterprise vs smb",
    "The accounts behind it": "accounts smb last-quarter",
}


def _replies(answers: Answers) -> Iterator[Shown]:
    for heading, question in QUESTIONS.items():
        reply = answers.reply(question)
        console = _console()
        print_reply(reply, console)
        below = private_reply(reply, can_share=True, main_dimension=answers.main_dimension)
        text = "\n".join((*_lines(console), *_buttons(below.blocks)))
        yield Shown(heading, f"`/nrr {question}`", text)


def _digests(answers: Answers) -> Iterator[Shown]:
    console = _console()
    print_digest(main_digest(answers), console)
    yield Shown("The weekly digest", "Every Monday, in its channel", "\n".join(_lines(console)))


COMMANDS = {
    "What can be asked": "help",
    "Setting up an alert": "alert enterprise below 105%",
    "One that would fire at once": "alert smb below 105%",
    "The alerts there are": "alerts",
    "Digests of a channel": "digest list",
    "Who may see what": "access list",
    "What is not there": "acme 2026-Q3",
    "A word that is almost one": "entreprise last-quarter",
    "A word that leads elsewhere": "forecast",
    "A month that is not in": "2026-11",
}


def _in_slack(store: Store, answers: Answers) -> Iterator[Shown]:
    with _scene(store, answers) as scene:
        for heading, typed in COMMANDS.items():
            answer = scene.ask(typed).wait_for_answer()
            yield Shown(heading, f"`/nrr {typed}`", _said(answer, scene))


@contextmanager
def _scene(store: Store, answers: Answers) -> Iterator[Scene]:
    with FakeSlack() as slack:
        ana = slack.workspace.add_user("ana")
        revops = slack.workspace.add_channel("revops", kind=ChannelKind.PRIVATE)
        let_everybody(slack, store)
        with running_bot(slack, asking=answers, store=store):
            yield Scene(slack=slack, ana=ana, revops=revops)


def _said(message: Message, scene: Scene) -> str:
    names = {scene.ana.id: "@ana"}
    text = re.sub(r"<@(\w+)>", lambda found: names[found[1]], message.text)
    return "\n".join((html.unescape(text), *_buttons(message.blocks)))


def _console() -> Console:
    return Console(width=_COLUMNS, file=io.StringIO(), legacy_windows=False)


def _lines(console: Console) -> Iterator[str]:
    assert isinstance(console.file, io.StringIO)
    yield from (line.rstrip() for line in console.file.getvalue().rstrip().splitlines())


def _buttons(blocks: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for block in blocks:
        elements: Sequence[Mapping[str, Any]] = block.get("elements", ())
        if block["type"] == "actions":
            yield " ".join(map(_button, elements))


def _button(element: Mapping[str, Any]) -> str:
    options = [option["text"]["text"] for option in element.get("options", ())]
    if element["type"] == "overflow":
        return f"[⋯ {' · '.join(options)}]"
    label: str = element.get("text", element.get("placeholder", {}))["text"]
    return f"[{label}{' ▾' if options else ''}]"
