"""Publishes the Home tab: once for each change, and never older figures over newer ones."""

import hashlib
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.access.decisions import Action, Place, Surface
from bot.access.gate import Gate
from bot.clock import Clock
from bot.errors import BotError
from bot.home.page import HomePage
from bot.message import Block
from bot.slack.failures import CONTENT_CODES, SLACK_ERRORS
from bot.slack.sent import Asker
from metrics.errors import MetricsError
from storage.errors import StorageError
from storage.home.visits import HomeVisit, note_opened, note_shown, visit_of
from storage.store.engine import Store

HOME = Surface(place=Place.HOME)
CONFLICT = "hash_conflict"
REFUSED = CONTENT_CODES | {"invalid_arguments"}
"""Slack's errors for a view that it does not take."""

log = logging.getLogger("nrrbot.home")


@dataclass(frozen=True, slots=True, kw_only=True)
class HomePublisher:
    """Shows each person their page.

    Attributes
    ----------
    compose : callable
        As `bot.home.page.HomePages.compose`.
    """

    client: WebClient
    compose: Callable[[Asker], HomePage]
    gate: Gate
    store: Store
    now: Clock

    def opened(self, user_id: str, *, is_blank: bool) -> None:
        """Show their page to a person who has opened the tab; ``is_blank`` if they see none."""
        with self.store.write(ledger=False) as session:
            note_opened(session, user_id, now=self.now())
            if is_blank:
                note_shown(session, HomeVisit(user_id=user_id), now=self.now())
        self.renew(user_id)

    def renew(self, user_id: str) -> bool:
        """Show a person their page if it is another by now; False if Slack wants fewer calls.

        Whatever fails is left as it stands, for the next time.
        """
        try:
            return self._renew(user_id)
        except (BotError, MetricsError, StorageError) as error:
            log.warning("a Home tab is left as it is", exc_info=error)
        except SlackApiError as error:
            code = error.response.get("error")
            log.warning("a Home tab was refused", extra={"code": code})
            return bool(code != "ratelimited")
        except SLACK_ERRORS as error:
            log.warning("a Home tab may not have arrived", exc_info=error)
        return True

    def _renew(self, user_id: str) -> bool:
        with self.store.read() as session:
            visit = visit_of(session, user_id)
        if visit is None:  # they never opened the tab
            return True
        asker = self._asker(user_id)
        page = self.compose(asker)
        mark = fingerprint(page.message.blocks)
        if mark != visit.fingerprint:
            self._audit(asker, page)
            visit = self._publish(page, visit, mark)
        with self.store.write(ledger=False) as session:
            note_shown(session, visit, now=self.now())
        return True

    def _audit(self, asker: Asker, page: HomePage) -> None:
        """Write down what is about to be shown: what cannot be audited must not be."""
        if page.reach is not None:
            self.gate.require_audited(
                asker, Action.ASK, page.reach, HOME, data_version=page.data_version
            )

    def _publish(self, page: HomePage, visit: HomeVisit, mark: str) -> HomeVisit:
        user_id = visit.user_id
        try:
            view_hash = self._taken(page, visit)
        except SlackApiError as error:
            if error.response.get("error") != CONFLICT:
                raise
            return HomeVisit(user_id=user_id)  # another process was quicker: looked at anew
        return HomeVisit(user_id=user_id, fingerprint=mark, view_hash=view_hash)

    def _taken(self, page: HomePage, visit: HomeVisit) -> str | None:
        *rich, plainest = filter(None, (page.message.blocks, page.message.plainer))
        for blocks in rich:
            try:
                return self._call(blocks, visit)
            except SlackApiError as error:
                if error.response.get("error") not in REFUSED:
                    raise
        return self._call(plainest, visit)

    def _call(self, blocks: tuple[Block, ...], visit: HomeVisit) -> str | None:
        view = {"type": "home", "blocks": list(blocks)}
        known = {"hash": visit.view_hash} if visit.view_hash else {}
        answer = self.client.views_publish(user_id=visit.user_id, view=view, **known)
        found = (answer.get("view") or {}).get("hash")
        return None if found is None else str(found)

    def _asker(self, user_id: str) -> Asker:
        team_id = self.gate.workspace.team_id
        return Asker(user_id=user_id, team_id=team_id, request_id=uuid4().hex)


def fingerprint(blocks: tuple[Block, ...]) -> str:
    """Hash the content of a page, by which a change of it is known."""
    return hashlib.sha256(json.dumps(blocks, sort_keys=True).encode()).hexdigest()
