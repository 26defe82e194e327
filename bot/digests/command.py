"""``/nrr digest``: sets up, lists, changes and ends the digests of a channel."""

from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

from bot.access.authority import judge_grants
from bot.access.decisions import EPHEMERAL, Action, Allow, Deny, Reach, Reason
from bot.access.gate import Gate
from bot.access.visibility import Visibility
from bot.digests.choices import MONTHLY, choices_of, default_choices
from bot.digests.form import DigestForm
from bot.digests.list_message import digest_list
from bot.digests.subscribing import NONE_SEEN, Subscribing, post_entry
from bot.digests.wording.subscriptions import content_words, next_words
from bot.errors import AccessDeniedError, UsageError
from bot.message import Message
from bot.slack.sent import Asker, Request
from bot.style.names import escaped
from metrics.rollup import Scope
from storage.access.audit import Entry
from storage.digests.subscriptions import DigestPeriod, Subscription
from storage.tables.delivery import SubscriptionState

USAGE = (
    "type `/nrr digest here` to set one up, or `/nrr digest here monthly`, or `/nrr digest` with"
    " `list`, `edit`, `pause`, `resume`, `now` or `remove`, as in `/nrr digest pause 3`"
)
_RHYTHMS = {"weekly": False, MONTHLY: True}
_TOO_LONG = 10  # PostgreSQL's integer holds every number of nine digits


class DigestWords(NamedTuple):
    """A command as it is typed: its verb, the digest's number, and how often that is to come."""

    verb: str
    number: int | None = None
    is_monthly: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestCommand:
    """Serves ``/nrr digest``.

    Attributes
    ----------
    gate : Gate
        Asked before anything is posted in the channel.
    """

    subscribing: Subscribing
    gate: Gate
    form: DigestForm
    time_zone: str
    main_dimension: str

    def answer(self, request: Request) -> Message | None:
        """Carry out a command and confirm it; None where a form has opened.

        Raises
        ------
        UsageError
            If the words are no command.
        AccessDeniedError
            If this channel may not have a digest.
        """
        words = read_words(request.text)
        if words.verb == "here":
            self.set_up(request, is_monthly=bool(words.is_monthly))
            return None
        if words.verb == "list":
            return self._list(request)
        found = self._find(request, words.number)
        if words.verb == "edit":
            self._edit(request, found, is_monthly=words.is_monthly)
            return None
        do = {
            "now": self._send_now,
            "resume": self._resume,
            "pause": self._pause,
            "remove": self._remove,
        }[words.verb]
        return do(request, found)

    def list_or_answer(self, request: Request) -> Message | None:
        """Serve ``/nrr digests``: alone it lists them, as ``/nrr alerts`` does."""
        return self.answer(replace(request, text=request.text.strip() or "list"))

    def set_up(
        self,
        request: Request,
        *,
        scope: Scope | None = None,
        dimension: str | None = None,
        period: DigestPeriod = DigestPeriod.LAST_MONTH,
        is_monthly: bool = False,
    ) -> None:
        """Open the form of a new digest, filled in.

        Parameters
        ----------
        scope : Scope, optional
            All that the person may see by default.
        dimension : str, optional
            The main one by default.

        Raises
        ------
        AccessDeniedError
            If the person may not set up digests, or not in this channel.
        """
        asker = request.asker
        dimensions, usual = self.form.dimensions(asker), self.form.scope(asker)
        if not dimensions:
            raise AccessDeniedError(Reason.NO_ROLE)
        scope = usual if scope is None else scope
        # One value split by its own dimension would be a table of one row.
        worth = [one for one in dimensions if one not in dict(scope)] or dimensions
        main = self.main_dimension if self.main_dimension in worth else worth[0]
        choices = default_choices(
            time_zone=self.form.time_zone(asker) or self.time_zone,
            dimension=dimension if dimension and dimension in worth else main,
            scope=scope,
            period=period,
            is_monthly=is_monthly,
        )
        self.form.open(request, choices)

    def _edit(
        self, request: Request, subscription: Subscription, *, is_monthly: bool | None
    ) -> None:
        choices = choices_of(subscription)
        if is_monthly is not None:
            period = DigestPeriod.LAST_MONTH if is_monthly else choices.content.period
            content = replace(choices.content, period=period, is_monthly=is_monthly)
            choices = replace(choices, content=content)
        self.form.open(request, choices, subscription_id=subscription.id)

    def _find(self, request: Request, number: int | None) -> Subscription:
        asker = request.asker
        visibility = self.gate.visibility(asker, Action.ASK)
        # of figures that they may not see: the refusal is that of a digest that does not exist
        is_seen = partial(_is_seen, asker=asker, visibility=visibility)
        return self.subscribing.find(asker.channel_id, number, is_seen=is_seen)

    def _list(self, request: Request) -> Message:
        asker = request.asker
        visibility = self.gate.visibility(asker, Action.ASK)
        every = self.subscribing.listed(asker.channel_id)
        listed = tuple(
            one for one in every if _is_seen(one.subscription, asker=asker, visibility=visibility)
        )
        if not listed:
            raise UsageError(NONE_SEEN if every else self.subscribing.none_here)
        hidden = len(every) - len(listed)
        return digest_list(listed, now=self.subscribing.now(), hidden=hidden)

    def _post_entry(self, request: Request, subscription: Subscription) -> Entry:
        channel_id = subscription.destination.channel_id
        return post_entry(self.gate, request.asker, subscription.content.scope, channel_id)

    def _send_now(self, request: Request, subscription: Subscription) -> Message:
        entry = self._post_entry(request, subscription)
        self.subscribing.send_now(subscription, request_id=request.trigger_id, entry=entry)
        return Message(f"Digest {subscription.id} is on its way to this channel.")

    def _resume(self, request: Request, subscription: Subscription) -> Message:
        entry = self._post_entry(request, subscription)
        resumed = self.subscribing.set_state(subscription, SubscriptionState.ACTIVE, entry=entry)
        moment = next_words(resumed, now=self.subscribing.now())
        return Message(f"Digest {resumed.id} comes again: the next one {moment}.")

    def _stop(self, request: Request, subscription: Subscription, state: SubscriptionState) -> None:
        asker, reach = request.asker, Reach(scope=subscription.content.scope)
        # its owner may stop a digest even without the right to have it any more
        if subscription.destination.owner_id != asker.user_id:
            decision = judge_grants(self.gate.principal(asker), Action.SUBSCRIBE, reach)
            if isinstance(decision, Deny):
                raise AccessDeniedError(decision.reason)
        entry = self.gate.records.entry(
            asker, Action.SUBSCRIBE, Allow(), surface=EPHEMERAL, reach=reach
        )
        self.subscribing.set_state(subscription, state, entry=entry)

    def _pause(self, request: Request, subscription: Subscription) -> Message:
        self._stop(request, subscription, SubscriptionState.PAUSED)
        return Message(
            f"Digest {subscription.id} is paused: `/nrr digest resume {subscription.id}` lets it"
            " come again."
        )

    def _remove(self, request: Request, subscription: Subscription) -> Message:
        self._stop(request, subscription, SubscriptionState.REMOVED)
        what = escaped(content_words(subscription))
        return Message(f"Digest {subscription.id} ({what}) is removed: it comes no more.")


def _is_seen(subscription: Subscription, *, asker: Asker, visibility: Visibility) -> bool:
    is_own = subscription.destination.owner_id == asker.user_id
    return is_own or visibility.sees(subscription.content.scope)


def read_words(text: str) -> DigestWords:
    """Read a command.

    Examples
    --------
    >>> read_words("here monthly")
    DigestWords(verb='here', number=None, is_monthly=True)
    >>> read_words("Pause #3")
    DigestWords(verb='pause', number=3, is_monthly=None)
    """
    match text.casefold().split():
        case ["here" | "list" | "edit" | "pause" | "resume" | "remove" | "now" as word]:
            return DigestWords(word)
        case ["here" | "edit" as word, "weekly" | "monthly" as rhythm]:
            return DigestWords(word, is_monthly=_RHYTHMS[rhythm])
        case ["edit", number, "weekly" | "monthly" as rhythm]:
            return DigestWords("edit", read_number(number), _RHYTHMS[rhythm])
        case ["weekly" | "monthly" as rhythm]:
            return DigestWords("here", is_monthly=_RHYTHMS[rhythm])
        case ["edit" | "pause" | "resume" | "remove" | "now" as word, number]:
            return DigestWords(word, read_number(number))
        case _:
            raise UsageError(USAGE)


def read_number(text: str) -> int:
    """Read the number of a digest, with or without a number sign."""
    digits = text.removeprefix("#")
    if not (digits.isascii() and digits.isdecimal() and len(digits) < _TOO_LONG):
        raise UsageError(
            "a digest has a number, as in `/nrr digest pause 3`: `/nrr digest list` shows it"
        )
    return int(digits)
