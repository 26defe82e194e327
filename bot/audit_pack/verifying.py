"""Verifies a pack: its files, its figures from its own rows, and the trail of the store at hand."""

from dataclasses import dataclass
from pathlib import Path

from bot.audit_pack.adding_up import check_rows
from bot.audit_pack.beside import check_posted, check_trail
from bot.audit_pack.faults import BrokenPackError
from bot.audit_pack.manifest import MANIFEST, Manifest
from bot.audit_pack.opening import opened_pack
from bot.audit_pack.recomputing import Recomputed, recompute


@dataclass(frozen=True, slots=True)
class Verified:
    """A pack that is as it was written, with what its rows come to."""

    manifest: Manifest
    sha256: str
    figures: Recomputed


def verify_pack(path: Path) -> Verified:
    """Check every byte of a pack, and work its figures out again; no ledger is needed.

    Raises
    ------
    UsageError
        If the file cannot be read.
    BrokenPackError
        With the member that was altered, or does not come to the others.
    """
    with opened_pack(path) as pack:
        try:
            figures = recompute(pack)
            check_rows(pack, figures)
            check_posted(pack)
            check_trail(pack)
        except (KeyError, TypeError):  # whoever made it up left something out
            raise BrokenPackError(
                f"a table has not the columns of a pack, or {MANIFEST} no period"
            ) from None
        return Verified(pack.manifest, pack.sha256, figures)
