"""Whether a message with figures may still go where it is to go, asked just before it goes."""

from bot.authorization.askers import Asker
from bot.authorization.gate import Gate
from bot.delivery.outcomes import NOTICE
from bot.delivery.verdicts import Ruling, Verdict, judge_denial
from bot.errors import AccessDeniedError
from storage.engine import Store
from storage.outbox import Claim
from storage.subscriptions import Subscription, SubscriptionState, get

PERSON = ("U", "W")
"""How the ids of people begin."""


class CalledOffError(Exception):
    """The subscription that a message belongs to is not active any more."""


class Permissions:
    """Asks Slack, every time anew, about the channel and about the owner of a subscription."""

    def __init__(self, gate: Gate, store: Store) -> None:
        self._gate = gate
        self._store = store

    def of_claim(self, claim: Claim) -> Verdict | None:
        """Return why a message may not go now; None if it may.

        Raises
        ------
        CalledOffError
            If it belongs to a subscription that is not active.
        """
        if claim.kind == NOTICE:
            return None
        subscription = self._subscription(claim)
        if subscription is not None and subscription.state is not SubscriptionState.ACTIVE:
            raise CalledOffError
        owner_id = subscription.owner_id if subscription else None
        return self._ask(claim.channel_id, team_id=claim.team_id, owner_id=owner_id)

    def of_subscription(self, subscription: Subscription) -> Verdict | None:
        """Return why a subscription's channel may not have figures; None if it may."""
        return self._ask(
            subscription.channel_id, team_id=subscription.team_id, owner_id=subscription.owner_id
        )

    def _subscription(self, claim: Claim) -> Subscription | None:
        if claim.subscription_id is None:
            return None
        with self._store.read() as session:
            return get(session, claim.subscription_id)

    def _ask(self, channel_id: str, *, team_id: str, owner_id: str | None) -> Verdict | None:
        is_person = channel_id.startswith(PERSON)
        people = {channel_id if is_person else None, owner_id} - {None}
        try:
            if not is_person:
                self._gate.require_channel(channel_id)
            for user_id in people:
                asker = Asker(
                    user_id=str(user_id), team_id=team_id, channel_id=channel_id, response_url=""
                )
                self._gate.require_person(asker, fresh=True)
        except AccessDeniedError as error:
            return judge_denial(error)
        return None


def is_final(verdict: Verdict) -> bool:
    """Tell whether asking again would not help until a person does something."""
    return verdict.ruling is Ruling.TARGET
