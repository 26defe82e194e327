"""Checks the file of a playbook: one sentence for each fault, with its line and what to write."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.environment import most_alike
from bot.treatments.playbook import Playbook, plain_name
from metrics.change import Component
from metrics.segments import VALUE_TIER_NAMES

LEVERS, SEGMENTS, TIERS = "levers", "segments", "tiers"
LONGEST = 100
"""Characters of a text: with more it would not be the one line that a message has for it."""
_ALIKE = 60  # of 100
_LEVER_NAMES = tuple(lever.value for lever in Component)
_PLACE = re.compile(r"(?P<what>.*?) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end.*)\)")
_HEADING = re.compile(r"\s*\[+\s*(?P<table>[^\]]+?)\s*\]")
_PART = re.compile(r"\"[^\"]*\"|'[^']*'|[^.]+")
_KEY = re.compile(r"\s*(?P<key>[^=\s]+)\s*=")

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault of a file: where it is, as far as that is known, and what to write instead."""

    line: int | None
    said: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.said}" if self.line else self.said


def check_playbook(text: str) -> tuple[Fault, ...]:
    """Find what keeps a text from being a playbook, in its order; nothing where it is one."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return (_no_toml(str(error)),)
    lines = _lines_of(text)
    found = [Fault(_line_of(lines, path), said) for path, said in _faults(tables)]
    return tuple(sorted(found, key=lambda fault: fault.line or 0))


def replaced(playbook: Playbook, text: str) -> Playbook:
    """Replace the texts of a playbook by those of a file that has no fault."""
    tables: Mapping[str, Any] = tomllib.loads(text)
    segments = {plain_name(name): (name, texts) for name, texts in playbook.segments.items()}
    for name, texts in tables.get(SEGMENTS, {}).items():
        before = segments.get(plain_name(name), (name, {}))[1]
        segments[plain_name(name)] = (name, {**before, **texts})
    return Playbook(
        levers={**playbook.levers, **tables.get(LEVERS, {})},
        segments=dict(segments.values()),
        tiers={**playbook.tiers, **tables.get(TIERS, {})},
    )


def segment_lines(text: str) -> dict[str, int | None]:
    """Find the segments that a file without faults has texts of, each with its line."""
    lines = _lines_of(text)
    return {
        name: _line_of(lines, (SEGMENTS, name)) for name in tomllib.loads(text).get(SEGMENTS, {})
    }


def _faults(tables: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    for name, table in tables.items():
        match name:
            case _ if name not in {LEVERS, SEGMENTS, TIERS}:
                yield (name,), _unknown(f"[{name}]", name, (LEVERS, SEGMENTS, TIERS), "heading")
            case _ if not isinstance(table, dict):
                yield (name,), f"{name} is a heading: write [{name}], and its texts below"
            case "segments":
                yield from _segment_faults(table)
            case "levers":
                yield from _text_faults((name,), table, _LEVER_NAMES, "lever")
            case _:
                yield from _text_faults((name,), table, VALUE_TIER_NAMES, "value tier")


def _segment_faults(table: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    known: dict[str, str] = {}
    for name, texts in table.items():
        path = (SEGMENTS, name)
        if not isinstance(texts, dict):
            yield path, f"{name} is a segment: write [{SEGMENTS}.{name}], and its texts below"
            continue
        if (same := known.setdefault(plain_name(name), name)) != name:
            yield path, f"{name} and {same} are the same segment: write one of them"
        yield from _text_faults(path, texts, _LEVER_NAMES, "lever")


def _text_faults(
    path: Path, texts: Mapping[str, Any], known: tuple[str, ...], noun: str
) -> Iterator[tuple[Path, str]]:
    for name, text in texts.items():
        where, what = (*path, name), f"{name} of {path[-1]}" if len(path) > 1 else name
        if name not in known:
            yield where, _unknown(name, name, known, noun)
        elif not isinstance(text, str):
            yield where, f'{what} is {text}: write a text in quotes, as in {name} = "Call them."'
        elif len(text.splitlines()) > 1:
            yield where, f"{what} has more than one line: write one"
        elif len(text) > LONGEST:
            yield where, f"{what} has {len(text)} characters: write at most {LONGEST}"


def _unknown(shown: str, name: str, known: tuple[str, ...], noun: str) -> str:
    nearest = most_alike(name, known, least=_ALIKE)
    if nearest is not None:
        hint = f"[{nearest}]" if shown != name else nearest
        return f"{shown} is no {noun}: did you mean {hint}?"
    *others, last = known
    return f"{shown} is no {noun}: write {', '.join(others)} or {last}"


def _no_toml(message: str) -> Fault:
    found = _PLACE.match(message)
    line = int(found["line"]) if found and found["line"] else None
    column = f" at column {found['column']}" if found and line else " at its end"
    what = (found["what"] if found else message).rstrip(".")
    return Fault(line, f'this is no TOML{column} ({what}): write churn = "Call them."')


def _lines_of(text: str) -> dict[Path, int]:
    """Find the lines of headings and keys; those of an inline table are that of its key."""
    found: dict[Path, int] = {}
    table: Path = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if heading := _HEADING.match(line):
            table = _path(heading["table"])
            found.setdefault(table, number)
        elif key := _KEY.match(line):
            found.setdefault((*table, *_path(key["key"])), number)
    return found


def _path(dotted: str) -> Path:
    return tuple(part.strip().strip("\"'") for part in _PART.findall(dotted))


def _line_of(lines: Mapping[Path, int], path: Path) -> int | None:
    """Find the line of a key, or of the table around it, or of what stands below it."""
    for end in range(len(path), 0, -1):
        if path[:end] in lines:
            return lines[path[:end]]
    below = [line for one, line in lines.items() if one[: len(path)] == path]
    return min(below, default=None)
