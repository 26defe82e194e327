"""A message as it is shown on a page: its text, and the buttons under it in brackets."""

import html
import io
import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from rich.console import Console

from bot.style.parts import Parts
from bot.style.terminal import print_parts

_COLUMNS = 80


class Said(Protocol):
    """A message on either side of Slack."""

    @property
    def text(self) -> str: ...
    @property
    def blocks(self) -> Sequence[Mapping[str, Any]]: ...


class Page(Protocol):
    """What one person sees on the Home tab."""

    @property
    def blocks(self) -> Sequence[Mapping[str, Any]]: ...


@dataclass(frozen=True, slots=True)
class Shown:
    """A message under its heading: what was typed, or what brought it about, and what it says."""

    heading: str
    occasion: str
    text: str

    def markdown(self) -> str:
        """Write it as a section of a page."""
        return f"## {self.heading}\n\n{self.occasion}\n\n```text\n{self.text}\n```\n"


def console() -> Console:
    """Open a terminal of 80 columns that `lines_of` reads."""
    return Console(width=_COLUMNS, file=io.StringIO(), legacy_windows=False)


def lines_of(printed: Console) -> Iterator[str]:
    """Yield what was printed."""
    assert isinstance(printed.file, io.StringIO)
    yield from (line.rstrip() for line in printed.file.getvalue().rstrip().splitlines())


def in_terminal(parts: Parts, message: Said) -> str:
    """Print parts, and the buttons of the message that they become."""
    terminal = console()
    print_parts(parts, terminal)
    return "\n".join((*lines_of(terminal), *buttons(message.blocks)))


def of_message(message: Said, names: Mapping[str, str]) -> str:
    """Write the text of a message, people by name, and its buttons."""
    text = re.sub(r"<@(\w+)>", lambda found: names[found[1]], message.text)
    lines = (
        textwrap.fill(line, _COLUMNS, break_on_hyphens=False)
        for line in html.unescape(text).splitlines()
    )
    return "\n".join((*lines, *buttons(message.blocks)))


def buttons(blocks: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield each row of buttons as one line."""
    for block in blocks:
        if block["type"] == "actions":
            yield " ".join(map(_button, block["elements"]))


def lines_of_page(page: Page, names: Mapping[str, str]) -> Iterator[str]:
    """Yield the Home tab line by line: cells of a row beside each other, people by name."""
    for block in page.blocks:
        match block:
            case {"type": "actions"}:
                yield from buttons([block])
            case {"rows": rows}:
                for row in rows:
                    yield "".join(f"{cell['text']:<22}" for cell in row).rstrip()
            case {"type": "rich_text", "elements": [{"elements": pieces}]}:
                said = "".join(one.get("text") or names[one["user_id"]] for one in pieces)
                yield from _wrapped(said)
            case {"elements": [{"text": said}]} | {"text": {"text": said}}:
                yield from _wrapped(said)


def _wrapped(text: str) -> Iterator[str]:
    for line in text.splitlines():
        yield from textwrap.wrap(line, _COLUMNS, break_on_hyphens=False)


def lines_of_form(view: Mapping[str, Any]) -> Iterator[str]:
    """Yield a form as it opens: each field with what is filled in, and its hint below."""
    yield f"{view['title']['text']}\n"
    for block in view["blocks"]:
        if block["type"] != "input":  # a sentence above or below the fields
            text = block["text"] if "text" in block else block["elements"][0]
            yield textwrap.fill(text["text"], _COLUMNS)
            continue
        may = " (optional)" if block.get("optional") else ""
        yield f"{block['label']['text']}{may}: {_filled(block['element'])}"
        if "hint" in block:
            yield f"  {block['hint']['text']}"
    yield f"[{view['submit']['text']}] [{view['close']['text']}]"


def _filled(element: Mapping[str, Any]) -> str:
    """Show what a field is filled in with, else the example in it."""
    if "initial_option" in element:
        return f"[{element['initial_option']['text']['text']} ▾]"
    options = [f"[ ] {one['text']['text']}" for one in element.get("options", ())]
    if options:
        return " ".join(options)
    if "initial_users" in element:
        return "[you]"
    if "initial_date" in element:
        return f"[{element['initial_date']}]"
    text = element.get("initial_value", "")
    example = element.get("placeholder", {}).get("text")
    return f"[{text}]" if text or not example else f"[such as {example}]"


def _button(element: Mapping[str, Any]) -> str:
    options = [option["text"]["text"] for option in element.get("options", ())]
    if element["type"] == "overflow":
        return f"[⋯ {' · '.join(options)}]"
    label: str = element.get("text", element.get("placeholder", {}))["text"]
    return f"[{label}{' ▾' if options else ''}]"
