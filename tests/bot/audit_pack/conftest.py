from collections.abc import Iterator
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path

import pytest

from storage.access import audit
from storage.channels.posted_figures import remember
from storage.store.engine import Store
from tests.bot.audit_pack.packs import pack
from tests.bot.small_company import NOW, small_company
from tests.storage.posted import shown_in


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Return the small company: in Q3 2026 1,660.00 at the opening, 1,710.00 of it at the close."""
    store = small_company(tmp_path_factory.mktemp("audit") / "company")
    august = shown_in(date(2026, 8, 1), Fraction(1), grr=Fraction(1))
    with store.write(ledger=False) as session:
        remember(session, "C012AB3CD", [august], now=NOW)
        for day in (3, 4):
            at = datetime(2026, 9, day, tzinfo=UTC)
            audit.append(session, audit.own_entry("suspend", team_id="T", channel_id="C", at=at))
    yield store
    store.engine.dispose()


@pytest.fixture(scope="session")
def original(company: Store, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return the bytes of its pack of Q3 2026, whose definitions are short."""
    file = tmp_path_factory.mktemp("pack") / "q3.zip"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.audit_pack.packing.read_definitions", lambda: "NRR is this.\n")
        pack(company, file)
    return file.read_bytes()


@pytest.fixture
def file(original: bytes, tmp_path: Path) -> Path:
    """Return the path of a copy of that pack."""
    copy = tmp_path / "q3.zip"
    copy.write_bytes(original)
    return copy
