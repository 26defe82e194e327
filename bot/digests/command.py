"""``/nrr digest here``, and what can be done with the digests of a channel."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.access.authority import judge_grants
from bot.access.decisions import EPHEMERAL, Action, Allow, Deny, Reach, Reason, Surface
from bot.access.gate import Gate
from bot.access.visibility import Visibility, visibility_of
from bot.digests.choices import Choices, choices_of, default_choices
from bot.digests.form import digest_form
from bot.digests.list_message import digest_list
from bot.digests.subscribing import NONE_HERE, Subscribing
from bot.digests.wording.subscriptions import about, next_words
from bot.errors import AccessDeniedError, UsageError
from bot.message import Message
from bot.questions.parsing import Vocabulary
from bot.slack.forms import Forms
from bot.slack.sent import Request
from bot.style.names import escaped
from storage.access.audit import Entry
from storage.digests.subscriptions import Subscription
from storage.tables.delivery import SubscriptionState

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
        What the ledger knows, as far as somebody may see it.
    """

    subscribing: Subscribing
    gate: Gate
    quick_gate: Gate
    forms: Forms
    vocabulary: Callable[[Visibility], Vocabulary]
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
            return self._list(request)
        do = {
            "edit": self._edit,
            "now": self._send_now,
            "resume": self._resume,
            "pause": self._pause,
            "remove": self._remove,
        }[word]
        return do(request, self._find(request, number))

    def _set_up(self, request: Request) -> Message | None:
        dimensions = tuple(self.vocabulary(self._visibility(request)).values)
        if not dimensions:
            raise AccessDeniedError(Reason.NO_ROLE)
        main = self.main_dimension if self.main_dimension in dimensions else dimensions[0]
        return self._open(request, default_choices(time_zone=self.time_zone, dimension=main))

    def _edit(self, request: Request, subscription: Subscription) -> Message | None:
        return self._open(request, choices_of(subscription), subscription_id=subscription.id)

    def _open(self, request: Request, choices: Choices, **about: int) -> Message | None:
        channel_id = request.asker.channel_id
        self.quick_gate.require_channel_if_known(channel_id)
        view = digest_form(
            choices,
            about={"channel_id": channel_id, **about},
            dimensions=tuple(self.vocabulary(self._visibility(request)).values),
        )
        self.forms.open(request.trigger_id, view)
        return None

    def _visibility(self, request: Request) -> Visibility:
        return visibility_of(self.gate.principal(request.asker), Action.SUBSCRIBE)

    def _find(self, request: Request, number: int | None) -> Subscription:
        """Return a digest that whoever asks may know of; any other is as if it were not there."""
        asker = request.asker
        visibility = visibility_of(self.gate.principal(asker), Action.ASK)

        def is_seen(one: Subscription) -> bool:
            return visibility.sees(one.content.scope) or one.destination.owner_id == asker.user_id

        return self.subscribing.find(asker.channel_id, number, is_seen=is_seen)

    def _entry(self, request: Request, subscription: Subscription, surface: Surface) -> Entry:
        reach = Reach(scope=subscription.content.scope)
        return self.gate.records.entry(
            request.asker, Action.SUBSCRIBE, Allow(), surface=surface, reach=reach
        )

    def _require(self, request: Request, subscription: Subscription) -> Surface:
        return self.gate.require_post(
            request.asker,
            Action.SUBSCRIBE,
            Reach(scope=subscription.content.scope),
            subscription.destination.channel_id,
        )

    def _stop(self, request: Request, subscription: Subscription, state: SubscriptionState) -> None:
        """Let a digest come no more: its owner may, and who may have it posted."""
        reach = Reach(scope=subscription.content.scope)
        if subscription.destination.owner_id != request.asker.user_id:
            principal = self.gate.principal(request.asker)
            decision = judge_grants(principal, Action.SUBSCRIBE, reach)
            if isinstance(decision, Deny):
                raise AccessDeniedError(decision.reason)
        self.subscribing.set_state(
            subscription, state, entry=self._entry(request, subscription, EPHEMERAL)
        )

    def _list(self, request: Request) -> Message:
        visibility = visibility_of(self.gate.principal(request.asker), Action.ASK)
        listed = tuple(
            one
            for one in self.subscribing.listed(request.asker.channel_id)
            if visibility.sees(one.subscription.content.scope)
            or one.subscription.destination.owner_id == request.asker.user_id
        )
        if not listed:
            raise UsageError(NONE_HERE)
        return digest_list(listed, now=self.subscribing.now())

    def _send_now(self, request: Request, subscription: Subscription) -> Message:
        surface = self._require(request, subscription)
        self.subscribing.send_now(
            subscription,
            request_id=request.trigger_id,
            entry=self._entry(request, subscription, surface),
        )
        return Message(f"Digest {subscription.id} is on its way to this channel.")

    def _resume(self, request: Request, subscription: Subscription) -> Message:
        surface = self._require(request, subscription)
        resumed = self.subscribing.set_state(
            subscription,
            SubscriptionState.ACTIVE,
            entry=self._entry(request, subscription, surface),
        )
        moment = next_words(resumed, now=self.subscribing.now())
        return Message(f"Digest {resumed.id} comes again: the next one {moment}.")

    def _pause(self, request: Request, subscription: Subscription) -> Message:
        self._stop(request, subscription, SubscriptionState.PAUSED)
        return Message(
            f"Digest {subscription.id} is paused: `/nrr digest resume {subscription.id}` lets it"
            " come again."
        )

    def _remove(self, request: Request, subscription: Subscription) -> Message:
        self._stop(request, subscription, SubscriptionState.REMOVED)
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
