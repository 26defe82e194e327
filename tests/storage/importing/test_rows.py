"""Rows that landed, as the columns get them."""

from pathlib import Path

import pytest

from metrics.segments import Tiers
from storage.columns.derived import differences
from storage.importing import rows
from storage.store.engine import Store
from tests.storage.importing.test_importer import import_in_groups
from tests.storage.stores import csv_text

HEADER = "account_id,date,amount,currency,segment"


def test_more_movements_than_are_kept_are_read_again_for_the_columns(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = list[int]()
    count = rows.ImportEffect.add

    def note(effect: rows.ImportEffect, stored: rows.StoredRows) -> None:
        count(effect, stored)
        kept.append(sum(len(part.movements) for part in effect.stored))

    monkeypatch.setattr(rows, "_HELD", 12)
    monkeypatch.setattr(rows.ImportEffect, "add", note)
    path = tmp_path / "movements.csv"
    path.write_text(
        csv_text(*(f"a{n},2026-0{1 + n % 3}-05,{n}.50,USD,smb" for n in range(40)), header=HEADER)
    )

    report = import_in_groups(store, path, 200)

    assert report.imported == 40
    assert len(kept) > 2
    assert 0 < max(kept) <= 12
    assert kept[-1] == 0
    with store.read() as session:
        assert differences(session, tiers=Tiers()) == []
