"""Packs in the audit trail: each is recorded there by the hash of its manifest."""

from bot.access.decisions import COMMAND_LINE, Allow, Reach
from bot.access.records import Records
from bot.audit_pack.book import PackedFigures
from bot.clock import Clock
from bot.slack.sent import OPERATOR
from storage.access import audit
from storage.access.audit import Link
from storage.store.engine import Store

_ACTION = "pack"


def record(store: Store, figures: PackedFigures, sha256: str, *, now: Clock) -> None:
    """Record that a pack is made.

    Raises
    ------
    StorageError
        If it cannot be: then there must be no pack.
    """
    records = Records(store=store, now=now)
    records.note(
        records.entry(
            OPERATOR,
            f"{_ACTION} {sha256}",
            Allow(),
            surface=COMMAND_LINE,
            reach=Reach(scope=figures.scope, account_detail=True),
            data_version=figures.grounds.data_version,
        )
    )


def find(store: Store, sha256: str) -> Link | None:
    """Find when a pack was made; None if the trail does not know it.

    Raises
    ------
    StorageError
        If there is no store at hand.
    """
    with store.read() as session:
        return audit.find(session, f"{_ACTION} {sha256}")
