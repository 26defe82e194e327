"""Checks what a pack holds beside the ledger's rows: figures that were posted, and the trail."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from bot.audit_pack.faults import BrokenPackError
from bot.audit_pack.opening import OpenPack
from bot.audit_pack.tables_beside import POSTED, TRAIL
from storage.access.audit import Entry, Link

_MAY_BE_EMPTY = ("scope", "channel", "reason")


def check_posted(pack: OpenPack) -> None:
    """Check that each change is the figure as it is now less the one that was posted.

    Raises
    ------
    BrokenPackError
        With the first post of which that is not so.
    """
    for row in pack.rows(POSTED):
        for ratio in ("nrr", "grr"):
            then, now, change = (row[f"{ratio}_{one}"] for one in ("posted", "now", "change"))
            if (change != "") != (then != "" and now != "") or (
                change and not _is_between(then, now, change)
            ):
                raise BrokenPackError(
                    f"{POSTED} has a change that is not now less posted: {row['posted_at']}"
                )


def _is_between(then: str, now: str, change: str) -> bool:
    try:
        return Decimal(now) - Decimal(then) == Decimal(change)
    except InvalidOperation:
        return False


def check_trail(pack: OpenPack) -> None:
    """Check that each entry has the hash of what it says, and follows the one before it.

    Raises
    ------
    BrokenPackError
        With the number of the first entry that was altered.
    """
    before: Link | None = None
    for row in pack.rows(TRAIL):
        try:
            link = _link(row)
        except (KeyError, ValueError):
            raise BrokenPackError(f"{TRAIL} has what is no entry: {row.get('id')}") from None
        follows = before is None or (before.id + 1, before.hash) == (link.id, link.prev_hash)
        if not follows or link.computed_hash() != link.hash:
            raise BrokenPackError(f"{TRAIL} was altered at entry {link.id}, or the one before it")
        before = link


def _link(row: Mapping[str, str]) -> Link:
    cells: dict[str, Any] = {one.name: row[one.name] for one in fields(Entry)}
    cells |= {name: row[name] or None for name in _MAY_BE_EMPTY}
    version = row["data_version"]
    cells |= {
        "at": datetime.fromisoformat(row["at"]),
        "data_version": int(version) if version else None,
    }
    return Link(
        id=int(row["id"]), entry=Entry(**cells), prev_hash=row["prev_hash"], hash=row["hash"]
    )
