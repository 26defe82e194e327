"""What Bolt calls for a command, a click or a form: past the gate, and never unanswered."""

import html
import logging
import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import Any

from slack_bolt import Ack, App

from bot.access.gate import Gate
from bot.errors import BotError, UsageError, is_expected, user_message
from bot.grants.command import is_claim
from bot.message import Message
from bot.slack.failures import UnansweredError
from bot.slack.replies import Replies
from bot.slack.sent import (
    Asker,
    Click,
    FieldsError,
    Request,
    Submission,
    read_asker,
    read_click,
    read_submission,
)

log = logging.getLogger("nrrbot.listeners")


class BusyError(BotError):
    """So many are waiting that one more would wait in vain."""

    def __init__(self) -> None:
        super().__init__("I am busy with other questions: try again in a moment")


class Doorway:
    """Counts who is inside, and turns away whoever is one too many."""

    def __init__(self, room: int) -> None:
        self._room = BoundedSemaphore(room)

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Be inside for a while.

        Raises
        ------
        BusyError
            If there is no room left.
        """
        if not self._room.acquire(blocking=False):
            raise BusyError
        try:
            yield
        finally:
            self._room.release()


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What the listeners work with.

    Attributes
    ----------
    commands : tuple of str
        The slash commands that are ours.
    respond : callable
        From what was typed to what to say; None where a form has opened instead.
    clicks : mapping
        By a button's action id: does what it is for, and returns what to say; None where a form
        has opened instead.
    forms : mapping
        By a form's callback id: checks its fields while it is open, and returns what is to be done
        once it is closed, which returns what to say.
    hear : callable
        Does at once what takes no time about an event, and returns what is left to be done.
    """

    gate: Gate
    replies: Replies
    commands: tuple[str, ...]
    respond: Callable[[Request], Message | None]
    clicks: Mapping[str, Callable[[Click], Message | None]]
    forms: Mapping[str, Callable[[Submission], Callable[[], Message]]]
    hear: Callable[[Mapping[str, Any]], Callable[[], None] | None]
    doorway: Doorway


def attach(app: App, desk: Desk) -> None:
    """Give ``app`` its listeners: nobody gets past one without the gate, nor without an answer."""

    @app.command(re.compile(".*"))
    def on_command(ack: Ack, body: dict[str, Any]) -> None:
        with _errors_told(read_asker(body), desk.replies):
            try:
                with desk.doorway.entered():
                    ack()
                    _serve_command(desk, body)
            except BusyError as busy:
                ack(text=f"{busy}.", response_type="ephemeral")

    @app.action(re.compile(".*"))
    def on_click(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        with _errors_told(read_asker(body), desk.replies), desk.doorway.entered():
            _serve_click(desk, body)

    @app.view(re.compile(".*"))
    def on_submission(ack: Ack, body: dict[str, Any]) -> None:
        submission = read_submission(body)
        with _errors_told(submission.asker, desk.replies):
            try:
                with desk.doorway.entered():
                    _serve_form(desk, submission, ack)
            except BusyError as busy:
                ack(response_action="errors", errors={submission.first_field: f"{busy}."})

    @app.event(re.compile(".*"))
    def on_event(body: dict[str, Any]) -> None:
        _hear(desk, body)  # Bolt has acknowledged it

    @app.error
    def on_error(error: Exception, body: dict[str, Any]) -> None:
        _explain(error, read_asker(body), desk.replies)


@contextmanager
def _errors_told(asker: Asker, replies: Replies) -> Iterator[None]:
    """Tell the person of any error here, at the edge.

    Bolt does not get to see it: of a listener that fails within 10 ms after it has acknowledged,
    Bolt forgets the acknowledgement, and Slack tells the person that the app does not respond.
    """
    try:
        yield
    except Exception as error:  # noqa: BLE001 - nobody is left without an answer
        _explain(error, asker, replies)


def _serve_command(desk: Desk, body: Mapping[str, Any]) -> None:
    asker = read_asker(body)
    if is_claim(str(body.get("text", ""))):
        desk.gate.require_member(asker)
    else:
        desk.gate.require_person(asker)
    if body["command"] not in desk.commands:
        raise UsageError("this command is not set up: an administrator adds it to NRRBOT_COMMANDS")
    # Slack escapes three characters, so that mentions arrive as ids.
    text = html.unescape(str(body.get("text", "")))
    request = Request(text=text, asker=asker, trigger_id=str(body.get("trigger_id", "")))
    said = desk.respond(request)
    if said is not None:
        desk.replies.send(asker, said)


def _serve_click(desk: Desk, body: Mapping[str, Any]) -> None:
    click = read_click(body)
    desk.gate.require_person(click.asker)
    if click.action_id not in desk.clicks or not click.value:
        raise UsageError("this button is from another version of me: ask again and use the new one")
    said = desk.clicks[click.action_id](click)
    if said is not None:
        desk.replies.send(click.asker, said)


def _serve_form(desk: Desk, submission: Submission, ack: Ack) -> None:
    """Close a form that is right, and only then do what may take longer than Slack waits."""
    try:
        finish = _check_form(desk, submission)
    except FieldsError as error:
        ack(response_action="errors", errors=error.said)
        return
    except Exception:
        ack()
        raise
    ack()
    desk.replies.send(submission.asker, finish())


def _check_form(desk: Desk, submission: Submission) -> Callable[[], Message]:
    desk.gate.require_person(submission.asker)
    if submission.callback_id not in desk.forms:
        raise UsageError("this form is from another version of me: open a new one")
    return desk.forms[submission.callback_id](submission)


def _hear(desk: Desk, body: Mapping[str, Any]) -> None:
    """Act on an event; nobody waits for that, and what fails is found by the hourly sweep."""
    try:
        left = desk.hear(body)
        if left is not None:
            with desk.doorway.entered():
                left()
    except Exception:
        log.exception("an event is left to the sweep")


def _explain(error: Exception, asker: Asker, replies: Replies) -> None:
    """Tell the person what went wrong; what is not meant for people goes to the log alone."""
    reference = secrets.token_hex(4)
    if is_expected(error):
        log.info("refused", exc_info=error)
    else:
        log.error("failed", exc_info=error, extra={"reference": reference})
    if isinstance(error, UnansweredError):
        return
    said = html.escape(user_message(error, reference=reference), quote=False)
    try:
        replies.send(asker, Message(said))
    except UnansweredError as silence:
        log.warning("nobody told", exc_info=silence)
