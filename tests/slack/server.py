"""`FakeSlack`: the whole of Slack on one free port of this machine."""

import secrets
import threading
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self, TypeVar

from tests.slack.clock import AdjustableClock
from tests.slack.delivery import Delivery
from tests.slack.errors import ImpossibleActionError
from tests.slack.faults import Faults
from tests.slack.http_server import Call, HttpServer, Parts
from tests.slack.interactions import Failure, Interaction, InteractionKind
from tests.slack.listener import Listener
from tests.slack.messages import Message
from tests.slack.modal_filling import Filled, fill_in
from tests.slack.modals import Modal
from tests.slack.payloads import (
    event_payload,
    find_action,
    home_click_payload,
    message_click_payload,
    slash_payload,
    submission_payload,
)
from tests.slack.people import OUTSIDERS, Channel, TokenKind, User, UserKind
from tests.slack.response_urls import ResponseUrl, ResponseUrls
from tests.slack.signing import SignedRequest, sign
from tests.slack.socket_mode import SocketHub
from tests.slack.waiting import LOOK_EVERY_SECONDS, wait_for
from tests.slack.web_api import WebApi
from tests.slack.workspace import BOT_SCOPES, Workspace

NOBODYS_PORT = 1

T = TypeVar("T")


class FakeSlack:
    """A strict Slack over real HTTP and WebSocket; use it as a context manager.

    Parameters
    ----------
    ack_deadline_seconds : float
        How long a person waits for the bot; 3 as in Slack, less in tests of being late.
    seed : int
        Decides which connection gets which envelope.

    Attributes
    ----------
    workspace : Workspace
        People, channels, messages, files, tokens; outlives any bot.
    faults : Faults
        What should go wrong.
    clock : AdjustableClock
        Slack's clock, for the thirty minutes of a response URL and file processing.
    bot_token, app_token, signing_secret : str
        What the bot is configured with.
    """

    def __init__(self, *, ack_deadline_seconds: float = 3.0, seed: int = 0) -> None:
        self.clock = AdjustableClock()
        self.workspace = Workspace(self.clock)
        self.faults = Faults()
        self.bot_token = self.workspace.new_token(TokenKind.BOT, BOT_SCOPES)
        self.app_token = self.workspace.new_token(TokenKind.APP, frozenset({"connections:write"}))
        self.signing_secret = secrets.token_hex(16)
        self._listener = Listener()
        self._hub = SocketHub(seed=seed)
        self._are_links_refused = False
        self._response_urls = ResponseUrls(self.workspace)
        self._delivery = Delivery(
            hub=self._hub,
            response_urls=self._response_urls,
            modals=self.workspace.modals,
            signing_secret=self.signing_secret,
            ack_deadline_seconds=ack_deadline_seconds,
        )
        self._http = HttpServer(
            Parts(
                workspace=self.workspace,
                web_api=WebApi(
                    self.workspace, new_link=self._new_link, upload_url=self._upload_url
                ),
                response_urls=self._response_urls,
                hub=self._hub,
                delivery=self._delivery,
                faults=self.faults,
            )
        )

    # Starting and stopping

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Listen on a free port."""
        self._listener.start(self._http.application())

    def stop(self) -> None:
        """Cut all connections and free the port; the workspace stays readable."""
        self.drop_connections()
        self._listener.stop()

    def go_down(self) -> None:
        """Refuse connections, as when Slack or the network is down, and cut Socket Mode."""
        self._listener.refuse()
        self.drop_connections()

    def come_back(self) -> None:
        """Listen again, on the same port and with everything still there."""
        self._listener.accept()

    # Addresses

    @property
    def base_url(self) -> str:
        """Where it listens, without a slash at the end."""
        return f"http://127.0.0.1:{self._listener.port}"

    @property
    def api_url(self) -> str:
        """What `WebClient` takes as ``base_url``, and the bot as ``SLACK_API_URL``."""
        return f"{self.base_url}/api/"

    @property
    def request_url(self) -> str | None:
        """Where signed HTTP requests go; None means Socket Mode."""
        return self._delivery.request_url

    @request_url.setter
    def request_url(self, url: str | None) -> None:
        self._delivery.request_url = url

    # What the bot has done

    @property
    def calls(self) -> list[Call]:
        """Every request of the bot, in order."""
        return list(self._http.calls)

    def calls_to(self, method: str) -> list[Call]:
        """Return the requests for one method (or ``RESPONSE_URL``, ``UPLOAD``)."""
        return [call for call in self.calls if call.method == method]

    @property
    def interactions(self) -> list[Interaction]:
        """Everything people did, in order."""
        return list(self._delivery.interactions)

    def failures(self, user: User) -> list[Failure]:
        """Return what ``user`` was told whenever the bot did not acknowledge."""
        told = [one.failure for one in self.interactions if one.user == user.id]
        return [failure for failure in told if failure is not None]

    @property
    def violations(self) -> list[str]:
        """What the bot did on a socket that no correct client does; should be empty."""
        return list(self._hub.violations)

    def wait_for_messages(self, channel: Channel) -> list[Message]:
        """Return what a channel shows, once there is something."""
        return wait_for(
            lambda: self.workspace.messages(channel.id), what=f"a message in {channel.name}"
        )

    def wait_for_ephemerals(self, user: User, count: int = 1) -> list[Message]:
        """Return what only ``user`` sees, once there are ``count`` messages."""
        wait_for(
            lambda: len(self.workspace.ephemerals(user.id)) >= count,
            what=f"{count} ephemeral messages to {user.name}",
        )
        return self.workspace.ephemerals(user.id)

    def wait_for_modal(self, user: User) -> Modal:
        """Return the modal that ``user`` sees, once there is one."""
        seen = wait_for(
            lambda: [one for one in [self.workspace.modals.of(user.id)] if one is not None],
            what=f"a modal for {user.name}",
        )
        return seen[0]

    # What people do

    def slash(
        self,
        user: User,
        channel: Channel,
        command: str,
        text: str = "",
        *,
        even_if_impossible: bool = False,
    ) -> Interaction:
        """Let ``user`` type ``/command text`` in ``channel``, and return at once.

        Raises
        ------
        ImpossibleActionError
            If Slack would not even send it: the person is an outsider, deactivated or a bot, or
            not in the channel. ``even_if_impossible`` sends it all the same, to test the bot's
            own defences.
        """
        if not even_if_impossible:
            self._check_present(user, channel)
            if user.kind in OUTSIDERS:
                raise ImpossibleActionError("only members of this workspace may use commands")
        response_url = self._issue(user, channel)
        payload = slash_payload(
            user=user, channel=channel, command=command, text=text, response_url=response_url.url
        )
        return self._send(InteractionKind.SLASH, payload, user, response_url)

    def click(
        self, user: User, message: Message, action_id: str, *, choice: str | None = None
    ) -> Interaction:
        """Let ``user`` use a button, or pick option ``choice`` of a menu, and return at once.

        The message is looked up as it stands now. Outsiders can click too.

        Raises
        ------
        ImpossibleActionError
            If the message is gone, the person cannot see it, or it has no such element.
        """
        current = self.workspace.message(message.channel, message.ts)
        channel = self.workspace.channel(message.channel)
        if current is None or channel is None:
            raise ImpossibleActionError(f"message {message.ts} is gone")
        if current.ephemeral_to not in {None, user.id}:
            raise ImpossibleActionError(f"{user.name} cannot see message {message.ts}")
        self._check_present(user, channel)
        action = find_action(current, action_id, action_ts=f"{self.clock():.6f}", choice=choice)
        response_url = self._issue(user, channel)
        payload = message_click_payload(
            user=user,
            channel=channel,
            message=current,
            action=action,
            response_url=response_url.url,
        )
        return self._send(InteractionKind.INTERACTIVE, payload, user, response_url)

    def submit(
        self, user: User, modal: Modal, values: Mapping[str, Filled] | None = None
    ) -> Interaction:
        """Let ``user`` fill in ``values`` by block id, submit the modal, and return at once.

        Fields that are not named keep what the bot put into them.

        Raises
        ------
        ImpossibleActionError
            If that modal is not what the person sees, or its fields do not take the values.
        """
        shown = self.workspace.modals.of(user.id)
        if shown is None or shown.id != modal.id:
            raise ImpossibleActionError(f"{user.name} does not see this modal")
        payload = submission_payload(user=user, modal=shown, state=fill_in(shown, values or {}))
        return self._send(InteractionKind.INTERACTIVE, payload, user, None, modal=shown)

    def click_home(self, user: User, action_id: str, *, choice: str | None = None) -> Interaction:
        """Let ``user`` use something on the app's Home tab.

        Raises
        ------
        ImpossibleActionError
            If the bot has published no Home tab for them, or it has no such element.
        """
        view = self.workspace.home(user.id)
        if view is None:
            raise ImpossibleActionError(f"{user.name} has no Home tab")
        action = find_action(view, action_id, action_ts=f"{self.clock():.6f}", choice=choice)
        payload = home_click_payload(user=user, view=view, action=action)
        return self._send(InteractionKind.INTERACTIVE, payload, user, None)

    def open_home(self, user: User, *, tab: str = "home") -> Interaction:
        """Let ``user`` open the app's Home tab, or its ``messages`` beside it.

        The event has the view that they see on Home, if one was ever published.
        """
        view = self.workspace.home(user.id) if tab == "home" else None
        return self.send_event(
            {
                "type": "app_home_opened",
                "user": user.id,
                "channel": self.workspace.open_dm(user.id).id,
                "tab": tab,
                "event_ts": self.workspace.next_ts(),
                **({"view": view.to_json()} if view else {}),
            }
        )

    def send_event(self, event: dict[str, Any], *, event_id: str | None = None) -> Interaction:
        """Deliver an event; give the same ``event_id`` twice for a repeated delivery."""
        payload = event_payload(
            event,
            event_id=event_id or f"Ev{secrets.token_hex(5).upper()}",
            event_time=int(self.clock()),
        )
        return self._send(InteractionKind.EVENT, payload, None, None)

    def sign(self, body: bytes, *, timestamp: str | None = None) -> SignedRequest:
        """Return a request with our signature, for tests that post it themselves."""
        return sign(body, secret=self.signing_secret, timestamp=timestamp)

    def _issue(self, user: User, channel: Channel) -> ResponseUrl:
        return self._response_urls.issue(self.base_url, channel=channel.id, user=user.id)

    def _check_present(self, user: User, channel: Channel) -> None:
        if user.kind in {UserKind.DEACTIVATED, UserKind.BOT}:
            raise ImpossibleActionError(f"{user.name} is {user.kind} and uses no client")
        if not self.workspace.is_in(user, channel) or channel.is_archived:
            raise ImpossibleActionError(f"{user.name} cannot act in {channel.name}")

    def _send(
        self,
        kind: InteractionKind,
        payload: dict[str, Any],
        user: User | None,
        response_url: ResponseUrl | None,
        *,
        modal: Modal | None = None,
    ) -> Interaction:
        interaction = Interaction(
            kind=kind,
            payload=payload,
            user=user.id if user else "",
            response_url=response_url,
            modal=modal,
        )
        if user is not None:
            self.workspace.modals.issue(payload["trigger_id"], user.id)
        if response_url is not None:
            response_url.on_message = interaction.answers.append
        self._listener.begin(self._delivery.send(interaction))
        return interaction

    # Socket Mode

    @property
    def connections(self) -> int:
        """How many Socket Mode connections are open."""
        return len(self._hub.connections)

    @property
    def deliveries(self) -> dict[int, int]:
        """How many envelopes each connection ever opened was given, by its number."""
        return {one.number: len(one.envelopes) for one in self._hub.history}

    def wait_for_connections(self, count: int) -> None:
        """Wait until exactly ``count`` Socket Mode connections are open."""
        wait_for(lambda: self.connections == count, what=f"{count} connections")

    def say_disconnect(self, reason: str) -> None:
        """Tell all clients to connect anew; ``"warning"`` leaves the connections open."""
        self._listener.run(self._hub.refresh(reason))

    def drop_connections(self) -> None:
        """Cut all Socket Mode connections without a word."""
        self._listener.do(self._hub.drop_all)

    def end_connections(self) -> None:
        """End all Socket Mode connections in order, with TCP's FIN alone."""
        self._listener.do(self._hub.end_all)

    def refuse_links(self, *, refused: bool = True) -> None:
        """Hand out addresses for Socket Mode at which nobody listens."""
        self._are_links_refused = refused

    def help_closing(self, *closes: Callable[[], None]) -> None:
        """Run the ``close`` of every Socket Mode client at once, and cut their connections.

        slack-sdk's built-in client waits up to 3 s for a byte before it closes; and when the
        connection ends just then, it trips over its own socket and has to be closed again.
        """
        threads = [threading.Thread(target=_close_for_sure, args=(close,)) for close in closes]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            self.drop_connections()
            time.sleep(LOOK_EVERY_SECONDS)

    def freeze_connections(self) -> None:
        """Leave connections open but deliver nothing and answer no ping."""
        self._hub.is_frozen = True

    def _new_link(self) -> str:
        port = NOBODYS_PORT if self._are_links_refused else self._listener.port
        return f"ws://127.0.0.1:{port}/link?ticket={self._hub.new_ticket()}"

    def _upload_url(self, ticket: str) -> str:
        return f"{self.base_url}/upload/{ticket}"


def _close_for_sure(close: Callable[[], None]) -> None:
    try:
        close()
    except AttributeError:
        close()
