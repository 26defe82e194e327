"""Whether a message with figures may still go where it is to go, asked just before it goes."""

from bot.access.decisions import DIRECT_MESSAGE, Action, Reach
from bot.access.gate import Gate
from bot.delivery.outcomes import ALERT, NOTICE
from bot.delivery.verdicts import PostVerdict, Ruling, judge_denial
from bot.errors import AccessDeniedError
from bot.slack.ids import is_person
from bot.slack.sent import Asker
from storage.alerts.notices import rule_owners, scopes_in
from storage.delivery.outbox import Claim
from storage.digests.subscriptions import Subscription, get
from storage.store.engine import Store
from storage.tables.delivery import SubscriptionState
from storage.tables.scopes import read_scope_text

WITH_ACCOUNTS = "accounts"
"""What an alert carries for its scope if it names accounts; the scopes are those of its notices."""


class CalledOffError(Exception):
    """The subscription that a message belongs to is not active any more."""


class Permissions:
    """Asks Slack, every time anew, about the channel and about the owner of a subscription."""

    def __init__(self, gate: Gate, store: Store) -> None:
        self._gate = gate
        self._store = store

    def of_claim(self, claim: Claim) -> PostVerdict | None:
        """Return why a message may not go now; None if it may.

        Raises
        ------
        CalledOffError
            If it belongs to a subscription that is not active.
        """
        if claim.parcel.kind == NOTICE:
            return None
        subscription = self._subscription(claim)
        if subscription is not None and subscription.status.state is not SubscriptionState.ACTIVE:
            raise CalledOffError
        if subscription is not None:
            return self.of_subscription(subscription)
        return self._ask(claim)

    def of_subscription(self, subscription: Subscription) -> PostVerdict | None:
        """Return why a subscription's channel may not have figures; None if it may."""
        to = subscription.destination
        owner = Asker(
            user_id=to.owner_id,
            team_id=to.team_id,
            channel_id=to.channel_id,
            response_url="",
        )
        reach = Reach(scope=subscription.content.scope)
        try:
            self._gate.require_post(owner, Action.SUBSCRIBE, reach, to.channel_id)
        except AccessDeniedError as error:
            return judge_denial(error)
        return None

    def _subscription(self, claim: Claim) -> Subscription | None:
        number = claim.parcel.address.subscription_id
        if number is None:
            return None
        with self._store.read() as session:
            return get(session, number)

    def _ask(self, claim: Claim) -> PostVerdict | None:
        """Return why a message of no subscription may not go to whom it is for."""
        try:
            for reach in self._reaches(claim):
                self._require(claim, reach)
        except AccessDeniedError as error:
            return judge_denial(error)
        return None

    def _require(self, claim: Claim, reach: Reach) -> None:
        recipient = claim.parcel.address.channel_id
        if is_person(recipient):
            reader = _asker(claim, recipient)
            self._gate.require(reader, Action.OWN_ALERT, reach, surface=DIRECT_MESSAGE, fresh=True)
            return
        self._gate.require_readers(recipient, reach)
        with self._store.read() as session:
            owners = rule_owners(session, claim.parcel.dedupe_key)
        for owner in owners:
            self._gate.require_post(_asker(claim, owner), Action.SUBSCRIBE, reach, recipient)

    def _reaches(self, claim: Claim) -> list[Reach]:
        """Return what a message has figures of."""
        scope = claim.parcel.basis.scope
        if claim.parcel.kind != ALERT:
            return [Reach(scope=read_scope_text(scope) if scope else ())]
        with self._store.read() as session:
            scopes = scopes_in(session, claim.parcel.dedupe_key) or {()}
        return [Reach(scope=one, account_detail=scope == WITH_ACCOUNTS) for one in sorted(scopes)]


def _asker(claim: Claim, user_id: str) -> Asker:
    address = claim.parcel.address
    return Asker(
        user_id=user_id,
        team_id=address.team_id,
        channel_id=address.channel_id,
        response_url="",
    )


def is_final(verdict: PostVerdict) -> bool:
    """Tell whether asking again would not help until a person does something."""
    return verdict.ruling is Ruling.TARGET
