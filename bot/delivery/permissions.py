"""Asks just before a message with figures goes whether its recipient may still have them."""

from bot.access.decisions import DIRECT_MESSAGE, Action, Reach
from bot.access.gate import Gate
from bot.delivery.outcomes import ALERT, NOTICE
from bot.delivery.verdicts import PostVerdict, judge_denial
from bot.errors import AccessDeniedError
from bot.slack.ids import is_person
from bot.slack.sent import Asker
from storage.alerts.notices import rule_owners, scopes_in
from storage.delivery.outbox import Address, Claim
from storage.digests.subscriptions import Destination, Subscription, get
from storage.store.engine import Store
from storage.tables.delivery import SubscriptionState
from storage.tables.scopes import read_scope_text

WITH_ACCOUNTS = "accounts"  # the stored scope of an alert that names accounts


class CalledOffError(Exception):
    """The subscription of a message is not active any more."""


class Permissions:
    """Asks Slack, every time anew, about the channel and about the owner of a subscription."""

    def __init__(self, gate: Gate, store: Store) -> None:
        self._gate = gate
        self._store = store

    def of_claim(self, claim: Claim) -> PostVerdict | None:
        """Judge whether a message may go now; None if it may.

        Raises
        ------
        CalledOffError
            If it belongs to a subscription that is not active.
        """
        if claim.parcel.kind == NOTICE:
            return None
        number = claim.parcel.address.subscription_id
        if number is None:
            return self._ask(claim)
        with self._store.read() as session:
            subscription = get(session, number)
        if subscription is None:
            return self._ask(claim)
        if subscription.status.state is not SubscriptionState.ACTIVE:
            raise CalledOffError
        return self.of_subscription(subscription)

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

    def _ask(self, claim: Claim) -> PostVerdict | None:
        try:
            for reach in self._reaches(claim):
                self._require(claim, reach)
        except AccessDeniedError as error:
            return judge_denial(error)
        return None

    def _require(self, claim: Claim, reach: Reach) -> None:
        recipient = claim.parcel.address.channel_id
        if is_person(recipient):
            reader = _asker(recipient, claim.parcel.address)
            self._gate.require(reader, Action.OWN_ALERT, reach, surface=DIRECT_MESSAGE, fresh=True)
            return
        self._gate.require_channel_for(recipient, reach)
        with self._store.read() as session:
            owners = rule_owners(session, claim.parcel.dedupe_key)
        for owner in owners:
            self._gate.require_post(
                _asker(owner, claim.parcel.address), Action.SUBSCRIBE, reach, recipient
            )

    def _reaches(self, claim: Claim) -> list[Reach]:
        scope = claim.parcel.basis.scope
        if claim.parcel.kind != ALERT:
            return [Reach(scope=read_scope_text(scope) if scope else ())]
        # an alert may gather several: its scopes are stored with its notices
        with self._store.read() as session:
            scopes = scopes_in(session, claim.parcel.dedupe_key) or {()}
        return [Reach(scope=one, account_detail=scope == WITH_ACCOUNTS) for one in sorted(scopes)]


def _asker(user_id: str, place: Address | Destination) -> Asker:
    return Asker(
        user_id=user_id, team_id=place.team_id, channel_id=place.channel_id, response_url=""
    )
