"""The first message to a channel and to a person: three lines, three buttons, once for each."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from bot.access.decisions import Action, Reach
from bot.access.gate import Gate
from bot.access.visibility import Visibility
from bot.answers.answers import Answers
from bot.answers.examples import Examples, examples_of
from bot.clock import Clock
from bot.delivery.parcels import message_parcel
from bot.errors import AccessDeniedError
from bot.message import Block, Message
from bot.questions.buttons import EVERY_MONDAY, OFFERED, TELL_ME
from bot.questions.question import canonical_scope
from bot.slack.sent import Asker
from bot.style.blocks import button
from bot.style.parts import Actions, Said
from bot.style.rendering import message_of
from metrics.rollup import Scope
from storage.delivery import outbox
from storage.errors import StorageError

NO_NAMES = Examples()
NOTHING_YET = (
    "I answer with net revenue retention, and have no figures yet: whoever runs me imports them,"
    " and then /nrr answers here."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Greeter:
    """Greets through the outbox, where a key makes it once, whatever happens meanwhile."""

    answers: Answers
    gate: Gate
    now: Clock

    def person(self, user_id: str) -> None:
        """Greet a person who may see something, in words of what they may see."""
        visibility = self.gate.visibility(self._asker(user_id), Action.ASK)
        if visibility.scopes and self._has_figures():
            about = visibility.default or ()
            examples, name = examples_of(self.answers, visibility), self.gate.workspace.bot_name
            self._send(user_id, greeting(examples, about, name))

    def channel(self, channel_id: str, inviter_id: str | None) -> None:
        """Greet a channel, in names that whoever invited the bot may share there."""
        if not self._has_figures():
            self._send(channel_id, message_of((Said(NOTHING_YET),)), beside=":empty")
            return
        visibility = self._shown_in(channel_id, inviter_id)
        examples = examples_of(self.answers, visibility) if visibility else NO_NAMES
        about = (visibility.default if visibility else None) or ()
        self._send(channel_id, greeting(examples, about, None))

    def _shown_in(self, channel_id: str, inviter_id: str | None) -> Visibility | None:
        """Find the visibility that an inviter may share; None where no name may stand there."""
        with suppress(AccessDeniedError):
            if inviter_id is not None:
                shared = self.gate.visibility(self._asker(inviter_id), Action.SHARE)
                visibility = shared.without_accounts()
                if visibility.default is not None:
                    self.gate.require_channel_for(channel_id, Reach(scope=visibility.default))
                    return visibility
        return None

    def _has_figures(self) -> bool:
        try:
            self.answers.vocabulary()
        except StorageError:
            return False
        return True

    def _send(self, to: str, message: Message, *, beside: str = "") -> None:
        team_id, now = self.gate.workspace.team_id, self.now()
        key = f"hello:{team_id}:{to}{beside}"
        parcel = message_parcel(message, dedupe_key=key, team_id=team_id, to=to, now=now)
        with self.answers.store.write(ledger=False) as session:
            outbox.enqueue(session, parcel, now=now)

    def _asker(self, user_id: str) -> Asker:
        return Asker(user_id=user_id, team_id=self.gate.workspace.team_id)


def greeting(examples: Examples, about: Scope, bot_name: str | None) -> Message:
    """Write three lines and three buttons that work on the ledger at hand.

    Parameters
    ----------
    examples : Examples
        Names that may stand there.
    about : Scope
        What the questions of the buttons are about.
    bot_name : str, optional
        The bot's, for a person, who has to invite it; None for a channel, which has.
    """
    value = examples.value or ""
    of_part = f"{value} " if value else ""
    here = "Every Monday I can post it here: /nrr digest here"
    there = f"Every Monday I can post it in a channel: /invite @{bot_name}, then /nrr digest here"
    return message_of(
        (
            Said(
                f"I answer with net revenue retention: /nrr {of_part}last-quarter, or /nrr why.",
                f"{there if bot_name else here}.",
                f"I tell you when it drops: /nrr alert {of_part}below 90%. /nrr help has the rest.",
            ),
            Actions(tuple(_buttons(examples, about, is_in_channel=bot_name is None))),
        )
    )


def _buttons(examples: Examples, about: Scope, *, is_in_channel: bool) -> Iterator[Block]:
    scope = canonical_scope(about)
    split = f"by {examples.dimension}" if examples.dimension and not scope else ""
    asked = " ".join(f"{scope} {split} last-month".split())
    alone = f"{scope} last-month".strip()
    second = (
        (EVERY_MONDAY, "Digest here", alone)
        if is_in_channel
        else (OFFERED[1], "Month by month", f"trend {scope} monthly".replace("  ", " "))
    )
    for found in ((OFFERED[0], "Last month", asked), second, (TELL_ME, "Alert me", alone)):
        if made := button(*found):
            yield made
