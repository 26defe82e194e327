"""The button that sends all accounts of a list as a file, to whoever presses it."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.access.decisions import DIRECT_MESSAGE, Action, Reach
from bot.accounts.moves import AccountMoves
from bot.accounts.ranking.ranking import AccountRanking
from bot.accounts.ranking.wording import headline as ranking_headline
from bot.accounts.wording import headline
from bot.answers.account_files import AccountFile
from bot.answers.answer import Reply
from bot.answers.asking import Asking
from bot.clock import Clock
from bot.delivery.outcomes import EXPORT
from bot.delivery.parcels import message_parcel
from bot.errors import UsageError
from bot.message import Message
from bot.questions.question import canonical_text
from bot.slack.sent import Click
from bot.style.grounds import footer
from bot.style.names import plural
from bot.style.parts import Footer, Headline, Quiet
from bot.style.rendering import message_of
from storage.delivery import outbox
from storage.delivery.parcels import Attachment, Parcel, ParcelBasis
from storage.store.engine import Store
from storage.tables.scopes import scope_text

ListReply = AccountMoves | AccountRanking
ON_ITS_WAY = Message("The file is on its way to you, in a direct message from me.")
BEFORE = Message("That file is on its way to you already, or in our direct message.")
_NO_NAME = re.compile(r"[^A-Za-z0-9.]+")
_LONGEST = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class FileButton:
    """Sends lists of accounts as files through the outbox, each once for one press of a button.

    Attributes
    ----------
    write : callable
        Writes all accounts of a reply: see `bot.answers.account_files.account_file`.
    """

    asking: Asking
    write: Callable[[Reply], AccountFile]
    store: Store
    now: Clock

    def send(self, click: Click) -> Message:
        """Put the file on its way, and say so.

        Raises
        ------
        AccessDeniedError
            If the person may not see the accounts, or may take no file of them.
        UsageError, MetricsError, StorageError
            If the button carries no list that can be read.
        """
        asker, gate = click.asker, self.asking.gate
        reply = self.asking.ask_again(click.value, asker).reply
        if not isinstance(reply, AccountMoves | AccountRanking):
            raise UsageError("this button is from another version of me: ask again")
        reach = Reach(scope=reply.question.scope, account_detail=True)
        version = reply.grounds.data_version
        gate.require_audited(asker, Action.EXPORT, reach, DIRECT_MESSAGE, data_version=version)
        parcel = self._parcel(click, reply, self.write(reply))
        with self.store.write(ledger=False) as session:
            is_new = outbox.enqueue(session, parcel, now=self.now())
        return ON_ITS_WAY if is_new else BEFORE

    def _parcel(self, click: Click, reply: ListReply, file: AccountFile) -> Parcel:
        asked, asker = canonical_text(reply.question), click.asker
        version = reply.grounds.data_version
        pressed = f"{asker.user_id} {click.message_ts or asker.request_id} {version} {asked}"
        return message_parcel(
            _message(reply, file),
            dedupe_key=f"{EXPORT}:{hashlib.sha256(pressed.encode()).hexdigest()}",
            team_id=asker.team_id,
            to=asker.user_id,
            now=self.now(),
            kind=EXPORT,
            basis=ParcelBasis(scope=scope_text(reply.question.scope), data_version=version),
            files=(Attachment(name=f"{_slug(asked)}.csv", content=file.content),),
        )


def _message(reply: ListReply, file: AccountFile) -> Message:
    said = f"{plural(file.accounts, 'account')}, a row each, as a CSV file."
    title = headline(reply) if isinstance(reply, AccountMoves) else ranking_headline(reply)
    return message_of((Headline(title), Quiet(said), Footer(footer(reply.grounds))))


def _slug(text: str) -> str:
    return _NO_NAME.sub("-", text).strip("-")[:_LONGEST].strip("-.") or "accounts"
