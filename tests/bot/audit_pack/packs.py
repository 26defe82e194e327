"""Packs of small companies, and packs that somebody has made up."""

import csv
from collections.abc import Callable, Mapping
from datetime import date, datetime
from io import BytesIO, StringIO
from pathlib import Path
from zipfile import ZipFile

from rich.console import Console

from bot.audit_pack.archive import STORED, ArchiveWriter
from bot.audit_pack.book import PackRequest
from bot.audit_pack.making import MadePack, make_pack
from bot.audit_pack.manifest import MANIFEST, Manifest
from bot.config import Settings
from storage.store.engine import Store
from tests.bot.small_company import NOW, TODAY

Change = Callable[[str], str]


def pack(
    store: Store,
    file: Path,
    words: str = "Q3 2026",
    *,
    scope: str = "",
    as_of: datetime | None = None,
    today: date = TODAY,
    settings: Settings | None = None,
) -> MadePack:
    return make_pack(
        file,
        PackRequest(words=words, today=today, scope=scope, as_of=as_of),
        store=store,
        settings=settings or Settings.model_construct(),
        now=lambda: NOW,
        console=Console(quiet=True),
    )


def texts_of(file: Path) -> dict[str, str]:
    with ZipFile(file) as zipped:
        return {name: zipped.read(name).decode() for name in zipped.namelist()}


def rows_of(file: Path, table: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(texts_of(file)[table])))


def forged(file: Path, changes: Mapping[str, Change]) -> None:
    """Write a pack anew with other texts, and with the hashes that these have."""
    texts = texts_of(file)
    about = Manifest.read(texts.pop(MANIFEST).encode()).about
    content = BytesIO()
    archive = ArchiveWriter(content)
    for name, text in texts.items():
        with archive.member(name) as sink:
            sink.write(changes.get(name, str)(text))
    manifest = Manifest.of(about, archive.members).text()
    with archive.member(MANIFEST, method=STORED) as sink:
        sink.write(changes.get(MANIFEST, str)(manifest))
    archive.close()
    file.write_bytes(content.getvalue())


def rezipped(file: Path, changes: Mapping[str, Change | None]) -> None:
    """Write a pack anew as another program does, with other texts and the hashes of before."""
    texts = texts_of(file)
    with ZipFile(file, "w") as zipped:
        for name in (*texts, *(name for name in changes if name not in texts)):
            change = changes.get(name, str)
            if change is not None:
                zipped.writestr(name, change(texts.get(name, "")))
