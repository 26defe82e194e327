"""Packs a book: its tables, its definitions and a page that explains them, with their hashes."""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO

from bot.audit_pack import tables, tables_beside
from bot.audit_pack.archive import STORED, ArchiveWriter, MemberSink
from bot.audit_pack.book import PackBook
from bot.audit_pack.manifest import MANIFEST, Manifest
from bot.audit_pack.readme import README, readme_text
from bot.audit_pack.tables import PackTable, TableOf
from bot.style.document import Json, grounds_json, period_json
from bot.style.names import period_name

DEFINITIONS = "definitions.md"
_FOLDER = Path(__file__).parent
TABLES: dict[str, TableOf] = {
    tables.FIGURES: tables.figures,
    tables.COHORT: tables.cohort,
    tables.OUTSIDE: tables.outside,
    tables.BALANCES: tables.balances,
    tables.MOVEMENTS: tables.movements,
    tables.TOTALS: tables.totals,
    tables_beside.IMPORTS: tables_beside.imports,
    tables_beside.POSTED: tables_beside.posted,
    tables_beside.RATES: tables_beside.rates,
    tables_beside.SETTINGS: tables_beside.settings,
    tables_beside.TRAIL: tables_beside.trail,
}
MEMBERS = sorted((README, DEFINITIONS, *TABLES))
"""The members of every pack, but for its manifest, in their order: totals come behind all rows."""


@dataclass(frozen=True, slots=True)
class Packed:
    """A pack that was written: the hash of its manifest, and how many rows its tables have."""

    sha256: str
    rows: dict[str, int]


def pack_into(file: BinaryIO, book: PackBook, *, begun: Callable[[str], None]) -> Packed:
    """Write a pack; the same book on the same day gives the same bytes.

    Parameters
    ----------
    begun : callable
        Is told of each member before it is written.

    Raises
    ------
    UsageError, MetricsError, StorageError
        If the figures cannot be worked out, or are more than a pack holds.
    """
    archive, rows = ArchiveWriter(file), dict[str, int]()
    texts = {README: readme_text(book.figures), DEFINITIONS: read_definitions()}
    for name in MEMBERS:
        begun(name)
        with archive.member(name) as sink:
            if name in texts:
                sink.write(texts[name])
            else:
                rows[name] = _write(TABLES[name](book), sink)
    text = Manifest.of(about(book), archive.members).text()
    with archive.member(MANIFEST, method=STORED) as sink:
        sink.write(text)
    archive.close()
    return Packed(sha256(text.encode()).hexdigest(), rows)


def about(book: PackBook) -> Json:
    """Tell what a pack is of: the period, the accounts and the state of the data."""
    figures = book.figures
    return {
        "nrrbot": version("nrrbot"),
        "name": period_name(figures.period),
        "packed_on": book.today.isoformat(),
        "period": period_json(figures.period),
        "scope": [list(pair) for pair in figures.scope],
        "currency": figures.grounds.currency,
        **grounds_json(figures.grounds),
    }


def _write(table: PackTable, sink: MemberSink) -> int:
    writer, count = csv.writer(sink, lineterminator="\n"), 0
    writer.writerow(table.columns)
    for row in table.rows:
        writer.writerow(row)
        count += 1
    return count


def read_definitions() -> str:
    """Read docs/definitions.md as it comes with this version."""
    # A wheel has it here; in the repository it stands where people look for it.
    packaged = _FOLDER / DEFINITIONS
    path = packaged if packaged.exists() else _FOLDER.parents[1] / "docs" / DEFINITIONS
    return path.read_text(encoding="utf-8")
