"""The fake Slack's HTTP face: routes, bodies, and where faults strike."""

import asyncio
import json
import socket
import struct
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import format_datetime
from typing import Any

from aiohttp import web

from tests.slack.delivery import Delivery
from tests.slack.faults import RESPONSE_URL, UPLOAD, Fault, Faults, Reply
from tests.slack.response_urls import ResponseUrls
from tests.slack.socket_mode import SocketHub
from tests.slack.waiting import WAIT_SECONDS
from tests.slack.web_api import WebApi, parse_json
from tests.slack.web_files import receive_bytes
from tests.slack.workspace import Workspace

MAX_BODY_BYTES = 64 * 1024 * 1024
NO_FAULT = Fault(accepted=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request that the bot made, as it is kept for assertions.

    ``method`` is a Web API method, ``faults.RESPONSE_URL`` or ``faults.UPLOAD``; ``at`` is in
    seconds of ``time.perf_counter``. ``accepted`` tells whether Slack did what was asked, and
    ``fault`` what came in between.
    """

    method: str
    arguments: Mapping[str, Any]
    token: str | None
    at: float
    accepted: bool
    response: object
    fault: Fault | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the HTTP face puts together."""

    workspace: Workspace
    web_api: WebApi
    response_urls: ResponseUrls
    hub: SocketHub
    delivery: Delivery
    faults: Faults


class HttpServer:
    """The routes; every request goes through its fault, if there is one for it."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self.calls: list[Call] = []

    def application(self) -> web.Application:
        """Return the aiohttp application."""
        app = web.Application(client_max_size=MAX_BODY_BYTES)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_post("/upload/{ticket}", self._upload)
        app.router.add_post("/commands/{opaque}", self._response_url)
        app.router.add_get("/link", self._link)
        return app

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        arguments = await read_arguments(request)
        if isinstance(arguments, str):
            return web.json_response({"ok": False, "error": arguments})
        token = bearer_token(request) or arguments.get("token")
        return await self._answer(
            request, method, arguments, token, lambda: self._call(method, token, arguments)
        )

    def _call(self, method: str, token: str | None, arguments: Mapping[str, Any]) -> Reply:
        answer = self._parts.web_api.call(method, token, arguments)
        known = self._parts.workspace.token(token or "")
        scopes = {"x-oauth-scopes": ",".join(sorted(known.scopes))} if known else {}
        status = 429 if answer.get("error") == "ratelimited" else 200
        return Reply(status=status, body=answer, headers=scopes)

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        ticket = request.match_info["ticket"]
        content = await read_upload(request)
        return await self._answer(
            request,
            UPLOAD,
            {"ticket": ticket, "length": len(content)},
            None,
            lambda: _plain(*receive_bytes(self._parts.workspace, ticket, content)),
        )

    async def _response_url(self, request: web.Request) -> web.StreamResponse:
        opaque = request.match_info["opaque"]
        try:
            body = parse_json(await request.text())
        except ValueError:
            body = None
        arguments = body if isinstance(body, dict) else {}

        def use() -> Reply:
            done = self._parts.response_urls.use(opaque, body)
            return _plain(done.status, done.reply)

        return await self._answer(request, RESPONSE_URL, arguments, None, use)

    async def _answer(
        self,
        request: web.Request,
        method: str,
        arguments: Mapping[str, Any],
        token: str | None,
        accept: Callable[[], Reply],
    ) -> web.StreamResponse:
        at = time.perf_counter()
        fault = self._parts.faults.take(method) or NO_FAULT
        if fault.accepts_late:
            await asyncio.sleep(fault.delay_seconds)
        genuine = accept() if fault.accepted else None
        self.calls.append(
            Call(
                method=method,
                arguments=dict(arguments),
                token=token,
                at=at,
                accepted=genuine is not None and was_done(genuine),
                response=genuine.body if genuine is not None else None,
                fault=None if fault is NO_FAULT else fault,
            )
        )
        if not fault.accepts_late:
            await asyncio.sleep(fault.delay_seconds)
        if fault.release is not None:
            await asyncio.to_thread(fault.release.wait, WAIT_SECONDS)
        if fault.reset:
            reset(request)
        response = _response(fault.reply or genuine or Reply(status=503, body=""))
        response.headers.setdefault(
            "Date", format_datetime(self._parts.workspace.now(), usegmt=True)
        )
        return response

    async def _link(self, request: web.Request) -> web.StreamResponse:
        hub = self._parts.hub
        if not hub.is_redeemed(request.query.get("ticket", "")):
            return web.Response(status=403, text="ticket is unknown or used")
        connection = await hub.open(request)
        try:
            while (ack := await hub.next_ack(connection)) is not None:
                self._parts.delivery.receive_ack(ack)
        finally:
            hub.forget(connection)
        return connection.socket


async def read_arguments(request: web.Request) -> dict[str, Any] | str:
    """Return a call's arguments, from the query and a JSON or form body, or an error code."""
    if request.content_type != "application/json":
        return {**request.query, **await request.post()}
    text = await request.text()
    try:
        body = parse_json(text) if text else {}
    except ValueError:
        return "invalid_json"
    return body if isinstance(body, dict) else "json_not_object"


async def read_upload(request: web.Request) -> bytes:
    """Return the bytes of an upload, sent as they are or as a form's first file."""
    if not request.content_type.startswith("multipart/"):
        return await request.read()
    for part in (await request.post()).values():
        if isinstance(part, web.FileField):
            return part.file.read()
    return b""


def bearer_token(request: web.Request) -> str | None:
    """Return the token in the Authorization header."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token if scheme == "Bearer" else None


def was_done(reply: Reply) -> bool:
    """Tell whether a genuine answer says that it was done."""
    return reply.status == 200 and (isinstance(reply.body, str) or bool(reply.body.get("ok")))


def reset(request: web.Request) -> None:
    """Reset the connection, so that the caller gets RST and not an orderly end."""
    transport = request.transport
    if transport is None:
        return
    connection = transport.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


def _plain(status: int, body: str) -> Reply:
    return Reply(status=status, body=body)


def _response(reply: Reply) -> web.Response:
    if isinstance(reply.body, str):
        return web.Response(
            status=reply.status, text=reply.body, content_type="text/html", headers=reply.headers
        )
    return web.Response(
        status=reply.status,
        text=json.dumps(reply.body),
        content_type="application/json",
        headers=reply.headers,
    )
