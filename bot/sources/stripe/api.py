"""Stripe's API, read only: pages of objects as plain JSON, with patience."""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any

from bot.sources.stripe import refusals
from storage.importing.stripe.objects import Json, listed

_PAGE = 100
_TRIES = 8
_LONGEST = 60.0  # seconds between two tries
_TIMEOUT = (10.0, 30.0)  # seconds until there is a connection, and an answer
_SILENCE = 90.0  # seconds after which no further try begins, unless Stripe itself asked to wait
_NOT_FOUND = 404


def _unobserved() -> None:
    """Drop the word that it is waited: nobody looks on."""


class StripeApi:
    """Reads one account with a key; the SDK is loaded now, not when nrrbot starts.

    Parameters
    ----------
    base : str
        The address of the API.
    sleep : callable
        Waits so many seconds before the next try.
    on_wait : callable
        Hears of each such wait, before it.
    clock : callable
        Gives seconds that only grow.
    """

    def __init__(
        self,
        key: str,
        *,
        base: str,
        sleep: Callable[[float], None] = time.sleep,
        on_wait: Callable[[], None] = _unobserved,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        import stripe  # noqa: PLC0415 - most of what nrrbot does never needs it

        self._errors = stripe
        self._moment: int | None = None
        self._sleep, self._on_wait, self._clock = sleep, on_wait, clock
        self._client = stripe.StripeClient(
            key,
            base_addresses={"api": base.rstrip("/")},
            max_network_retries=0,  # waiting is done here, where a 429 is waited for, too
            http_client=stripe.RequestsClient(timeout=_TIMEOUT),
        )

    def pages(self, path: str, **wanted: object) -> Iterator[Sequence[Json]]:
        """Yield a list page by page, in Stripe's order: the newest first.

        Raises
        ------
        SourceFailedError
            If Stripe refuses, or is not there for two minutes.
        """
        after: dict[str, object] = {}
        while True:
            page = self._get(path, {"limit": _PAGE, **wanted, **after})
            found = listed(page)
            if found:
                yield found
            if not page.get("has_more") or not found:
                return
            after = {"starting_after": found[-1]["id"]}

    def every(self, path: str, **wanted: object) -> Iterator[Json]:
        """Yield what a list has, one after the other."""
        for page in self.pages(path, **wanted):
            yield from page

    def moment(self) -> int | None:
        """Ask what time it is at Stripe, whose events count; None where no answer says so."""
        self._get("/v1/events", {"limit": 1})
        return self._moment

    def one(self, path: str, **wanted: object) -> Json | None:
        """Read one object; None if there is no such."""
        try:
            return self._get(path, wanted)
        except NotThereError:
            return None

    def _get(self, path: str, wanted: Mapping[str, object]) -> Json:
        began, tries = self._clock(), 0
        while True:
            tries += 1
            try:
                answer = self._client.raw_request("get", path, **wanted)
            except self._errors.StripeError as error:
                seconds = self._patience(path, error, tries, since=began)
                self._on_wait()
                self._sleep(seconds)
            else:
                self._moment = _moment(answer.headers)
                read: Json = json.loads(answer.body, parse_float=Decimal)
                return read

    def _patience(self, path: str, error: Any, tries: int, *, since: float) -> float:  # noqa: ANN401
        """Find how long to wait before the next try, or say why there is none."""
        errors, status, is_last = self._errors, error.http_status, tries == _TRIES
        usual = min(_LONGEST, 2.0 ** (tries - 1))
        if isinstance(error, errors.AuthenticationError):
            raise refusals.unknown_key() from None
        if isinstance(error, errors.PermissionError):
            raise refusals.missing_permission(path) from None
        if status == _NOT_FOUND:
            raise NotThereError from None
        if isinstance(error, errors.RateLimitError):
            if is_last:
                raise refusals.busy(tries) from None
            return min(_LONGEST, max(_seconds(error.headers), usual))
        if isinstance(error, errors.InvalidRequestError):
            raise refusals.refused(path, status) from None
        is_last = is_last or self._clock() + usual - since > _SILENCE
        if is_last and isinstance(error, errors.APIConnectionError):
            raise refusals.unreachable() from None
        if is_last:
            raise refusals.broken(status) from None
        return usual


class NotThereError(Exception):
    """Stripe has no such object."""


def _seconds(headers: Mapping[str, str] | None) -> float:
    """Read how long Stripe asks to wait."""
    said = _header(headers, "retry-after")
    return float(said) if said.isdecimal() else 0.0


def _moment(headers: Mapping[str, str] | None) -> int | None:
    """Read when an answer was given."""
    try:
        return int(parsedate_to_datetime(_header(headers, "date")).timestamp())
    except ValueError:
        return None


def _header(headers: Mapping[str, str] | None, wanted: str) -> str:
    return next((value for name, value in (headers or {}).items() if name.lower() == wanted), "")
