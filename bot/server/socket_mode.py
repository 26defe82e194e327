"""Socket Mode: two connections, each envelope to the app once, and no acknowledgement lost."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from bot.slack.failures import SLACK_ERRORS, blame_setting
from bot.slack.once import Once

CONNECTIONS = 2
"""While Slack renews one connection, which it does every few hours, the other listens."""
PING_SECONDS = 1.5
"""slack_sdk gives up a connection after at most six pings: a lost one is back in ten seconds."""
ARRIVALS = 50_000
"""How many requests are remembered: more than a workspace sends while a signature holds."""
JOIN_SECONDS = 0.1


class SocketMode:
    """Two connections; ``ping_seconds`` is how often each is tried."""

    def __init__(
        self, app: App, *, app_token: str, api_url: str, ping_seconds: float = PING_SECONDS
    ) -> None:
        self._arrivals = Once(remembered=ARRIVALS)
        self.clients = list[SocketModeClient]()
        for _ in range(CONNECTIONS):
            web_client = WebClient(base_url=api_url, timeout=10)
            handler = SocketModeHandler(
                app, app_token, web_client=web_client, ping_interval=ping_seconds
            )
            handle = partial(self._handle_once, handler)
            handler.client.socket_mode_request_listeners = [handle]
            self.clients.append(handler.client)

    def _handle_once(
        self, handler: SocketModeHandler, client: SocketModeClient, request: SocketModeRequest
    ) -> None:
        # Slack sends an event again in a new envelope: only its own id tells that it is the same.
        key = request.payload.get("event_id") or request.envelope_id
        with self._arrivals.attempt(key) as is_first:
            if is_first:
                handler.handle(client, request)
                return
        client.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))

    @property
    def connections(self) -> int:
        """How many connections are open."""
        return sum(client.is_connected() for client in self.clients)

    def start(self) -> None:
        """Connect; where Slack's address for that is out of reach, go on trying.

        Raises
        ------
        SettingsError
            If Slack does not accept the token or cannot be reached.
        """
        try:
            for client in self.clients:
                client.connect()
        except SLACK_ERRORS as error:
            raise blame_setting("SLACK_APP_TOKEN", error) from error

    def stop(self) -> None:
        """Acknowledge every envelope that has come in, take no other, and close."""
        # At the same time: each waits for a byte from Slack, which comes with the next ping.
        with ThreadPoolExecutor(CONNECTIONS) as stopping:
            list(stopping.map(_drain_and_close, self.clients))


def _drain_and_close(client: SocketModeClient) -> None:
    # slack_sdk's own `close` lets go of the socket first, and then waits for the workers whose
    # acknowledgements it has cut off: whoever asked is told that the app does not respond.
    client.default_auto_reconnect_enabled = client.auto_reconnect_enabled = False
    client.closed = True  # ends the loop of the processor, and nothing else
    _stop_reading(client)
    # The pings end only after the reader, whom their answers wake. With no thread left that could
    # lose the socket, `close` cannot trip over it being gone between two looks.
    for runner in (client.current_app_monitor, client.message_processor):
        runner.event.set()
        if runner.is_alive():  # a bot that never got through has no monitor
            runner.thread.join()
    while not client.message_queue.empty():
        client.process_message()  # type: ignore[no-untyped-call]
    client.message_workers.shutdown()
    client.close()


def _stop_reading(client: SocketModeClient) -> None:
    reader = client.current_session_runner
    reader.event.set()
    while reader.is_alive():
        # Again and again: a reader that is about to begin, or a new connection, takes it back.
        client.current_session_state.terminated = True
        reader.thread.join(JOIN_SECONDS)
