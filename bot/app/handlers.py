"""Commands, clicks and forms pass the gate and are always answered; events are handled unasked."""

import html
import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from slack_bolt import Ack

from bot.access.gate import Gate
from bot.answers.services import Services
from bot.app.limit import MAX_REQUESTS, BusyError, ConcurrencyLimit
from bot.errors import UsageError, is_expected, user_message
from bot.feature import Feature, Save, split_command
from bot.grants.command import is_admin_claim
from bot.message import Message
from bot.slack.client import hurried
from bot.slack.event import Asked, EventEnvelope, Work, read
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
from bot.slack.typed import typed_text
from bot.slack.working import Working

CHECKING_SECONDS = 2  # of the three for which Slack waits before it calls a form lost

log = logging.getLogger("nrrbot.listeners")


@dataclass(frozen=True, slots=True, kw_only=True)
class Handlers:
    """Serves what Slack sends, by the names of a feature, and tells people of every error.

    Attributes
    ----------
    slash_commands : tuple of str
        The names under which the bot is installed, such as ``/nrr``.
    feature : Feature
        All features, joined.
    """

    gate: Gate
    replies: Replies
    working: Working
    slash_commands: tuple[str, ...]
    feature: Feature
    limit: ConcurrencyLimit = field(default_factory=lambda: ConcurrencyLimit(MAX_REQUESTS))

    def on_command(self, ack: Ack, body: dict[str, Any]) -> None:
        """Acknowledge a slash command, and answer it."""

        def refuse(words: str) -> None:  # in the acknowledgement, which costs no call to Slack
            ack(text=words, response_type="ephemeral")

        asker = read_asker(body)
        is_told = ack.response is not None  # that loading takes a moment
        work = partial(self._serve_command, ack, body, is_told=is_told)
        self._serve(asker, work, None if is_told else refuse)

    def on_click(self, body: dict[str, Any], *, waited: float = 0.0) -> None:
        """Do what a button is for whose click has been acknowledged, and has waited so long."""
        self._serve(read_asker(body), partial(self._serve_click, body, waited=waited))

    def on_submission(self, ack: Ack, body: dict[str, Any]) -> None:
        """Check a submitted form while it is open, close it, and save it."""
        submission = read_submission(body)

        def refuse(words: str) -> None:  # beside a field the form stays open, as it is filled in
            ack(response_action="errors", errors={submission.first_field: words})

        self._serve(submission.asker, partial(self._serve_form, ack, submission), refuse)

    def hear(self, body: dict[str, Any]) -> Work | Asked | None:
        """Take an event in before it is acknowledged: Slack sends no other after that."""
        try:
            return self.begin_event(body)
        except Exception:
            log.exception("an event is left to the sweep")
            return None

    def attend(self, work: Work | Asked | None, *, waited: float = 0.0) -> None:
        """Do what is left of an event that has waited; only what asks something has an answer."""
        try:
            if isinstance(work, Asked):
                serve = partial(self._serve_asked, work, waited=waited)
                if self._serve(work.asker, serve, says=work.may_explain):
                    work.over()
            elif work is not None:
                with self.limit.entered():
                    work()
        except Exception:
            log.exception("an event is left to the sweep")

    def on_error(self, error: Exception, body: dict[str, Any]) -> None:
        """Tell the person of an error that Bolt met before it called a listener."""
        self._explain(error, read_asker(body))

    def begin_event(self, body: Mapping[str, Any]) -> Work | Asked | None:
        """Do at once what takes no time about an event, and return the work that is left.

        Raises
        ------
        UnreadableEventError
            If Slack would not send such an event.
        """
        envelope = read(EventEnvelope, body)
        handle = self.feature.events.get(envelope.event.type)
        if handle is None or not envelope.is_for(self.gate.workspace.team_id):
            return None
        return handle(body["event"])

    def _serve(
        self,
        asker: Asker,
        work: Callable[[], None],
        refuse: Callable[[str], None] | None = None,
        says: Callable[[], bool] = lambda: True,
    ) -> bool:
        """Do the work of one request within the limit, and tell the person of any error.

        ``says`` is asked before an error is told. False where Slack took no answer, or did not say.
        """
        try:
            with self.limit.entered():
                work()
        except Exception as error:  # noqa: BLE001 - nobody is left without an answer
            # Bolt does not get to see it: of a listener that fails within 10 ms after it has
            # acknowledged, Bolt forgets the acknowledgement, and Slack tells the person that the
            # app does not respond.
            if refuse is not None and isinstance(error, BusyError):
                refuse(f"{error}.")
            elif says():
                return self._explain(error, asker)
        return True

    def _serve_command(self, ack: Ack, body: Mapping[str, Any], *, is_told: bool) -> None:
        asker = read_asker(body)
        run = partial(self._run_command, asker, body)
        if is_told:
            self._send(asker, run())
            return
        ack()
        self._reply(asker, run)

    def _run_command(self, asker: Asker, body: Mapping[str, Any]) -> Message | None:
        text = typed_text(str(body.get("text", "")))
        self._admit(asker, text)
        if body["command"] not in self.slash_commands:
            raise UsageError(
                "this command is not set up: an administrator adds it to NRRBOT_COMMANDS"
            )
        name, rest = split_command(text, self.feature.commands)
        request = Request(text=rest, asker=asker, trigger_id=str(body.get("trigger_id", "")))
        return self.feature.commands[name](request)

    def _reply(
        self, asker: Asker, work: Callable[[], Message | None], *, waited: float = 0.0
    ) -> None:
        """Send somebody what comes of the work, and if that takes long, that it does."""
        with self.working.shown(partial(self.replies.note, asker), waited=waited):
            said = work()
        self._send(asker, said)

    def _send(self, asker: Asker, said: Message | None) -> None:
        if said is not None:
            self.replies.send(asker, said)

    def _serve_asked(self, asked: Asked, *, waited: float) -> None:
        self._admit(asked.asker, asked.text)
        with self.working.shown(asked.note, waited=waited):
            asked.answer()

    def _admit(self, asker: Asker, text: str) -> None:
        if is_admin_claim(text):
            self.gate.require_member(asker)  # the first administrator has no grant yet
        else:
            self.gate.require_person(asker)

    def _serve_click(self, body: Mapping[str, Any], *, waited: float) -> None:
        click = read_click(body)
        self._reply(click.asker, partial(self._click, click), waited=waited)

    def _click(self, click: Click) -> Message | None:
        self.gate.require_person(click.asker)
        if click.action_id not in self.feature.clicks or not click.value:
            # Messages stay in Slack for years, and with them buttons that are gone by now.
            raise UsageError(
                "this button is from another version of me: ask again and use the new one"
            )
        return self.feature.clicks[click.action_id](click)

    def _serve_form(self, ack: Ack, submission: Submission) -> None:
        """Close a form that is right, and only then save it: Slack waits three seconds at most."""
        try:
            with hurried(CHECKING_SECONDS):
                save = self._check_form(submission)
        except FieldsError as error:
            ack(response_action="errors", errors=error.said)
            return
        except Exception:
            ack()  # closes the form; the person is told in a message instead
            raise
        ack()
        self._reply(submission.asker, save)

    def _check_form(self, submission: Submission) -> Save:
        self.gate.require_person(submission.asker)
        if submission.callback_id not in self.feature.forms:
            raise UsageError("this form is from another version of me: open a new one")
        return self.feature.forms[submission.callback_id](submission)

    def _explain(self, error: Exception, asker: Asker) -> bool:
        """Tell the person what went wrong; what is not meant for people goes to the log alone."""
        reference = secrets.token_hex(4)  # told to the person, and found in the log
        if is_expected(error):
            log.info("refused", exc_info=error)
        else:
            log.error("failed", exc_info=error, extra={"reference": reference})
        if isinstance(error, UnansweredError):
            return False  # Slack took no reply, and would take none about that either
        # An error quotes what was typed, which must not become a mention or a link.
        said = html.escape(user_message(error, reference=reference), quote=False)
        try:
            self.replies.send(asker, Message(said))
        except UnansweredError as silence:
            log.warning("nobody told", exc_info=silence)
            return False
        return True


def build_handlers(services: Services, feature: Feature) -> Handlers:
    """Build the handlers that serve a feature."""
    return Handlers(
        gate=services.gate,
        replies=Replies(services.client, sleep=services.sleep),
        working=services.working,
        slash_commands=services.settings.nrrbot_commands,
        feature=feature,
    )
