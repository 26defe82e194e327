"""Brings what people do to the bot, and holds the bot to its three seconds."""

import asyncio
import json
import time
import uuid
from typing import Any

import aiohttp

from tests.slack.errors import SlackError
from tests.slack.interactions import Ack, Failure, Interaction, InteractionKind
from tests.slack.modals import Modal, Modals
from tests.slack.response_urls import ResponseUrls
from tests.slack.signing import SignedRequest, action_body, sign, slash_body
from tests.slack.socket_mode import EnvelopeAck, SocketHub


class Delivery:
    """Sends interactions over Socket Mode, or to ``request_url`` when there is one."""

    def __init__(
        self,
        *,
        hub: SocketHub,
        response_urls: ResponseUrls,
        modals: Modals,
        signing_secret: str,
        ack_deadline_seconds: float,
    ) -> None:
        self.request_url: str | None = None
        self.interactions: list[Interaction] = []
        self._hub = hub
        self._response_urls = response_urls
        self._modals = modals
        self._signing_secret = signing_secret
        self._ack_deadline_seconds = ack_deadline_seconds

    async def send(self, interaction: Interaction) -> None:
        """Send it and return; the acknowledgement is noted when it comes."""
        self.interactions.append(interaction)
        interaction.sent_at = time.perf_counter()
        if self.request_url is None:
            await self._send_envelope(interaction)
        else:
            await self._post(interaction, self.request_url)

    async def _send_envelope(self, interaction: Interaction) -> None:
        interaction.envelope_id = str(uuid.uuid4())
        envelope: dict[str, Any] = {
            "envelope_id": interaction.envelope_id,
            "type": interaction.kind.value,
            "accepts_response_payload": interaction.kind is not InteractionKind.EVENT,
            "payload": interaction.payload,
        }
        if interaction.kind is InteractionKind.EVENT:
            envelope |= {"retry_attempt": 0, "retry_reason": ""}
        if not await self._hub.send(envelope):
            interaction.failure = Failure.DISPATCH_FAILED
            return
        asyncio.get_running_loop().call_later(self._ack_deadline_seconds, self._expire, interaction)

    async def _post(self, interaction: Interaction, url: str) -> None:
        request = self._signed(interaction)
        timeout = aiohttp.ClientTimeout(total=self._ack_deadline_seconds)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.post(url, data=request.body, headers=request.headers) as response,
            ):
                self._acknowledge(interaction, response.status, await response.text())
        except TimeoutError:
            interaction.failure = Failure.OPERATION_TIMEOUT
        except aiohttp.ClientError:
            interaction.failure = Failure.DISPATCH_FAILED

    def _signed(self, interaction: Interaction) -> SignedRequest:
        match interaction.kind:
            case InteractionKind.SLASH:
                return sign(slash_body(interaction.payload), secret=self._signing_secret)
            case InteractionKind.INTERACTIVE:
                return sign(action_body(interaction.payload), secret=self._signing_secret)
            case InteractionKind.EVENT:
                return sign(
                    json.dumps(interaction.payload).encode(),
                    secret=self._signing_secret,
                    content_type="application/json",
                )

    def receive_ack(self, ack: EnvelopeAck) -> None:
        """Note an acknowledgement that came over Socket Mode."""
        for interaction in self.interactions:
            if interaction.envelope_id == ack.envelope_id:
                break
        else:
            self._hub.violations.append(f"acknowledged an unknown envelope {ack.envelope_id}")
            return
        if interaction.ack is not None:
            self._hub.violations.append(f"acknowledged {ack.envelope_id} twice")
            return
        if ack.payload and interaction.kind is InteractionKind.EVENT:
            self._hub.violations.append("sent a payload back for an event")
        self._acknowledge(interaction, 200, json.dumps(ack.payload) if ack.payload else "")

    def _expire(self, interaction: Interaction) -> None:
        if interaction.ack is None:
            interaction.failure = Failure.OPERATION_TIMEOUT

    def _acknowledge(self, interaction: Interaction, status: int, body: str) -> None:
        latency = time.perf_counter() - interaction.sent_at
        is_late = latency > self._ack_deadline_seconds or interaction.failure is not None
        if is_late:
            interaction.failure = Failure.OPERATION_TIMEOUT
        elif status != 200:
            interaction.failure = Failure.DISPATCH_FAILED
        elif interaction.kind is InteractionKind.SLASH and body:
            self._show(interaction, body)
        elif interaction.modal is not None:
            self._answer_modal(interaction, interaction.modal, body)
        interaction.ack = Ack(latency_seconds=latency, status=status, body=body, is_late=is_late)

    def _answer_modal(self, interaction: Interaction, modal: Modal, body: str) -> None:
        try:
            interaction.field_errors = self._modals.answer(modal, body)
        except SlackError as refusal:
            interaction.refusals.append(str(refusal))

    def _show(self, interaction: Interaction, body: str) -> None:
        """Show the message inside the acknowledgement of a slash command."""
        if interaction.response_url is None:
            return
        try:
            said = json.loads(body) if body.startswith("{") else {"text": body}
            message = self._response_urls.say(interaction.response_url, said)
        except (SlackError, ValueError) as refusal:
            interaction.refusals.append(str(refusal))
        else:
            interaction.answers.append(message)
