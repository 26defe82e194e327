"""The one shape of a feature: what it serves, under the names that Slack and the scheduler use."""

import re
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from bot.message import Message
from bot.slack.event import EventHandler
from bot.slack.sent import Asker, Click, Request, Submission
from bot.spoken import as_typed
from bot.style.parts import Parts

Command = Callable[[Request], Message | None]
"""Answers what was typed after the slash command; None where a form has opened instead."""
OnClick = Callable[[Click], Message | None]
"""Does what a button is for, and says so; None where a form has opened instead."""
Save = Callable[[], Message]
OnSubmission = Callable[[Submission], Save]
"""Checks the fields while the form is open; what it returns is called once the form is closed."""
HomeSection = Callable[[Asker], Parts]
"""Composes what a person's Home tab shows of a feature; nothing where it has nothing to show."""

_TYPED_TWICE = re.compile(r"\A\s*(?:/[a-z][a-z0-9_-]*(?:\s+|$))+", re.IGNORECASE)

QUESTION = ""
"""Names the command that answers whatever begins with no other command's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Work that the scheduler does again and again, at most once at a time.

    Attributes
    ----------
    name : str
        As ``/metrics`` shows it.
    build : callable
        Makes what is run, at the first tick: a process that only answers never builds it.
    is_led : bool
        Whether one process does it for all of them.
    needs_clock : bool
        Whether it waits while the machine's clock is not believed.
    is_repeated : bool
        Whether it runs again at once as long as it returns something true.
    """

    name: str
    every: timedelta
    build: Callable[[], Callable[[], object]]
    is_led: bool = False
    needs_clock: bool = False
    is_repeated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """The commands, buttons, forms, events, jobs and Home of one feature, or of all joined.

    Attributes
    ----------
    commands : mapping
        By the first word after the slash command.
    clicks : mapping
        By a button's action id.
    forms : mapping
        By a form's callback id.
    events : mapping
        By Slack's name for an event, which several features may hear.
    home : mapping
        Sections of the Home tab, by name.
    """

    commands: Mapping[str, Command] = field(default_factory=dict)
    clicks: Mapping[str, OnClick] = field(default_factory=dict)
    forms: Mapping[str, OnSubmission] = field(default_factory=dict)
    events: Mapping[str, EventHandler] = field(default_factory=dict)
    jobs: tuple[Job, ...] = ()
    home: Mapping[str, HomeSection] = field(default_factory=dict)


def split_command(text: str, names: Container[str]) -> tuple[str, str]:
    """Split what was typed into a command's name and the rest; all of it may be a question.

    Examples
    --------
    >>> split_command("Annualise 98%", {"annualise"}), split_command("smb ttm", {"annualise"})
    (('annualise', '98%'), ('', 'smb ttm'))
    >>> split_command("/nrr smb ttm", {"annualise"})  # the slash command typed twice
    ('', 'smb ttm')
    >>> split_command("B2B/B2C ttm", {"annualise"})  # a name with a slash in it
    ('', 'B2B/B2C ttm')
    >>> split_command("Tell me when smb drops below 90%", {"alert"})
    ('alert', 'smb drops below 90%')
    """
    text = as_typed(_TYPED_TWICE.sub("", text), names)
    words = text.split(maxsplit=1)
    if words and (name := words[0].casefold()) in names:
        return name, words[1].strip() if len(words) > 1 else ""
    return QUESTION, text
