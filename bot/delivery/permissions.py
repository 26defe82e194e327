"""Asks just before a message with figures goes whether its recipient may still have them."""

from dataclasses import dataclass

from bot.access.decisions import DIRECT_MESSAGE, Action, Reach
from bot.access.gate import Gate
from bot.delivery.outcomes import ALERT, BOARD, EXPORT, NOTICE, QUALITY
from bot.delivery.verdicts import PostVerdict, judge_denial
from bot.errors import AccessDeniedError
from bot.slack.ids import is_person
from bot.slack.sent import Asker
from metrics.rollup import Scope
from storage.alerts.notices import NoticeLine, lines_in
from storage.delivery.parcels import Address, Claim
from storage.digests.subscriptions import Destination, Subscription, get
from storage.store.engine import Store
from storage.tables.delivery import SubscriptionState
from storage.tables.scopes import read_scope_text

_ACTIONS = {EXPORT: Action.EXPORT, BOARD: Action.EXPORT, QUALITY: Action.DATA}
"""Actions that the recipient of a message must be let take; of any other an alert of their own."""
WITH_ACCOUNTS = "accounts"  # the stored scope of an alert that names accounts


@dataclass(frozen=True, slots=True, kw_only=True)
class Denial:
    """The verdict on a message that may not go as it is.

    ``kept`` are the fingerprints of the alerts in it that its recipient may still hear of.
    """

    verdict: PostVerdict
    kept: frozenset[str] = frozenset()


class CalledOffError(Exception):
    """The subscription of a message is not active any more."""


class Permissions:
    """Asks Slack, every time anew, about the channel and about the owner of a subscription."""

    def __init__(self, gate: Gate, store: Store) -> None:
        self._gate = gate
        self._store = store

    def of_claim(self, claim: Claim) -> Denial | None:
        """Judge whether a message may go now; None if it may, as it is.

        Raises
        ------
        CalledOffError
            If it belongs to a subscription that is not active.
        """
        if claim.parcel.kind == NOTICE:
            return None
        with self._store.read() as session:
            subscription = get(session, claim.parcel.address.subscription_id)
        if subscription is None:
            return self._of_lines(claim)
        if subscription.status.state is not SubscriptionState.ACTIVE:
            raise CalledOffError
        verdict = self.of_subscription(subscription)
        return None if verdict is None else Denial(verdict=verdict)

    def of_subscription(self, subscription: Subscription) -> PostVerdict | None:
        """Judge whether a subscription's channel may have figures; None if it may."""
        to = subscription.destination
        owner = _asker(to.owner_id, to)
        reach = Reach(scope=subscription.content.scope)
        try:
            self._gate.require_post(owner, Action.SUBSCRIBE, reach, to.channel_id)
        except AccessDeniedError as error:
            return judge_denial(error)
        return None

    def _of_lines(self, claim: Claim) -> Denial | None:
        """Judge each line of an alert by itself; another message is one line."""
        lines = self._lines(claim)
        verdicts = {
            about: self._of_line(claim, *about)
            for about in dict.fromkeys((line.scope, line.owner_id) for line in lines)
        }
        unsure = (one for one in verdicts.values() if one and not one.is_final)
        lost = (one for one in verdicts.values() if one)
        verdict = next(unsure, None) or next(lost, None)
        if verdict is None:
            return None
        if not verdict.is_final:
            return Denial(verdict=verdict)
        named = claim.parcel.basis.scope == WITH_ACCOUNTS
        seen = {
            about
            for about, one in verdicts.items()
            if one is None or (named and self._of_line(claim, *about, is_named=False) is None)
        }
        kept = (line.fingerprint for line in lines if (line.scope, line.owner_id) in seen)
        return Denial(verdict=verdict, kept=frozenset(filter(None, kept)))

    def _of_line(
        self, claim: Claim, scope: Scope, owner_id: str | None, *, is_named: bool = True
    ) -> PostVerdict | None:
        with_accounts = claim.parcel.kind == EXPORT or (
            is_named and claim.parcel.basis.scope == WITH_ACCOUNTS
        )
        reach = Reach(scope=scope, account_detail=with_accounts)
        recipient, place = claim.parcel.address.channel_id, claim.parcel.address
        try:
            if is_person(recipient):
                reader = _asker(recipient, place)
                action = _ACTIONS.get(claim.parcel.kind, Action.OWN_ALERT)
                self._gate.require(reader, action, reach, surface=DIRECT_MESSAGE, fresh=True)
                return None
            self._gate.require_channel_for(recipient, reach)
            if owner_id is not None:
                owner = _asker(owner_id, place)
                self._gate.require_post(owner, Action.SUBSCRIBE, reach, recipient)
        except AccessDeniedError as error:
            return judge_denial(error)
        return None

    def _lines(self, claim: Claim) -> tuple[NoticeLine, ...]:
        if claim.parcel.kind == ALERT:
            # an alert may gather several: their scopes are stored with its notices
            with self._store.read() as session:
                lines = lines_in(session, claim.parcel.dedupe_key)
            return lines or (NoticeLine(fingerprint="", scope=(), owner_id=None),)
        scope = claim.parcel.basis.scope
        told = read_scope_text(scope) if scope else ()
        return (NoticeLine(fingerprint="", scope=told, owner_id=None),)


def _asker(user_id: str, place: Address | Destination) -> Asker:
    return Asker(user_id=user_id, team_id=place.team_id, channel_id=place.channel_id)
