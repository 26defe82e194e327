"""Checks a pack, and whether the audit trail of the store at hand knows it."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bot.answers.workplace import Workplace
from bot.audit_pack.adding_up import check_rows
from bot.audit_pack.beside import check_posted, check_trail
from bot.audit_pack.faults import BrokenPackError
from bot.audit_pack.manifest import MANIFEST, Manifest
from bot.audit_pack.opening import opened_pack
from bot.audit_pack.recomputing import Recomputed, recompute
from bot.audit_pack.trail import find
from bot.errors import SettingsError
from bot.style.document import Json, moment_json, ratio_json
from bot.style.figures import percent
from bot.style.names import plural, safe_name
from storage.access.audit import Link
from storage.errors import StorageError
from storage.ledger.health import newest_data_version
from storage.store.engine import Store


@dataclass(frozen=True, slots=True)
class Verified:
    """A pack that is as it was written, with what its rows come to."""

    manifest: Manifest
    sha256: str
    figures: Recomputed


@dataclass(frozen=True, slots=True)
class CheckedPack:
    """A pack that is as it was written; ``known`` is its entry in the trail of the store at hand.

    It is None where there is no store. ``data_version`` is that of the ledger there by now.
    """

    verified: Verified
    known: Link | None
    data_version: int | None = None

    def lines(self) -> Iterator[str]:
        """Say that all is well, with the figures, and what the manifest's hash is good for."""
        kept = self.verified.figures.retention
        accounts = plural(kept.accounts_opening, "account")
        levels = f"NRR {percent(kept.nrr)}, GRR {percent(kept.grr)}"
        yield f"OK: {self._named}: {levels} of {accounts}, worked out from its rows."
        yield "Every file in it is as it was packed, and all tables agree with each other."
        yield "Hash of its manifest:"
        yield f"  {self.verified.sha256}"
        if self.known is None:
            yield "No store is at hand: compare that with what was printed when it was packed."
        else:
            yield f"The audit trail has that hash: packed {moment_json(self.known.entry.at)}."
        if self._is_older:
            yield (
                f"The ledger has changed since, from data version {self._packed} to"
                f" {self.data_version}: a pack of today may have other figures."
            )

    def document(self) -> Json:
        """Give the same as JSON."""
        kept = self.verified.figures.retention
        return {
            "ok": True,
            "sha256": self.verified.sha256,
            "packed_at": self.known and moment_json(self.known.entry.at),
            "nrr": ratio_json(kept.nrr),
            "grr": ratio_json(kept.grr),
            "ledger_has_changed": None if self.data_version is None else self._is_older,
            **self.verified.manifest.about,
        }

    @property
    def _packed(self) -> object:
        return self.verified.manifest.about.get("data_version")

    @property
    def _is_older(self) -> bool:
        return self.data_version is not None and self._packed != self.data_version

    @property
    def _named(self) -> str:
        about = self.verified.manifest.about
        scope = " · ".join(safe_name(str(value)) for _, value in about.get("scope", ()))
        return f"{safe_name(str(about.get('name')))}, {scope or 'the whole company'}"


def check_pack(path: Path) -> CheckedPack:
    """Verify a pack, and look it up in the audit trail where a store is at hand.

    Raises
    ------
    UsageError
        If it cannot be read, or was altered.
    """
    verified, store = verify_pack(path), _store_at_hand()
    if store is None:
        return CheckedPack(verified, None)
    known = find(store, verified.sha256)
    if known is None:
        raise BrokenPackError(
            "the pack agrees with itself, but the audit trail of the store at hand has no pack with"
            f" the hash {verified.sha256}: it was altered, its hashes too, or is of another store"
        )
    with store.read() as session:
        return CheckedPack(verified, known, newest_data_version(session))


def _store_at_hand() -> Store | None:
    with suppress(SettingsError, StorageError):  # an auditor has none
        return Workplace.at_head().store
    return None


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
