"""``/nrr digest here``, and what can be done with the digests of a channel."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.authorization.gate import Gate
from bot.blocks.digest_form import digest_form
from bot.blocks.digest_list import digest_list
from bot.commands.request import Request
from bot.delivery.forms import Forms
from bot.digest_choices import Choices, choices_of, usual_choices
from bot.errors import UsageError
from bot.message import Message
from bot.questions import Vocabulary
from bot.subscribing import NONE_HERE, Subscribing
from bot.wording.names import escaped
from bot.wording.subscriptions import about, next_words
from storage.subscriptions import Subscription, SubscriptionState

USAGE = (
    "type `/nrr digest here` to set one up, or `/nrr digest` with `list`, `edit`, `pause`,"
    " `resume`, `now` or `remove`, as in `/nrr digest pause 3`"
)
_LONGEST = 10
"""More digits than any digest's number has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestCommand:
    """Serves the sub-command.

    Attributes
    ----------
    gate : Gate
        Asked before anything is posted in the channel.
    quick_gate : Gate
        Asked before a form opens, which Slack allows for three seconds: it does not wait long.
    vocabulary : callable
        What the ledger knows.
    """

    subscribing: Subscribing
    gate: Gate
    quick_gate: Gate
    forms: Forms
    vocabulary: Callable[[], Vocabulary]
    time_zone: str
    main_dimension: str

    def answer(self, request: Request) -> Message | None:
        """Do what was typed, and say so; None where a form has opened.

        Raises
        ------
        UsageError
            If the words mean nothing here.
        AccessDeniedError
            If this channel may not have a digest.
        """
        word, number = read_words(request.text)
        if word == "here":
            return self._set_up(request)
        if word == "list":
            return self._list(request.asker.channel_id)
        do = {
            "edit": self._edit,
            "now": self._send_now,
            "resume": self._resume,
            "pause": self._pause,
            "remove": self._remove,
        }[word]
        return do(request, self.subscribing.find(request.asker.channel_id, number))

    def _set_up(self, request: Request) -> Message | None:
        dimensions = tuple(self.vocabulary().values)
        main = self.main_dimension if self.main_dimension in dimensions else dimensions[0]
        return self._open(request, usual_choices(time_zone=self.time_zone, dimension=main))

    def _edit(self, request: Request, subscription: Subscription) -> Message | None:
        return self._open(request, choices_of(subscription), subscription_id=subscription.id)

    def _open(self, request: Request, choices: Choices, **about: int) -> Message | None:
        channel_id = request.asker.channel_id
        self.quick_gate.require_channel_if_known(channel_id)
        view = digest_form(
            choices,
            about={"channel_id": channel_id, **about},
            dimensions=tuple(self.vocabulary().values),
        )
        self.forms.open(request.trigger_id, view)
        return None

    def _list(self, channel_id: str) -> Message:
        listed = self.subscribing.listed(channel_id)
        if not listed:
            raise UsageError(NONE_HERE)
        return digest_list(listed, now=self.subscribing.now())

    def _send_now(self, request: Request, subscription: Subscription) -> Message:
        self.gate.require_channel(subscription.channel_id)
        self.subscribing.send_now(subscription, request_id=request.trigger_id)
        return Message(f"Digest {subscription.id} is on its way to this channel.")

    def _resume(self, request: Request, subscription: Subscription) -> Message:
        self.gate.require_channel(request.asker.channel_id)
        self.gate.require_person(request.asker, fresh=True)
        resumed = self.subscribing.set_state(subscription, SubscriptionState.ACTIVE)
        moment = next_words(resumed, now=self.subscribing.now())
        return Message(f"Digest {resumed.id} comes again: the next one {moment}.")

    def _pause(self, _: Request, subscription: Subscription) -> Message:
        self.subscribing.set_state(subscription, SubscriptionState.PAUSED)
        return Message(
            f"Digest {subscription.id} is paused: `/nrr digest resume {subscription.id}` lets it"
            " come again."
        )

    def _remove(self, _: Request, subscription: Subscription) -> Message:
        self.subscribing.set_state(subscription, SubscriptionState.REMOVED)
        what = escaped(about(subscription))
        return Message(f"Digest {subscription.id} ({what}) is removed: none comes any more.")


def read_words(text: str) -> tuple[str, int | None]:
    """Return what is to be done, and with which digest if one is named.

    Examples
    --------
    >>> read_words("here"), read_words("Pause #3")
    (('here', None), ('pause', 3))
    """
    match text.casefold().split():
        case ["here" | "list" as word]:
            return word, None
        case ["edit" | "pause" | "resume" | "remove" | "now" as word]:
            return word, None
        case ["edit" | "pause" | "resume" | "remove" | "now" as word, number]:
            return word, read_number(number)
        case _:
            raise UsageError(USAGE)


def read_number(text: str) -> int:
    """Return the number of a digest."""
    digits = text.removeprefix("#")
    if not (digits.isascii() and digits.isdecimal() and len(digits) < _LONGEST):
        raise UsageError(
            "a digest has a number, as in `/nrr digest pause 3`: `/nrr digest list` shows it"
        )
    return int(digits)
