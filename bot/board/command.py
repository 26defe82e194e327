"""``/nrr board Q3 2026``: both files, in a direct message to whoever asks and may have them."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.access.decisions import DIRECT_MESSAGE, Action, Reach
from bot.access.gate import Gate
from bot.access.visibility import visibility_of
from bot.board.message import FILES, pack_parts
from bot.board.pack import BoardPack
from bot.clock import Clock
from bot.delivery.outcomes import BOARD, EXPORT
from bot.delivery.parcels import message_parcel
from bot.message import Message
from bot.slack.sent import Request
from bot.style.names import period_name
from bot.style.rendering import message_of
from storage.delivery import outbox
from storage.delivery.parcels import Attachment, Parcel, ParcelBasis
from storage.store.engine import Store
from storage.tables.scopes import scope_text

_NO_NAME = re.compile(r"[^A-Za-z0-9.]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardCommand:
    """Sends board packs through the outbox, each once for one command.

    Attributes
    ----------
    build : callable
        As `bot.board.measuring.build_pack`, without answers.
    write : callable
        Writes the files of a pack, by how their names end.
    """

    gate: Gate
    build: Callable[..., BoardPack]
    write: Callable[[BoardPack], dict[str, bytes]]
    store: Store
    now: Clock

    def send(self, request: Request) -> Message:
        """Put both files on their way, and say so.

        Raises
        ------
        AccessDeniedError
            If the person may not see the company, or may take no file of it.
        UsageError, MetricsError, StorageError
            If the words name no period that is over.
        """
        asker = request.asker
        seen = visibility_of(self.gate.require_person(asker), Action.EXPORT)
        self.gate.require(asker, Action.EXPORT, Reach(), surface=DIRECT_MESSAGE)
        pack = self.build(request.text, visibility=seen)
        reach = Reach(account_detail=seen.sees_accounts(()))
        self.gate.require_audited(
            asker, Action.EXPORT, reach, DIRECT_MESSAGE, data_version=pack.grounds.data_version
        )
        parcel = self._parcel(request, pack, kind=EXPORT if reach.account_detail else BOARD)
        with self.store.write(ledger=False) as session:
            outbox.enqueue(session, parcel, now=self.now())
        named = period_name(pack.period)
        return Message(f"The board pack of {named} is on its way to you, in a direct message.")

    def _parcel(self, request: Request, pack: BoardPack, *, kind: str) -> Parcel:
        asker, version = request.asker, pack.grounds.data_version
        asked = f"{asker.user_id} {asker.request_id} {version} {pack.period.label}"
        name = f"board-{_NO_NAME.sub('-', pack.period.label)}"
        return message_parcel(
            message_of(pack_parts(pack, FILES)),
            dedupe_key=f"{BOARD}:{hashlib.sha256(asked.encode()).hexdigest()}",
            team_id=asker.team_id,
            to=asker.user_id,
            now=self.now(),
            kind=kind,
            basis=ParcelBasis(scope=scope_text(()), data_version=version),
            files=tuple(
                Attachment(name=f"{name}{ending}", content=content)
                for ending, content in self.write(pack).items()
            ),
        )
