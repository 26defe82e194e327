"""`FakeStripe`: a Stripe account on one free port of this machine."""

from types import TracebackType
from typing import Self

from tests.slack.faults import Faults
from tests.slack.listener import Listener
from tests.stripe.account import StripeAccount
from tests.stripe.business import Business
from tests.stripe.http_server import StripeHttp, StripeRequest
from tests.stripe.keys import READ, Key
from tests.stripe.moments import at
from tests.stripe.shapes import NEWEST
from tests.stripe.story import Story

RESTRICTED = "rk_test_51StandInOnly"
BEGINNING = "2025-12-01"


class FakeStripe:
    """A strict Stripe over real HTTP, whose time a test moves on.

    Parameters
    ----------
    version : str
        The account's own API version, in whose shape its events are.
    begins : str
        The moment at which its history begins.

    Attributes
    ----------
    account : StripeAccount
        What it holds; `business` bills it, `story` tells what happens.
    key : str
        A restricted key with the permission to read everything that is here.
    faults : Faults
        Faults to come, by path ("/v1/events") or for `http_server.ANY` request.
    """

    def __init__(self, *, version: str = NEWEST, begins: str = BEGINNING) -> None:
        self.account = StripeAccount(now=at(begins), version=version)
        self.business = Business(account=self.account)
        self.story = Story(self.business)
        self.faults = Faults()
        self.keys: dict[str, Key] = {}
        self.key = self.add_key(f"{RESTRICTED}0000")
        self.http = StripeHttp(self.account, self.keys, self.faults)
        self._listener = Listener()

    def __enter__(self) -> Self:
        self._listener.start(self.http.application())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._listener.stop()

    @property
    def url(self) -> str:
        """Where the API is, without the version: what STRIPE_API_URL takes."""
        return f"http://127.0.0.1:{self._listener.port}"

    @property
    def requests(self) -> list[StripeRequest]:
        """Every request so far."""
        return self.http.requests

    def add_key(
        self, value: str, *, permissions: frozenset[str] | None = READ, is_expired: bool = False
    ) -> str:
        """Make a key known, or known with other permissions, and return it."""
        self.keys[value] = Key(value=value, permissions=permissions, is_expired=is_expired)
        return value

    def move_to(self, moment: str) -> None:
        """Let time go by until ``2026-03-31`` or ``2026-03-31 23:59:59``, in UTC."""
        self.business.move_to(at(moment))

    def lose_events(self) -> None:
        """Let every event so far be gone, as if it were more than 30 days old."""
        self.account.lost_before = self.account.now + 1

    def go_down(self) -> None:
        """Refuse connections."""
        self._listener.refuse()

    def come_back(self) -> None:
        """Answer again after `go_down`."""
        self._listener.accept()
