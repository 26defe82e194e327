"""What bills: an account, what is due in it, whose cards fail, and what its owner decided."""

import heapq
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count

from tests.stripe.account import StripeAccount
from tests.stripe.refusals import ImpossibleStoryError, JsonObject

LIVE = frozenset({"active", "trialing", "past_due", "unpaid", "paused"})


class Agenda:
    """What happens by itself, in the order of its moments and then of being planned."""

    def __init__(self) -> None:
        self._due: list[tuple[int, int, Callable[[], None]]] = []
        self._numbers = count()

    def at(self, moment: int, action: Callable[[], None]) -> None:
        """Plan ``action``, which has to look for itself whether it is still wanted then."""
        heapq.heappush(self._due, (moment, next(self._numbers), action))

    def until(self, moment: int) -> Iterator[tuple[int, Callable[[], None]]]:
        """Take out what is due by ``moment``, also what is planned meanwhile."""
        while self._due and self._due[0][0] <= moment:
            due, _, action = heapq.heappop(self._due)
            yield due, action


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryRules:
    """Days after the first failure on which payment is tried again, and what is done after.

    ``finally_`` is ``cancel``, ``unpaid`` or ``past_due``.
    """

    days: tuple[int, ...] = (3, 8, 15, 21)
    finally_: str = "cancel"


@dataclass(slots=True, kw_only=True)
class Business:
    """One account with its agenda; the functions of `tests.stripe` that bill take it first."""

    account: StripeAccount
    agenda: Agenda = field(default_factory=Agenda)
    retries: defaultdict[str, RetryRules] = field(default_factory=lambda: defaultdict(RetryRules))
    failing: set[str] = field(default_factory=set)
    waiting: defaultdict[str, list[JsonObject]] = field(default_factory=lambda: defaultdict(list))
    used: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    scheduled: dict[str, Callable[[], None]] = field(default_factory=dict)

    @property
    def now(self) -> int:
        """The moment it is in the account."""
        return self.account.now

    def move_to(self, moment: int) -> None:
        """Let time go by, and everything happen that is due by then."""
        with self.account.lock:
            if moment < self.now:
                raise ImpossibleStoryError("time does not go back")
            for due, action in self.agenda.until(moment):
                self.account.now = max(due, self.now)
                action()
            self.account.now = moment

    def start_scheduled(self, subscription: JsonObject) -> None:
        """Do what a schedule has for the subscription at the end of its period, if anything."""
        if start := self.scheduled.pop(subscription["id"], None):
            start()

    def subscription(self, name: str) -> JsonObject:
        """Return the subscription of that name."""
        return self.account.get("subscription", f"sub_{name}")


def items_of(subscription: JsonObject) -> list[JsonObject]:
    """Return the items of a subscription, to be changed."""
    found: list[JsonObject] = subscription["items"]["data"]
    return found


def period_of(subscription: JsonObject) -> tuple[int, int]:
    """Return the start and end of what is being paid for."""
    first = items_of(subscription)[0]
    return first["current_period_start"], first["current_period_end"]
