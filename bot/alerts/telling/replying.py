"""Words in the thread of an alert: "snooze it until friday", "acknowledge", "wake it"."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.alerts.refs import AlertRef, snooze_menu
from bot.alerts.rules.silencing import read_snooze
from bot.alerts.telling.clicks import AlertButtons
from bot.errors import UsageError
from bot.feature import Command
from bot.message import Message
from bot.slack.sent import Click, Request
from bot.style.blocks import actions, section
from storage.alerts.updates import told_at

UNTIL_WHEN = "Until when? Or say it here, as in `snooze it until friday`."
WHICH = (
    "say which alert: in the thread of one `{word} it` is enough, elsewhere its number is needed,"
    " as in `/nrr alert {example}`; `/nrr alerts` lists them"
)
_IT = re.compile(
    r"(?:(?:it|that|them|these|(?:this|the)(?: one| alert)?)\b)?[\s,.!]*", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertReplies:
    """Does in the thread of an alert what its buttons do; elsewhere, what ``/nrr alert`` does.

    Attributes
    ----------
    by_number : callable
        Answers ``/nrr alert`` and what follows it.
    """

    buttons: AlertButtons
    by_number: Command

    def commands(self) -> dict[str, Command]:
        """List the words that people say in such a thread."""
        acknowledge = self._served("acknowledge", self.buttons.acknowledge)
        wake = self._served("wake", self.buttons.wake)
        return {
            "snooze": self.snooze,
            "acknowledge": acknowledge,
            "ack": acknowledge,
            "wake": wake,
            "unsnooze": wake,
            "mute": self._served("mute", self.buttons.mute),
            "unmute": self._served("unmute", self.buttons.unmute),
        }

    def snooze(self, request: Request) -> Message | None:
        """Snooze the alerts of a thread until the day that is said; without one, ask for it.

        Raises
        ------
        UsageError
            If no alert is meant, or the day is none.
        """
        refs, rest = self._refs(request), _without_it(request.text)
        if not refs or (rest and rest.split()[0].isdigit()):
            return self._elsewhere("snooze", request)
        if not rest:
            menus = [snooze_menu(ref.text()) for ref in refs[:1]]
            return Message(UNTIL_WHEN, blocks=(section(UNTIL_WHEN), actions(menus)))
        snooze = read_snooze(rest, today=self.buttons.setup.today())
        if snooze.scope:
            return self._elsewhere("snooze", request)
        said = [
            self.buttons.snooze_until(request.asker, ref, snooze.until, snooze.reason)
            for ref in refs
        ]
        return said[-1]

    def _served(self, word: str, press: Callable[[Click], Message]) -> Command:
        def serve(request: Request) -> Message | None:
            refs = self._refs(request)
            if not refs or _without_it(request.text):
                return self._elsewhere(word, request)
            return [press(_click(request, ref)) for ref in refs][-1]

        return serve

    def _elsewhere(self, word: str, request: Request) -> Message | None:
        if not _without_it(request.text):
            example = "snooze 3 until friday" if word == "snooze" else f"{word} 3"
            raise UsageError(WHICH.format(word=word, example=example))
        return self.by_number(replace(request, text=f"{word} {request.text}"))

    def _refs(self, request: Request) -> list[AlertRef]:
        asker = request.asker
        with self.buttons.setup.store.read() as session:
            told = told_at(session, asker.channel_id, asker.thread_ts)
        return [AlertRef(fingerprint=one[0], episode=one[1], month=None) for one in told]


def _without_it(text: str) -> str:
    return text[found.end() :].strip() if (found := _IT.match(text.strip())) else text


def _click(request: Request, ref: AlertRef) -> Click:
    return Click(
        asker=request.asker,
        action_id="",
        block_id="",
        value=ref.text(),
        message_ts=request.asker.thread_ts,
        trigger_id=request.trigger_id,
    )
