"""Stripe's HTTP face: keys, versions, errors in its shape, and where faults strike."""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import formatdate
from itertools import count
from typing import Any

from aiohttp import web

from tests.slack.faults import Fault, Faults, Reply
from tests.slack.http_server import reset
from tests.slack.waiting import WAIT_SECONDS
from tests.stripe.account import StripeAccount
from tests.stripe.api import StandInApi
from tests.stripe.keys import Key, find_key, masked
from tests.stripe.refusals import StripeRefusal

ANY = "any"
NO_FAULT = Fault(accepted=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class StripeRequest:
    """One request as it came, and the status that it was answered with."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    version: str | None
    status: int


class StripeHttp:
    """Every request goes through its fault, if there is one for its path or for `ANY`."""

    def __init__(self, account: StripeAccount, keys: Mapping[str, Key], faults: Faults) -> None:
        self._account = account
        self._keys = keys
        self._faults = faults
        self._numbers = count(1)
        self.requests: list[StripeRequest] = []
        self.on_request: Callable[[str], None] = lambda _: None

    def application(self) -> web.Application:
        """Return the aiohttp application."""
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        return app

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        path = request.path
        self.on_request(path)
        fault = self._faults.take(path) or self._faults.take(ANY) or NO_FAULT
        await asyncio.sleep(fault.delay_seconds)
        if fault.release is not None:
            await asyncio.to_thread(fault.release.wait, WAIT_SECONDS)
        genuine = self._genuine(request) if fault.accepted else None
        if fault.reset:
            reset(request)
        reply = fault.reply or genuine or Reply(status=503, body="")
        version = request.headers.get("Stripe-Version")
        asked = StripeRequest(
            method=request.method,
            path=path,
            query=tuple(request.query.items()),
            version=version,
            status=reply.status,
        )
        self.requests.append(asked)
        return self._response(reply, version or self._account.version)

    def _response(self, reply: Reply, version: str) -> web.Response:
        body = reply.body if isinstance(reply.body, str) else json.dumps(reply.body)
        headers = {
            "Date": formatdate(self._account.now, usegmt=True),
            "Request-Id": f"req_{next(self._numbers):014d}",
            "Stripe-Version": version,
            **reply.headers,
        }
        kind = "text/html" if isinstance(reply.body, str) else "application/json"
        return web.Response(status=reply.status, text=body, content_type=kind, headers=headers)

    def _genuine(self, request: web.Request) -> Reply:
        with self._account.lock:
            try:
                return Reply(status=200, body=self._said(request))
            except StripeRefusal as refusal:
                return Reply(status=refusal.status, body=refusal.body)

    def _said(self, request: web.Request) -> dict[str, Any]:
        key = find_key(self._keys, request.headers.get("Authorization", ""))
        api = StandInApi(self._account, key, request.headers.get("Stripe-Version"))
        root, _, path = request.path.removeprefix("/").partition("/")
        if root != "v1":
            raise StripeRefusal(f"Unrecognized request URL ({request.path}).", status=404)
        if request.method != "GET":
            raise StripeRefusal(
                f"The provided key '{masked(key.value)}' does not have the required permissions "
                f"for this endpoint on account '{self._account.id}'.",
                status=403,
                code="more_permissions_required",
            )
        return api.get(path, list(request.query.items()))


def rate_limited(reason: str = "global-rate", *, retry_after: str | None = None) -> Fault:
    """Return a 429 as Stripe sends it, and with ``Retry-After``, as a proxy before it would."""
    refusal = StripeRefusal(
        "Request rate limit exceeded. Learn more about rate limits here "
        "https://stripe.com/docs/rate-limits.",
        status=429,
        code="rate_limit",
    )
    headers = {"Stripe-Rate-Limited-Reason": reason, "Stripe-Should-Retry": "true"}
    if retry_after is not None:
        headers["Retry-After"] = retry_after
    return Fault(accepted=False, reply=Reply(status=429, body=refusal.body, headers=headers))


def server_error(status: int = 500) -> Fault:
    """Return an error of Stripe's own."""
    refusal = StripeRefusal("An unknown error occurred", status=status, kind="api_error")
    return Fault(accepted=False, reply=Reply(status=status, body=refusal.body))
