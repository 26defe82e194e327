from collections.abc import Mapping
from pathlib import Path

import pytest

from storage.importing.profiles.driver_map import read_driver_map
from storage.importing.profiles.wishes import MappingError
from storage.importing.report import ImportReport
from storage.store.engine import Store
from tests.storage.stores import csv_text, import_text, rows

HEADER = "account_id,date,amount,currency,driver"
DRIVERS = "SELECT account_id, driver FROM ledger_movement ORDER BY id"
UNKNOWN = (
    "4 rows have drivers that nrrbot does not know: 'Promo' (3), 'Sponsor' (1). They are kept as"
    " they are; map them with --drivers FILE.toml."
)


def import_drivers(
    store: Store, *drivers: str, words: Mapping[str, str] | None = None
) -> ImportReport:
    lines = (f"a{n},2026-01-05,100,USD,{driver}" for n, driver in enumerate(drivers))
    return import_text(store, csv_text(*lines, header=HEADER), drivers=words or {})


def test_a_driver_is_kept_by_our_name_however_the_file_spells_it(sqlite_store: Store) -> None:
    report = import_drivers(sqlite_store, "Cross-Sell", "cross_sell", " Payment failed ", "")

    assert [driver for _, driver in rows(sqlite_store, DRIVERS)] == [
        "cross_sell",
        "cross_sell",
        "involuntary",
        None,
    ]
    assert report.notes == ()


def test_drivers_that_nobody_knows_are_kept_and_counted(sqlite_store: Store) -> None:
    report = import_drivers(sqlite_store, "Promo", "Sponsor", "Promo", "seats", "Promo")

    assert report.imported == 5
    assert [driver for _, driver in rows(sqlite_store, DRIVERS)][:2] == ["Promo", "Sponsor"]
    assert report.notes == (UNKNOWN,)


def test_many_of_them_are_counted_and_the_most_frequent_named(sqlite_store: Store) -> None:
    drivers = [f"Reason {chr(65 + n)}" for n in range(7) for _ in range(n + 1)]

    [note] = import_drivers(sqlite_store, *drivers).notes

    assert note.startswith("28 rows have drivers that nrrbot does not know: 'Reason G' (7), ")
    assert "'Reason C' (3) and 2 more. They" in note


def test_a_companys_own_words_mean_what_it_says_they_do(
    sqlite_store: Store, tmp_path: Path
) -> None:
    file = tmp_path / "drivers.toml"
    file.write_text(
        '"Promo" = "discount ended"\nSponsor = "Sponsor"\nseats = "usage"\n', encoding="utf-8"
    )

    report = import_drivers(sqlite_store, "PROMO", "sponsor", "Seats", words=read_driver_map(file))

    assert [driver for _, driver in rows(sqlite_store, DRIVERS)] == [
        "discount_end",
        "Sponsor",
        "usage",
    ]
    assert report.notes == ()


def test_the_words_may_stand_in_a_table_of_their_own(tmp_path: Path) -> None:
    file = tmp_path / "drivers.toml"
    file.write_text('[drivers]\n"Promo end" = "discount_end"\n', encoding="utf-8")

    assert read_driver_map(file) == {"promo_end": "discount_end"}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (
            'Promo = "discont_end"',
            'the drivers d.toml: "discont_end" is no driver of nrrbot: did you mean discount_end?',
        ),
        ("Promo = 3", 'the drivers d.toml: write lines such as "Promo" = "discount_end"'),
        ("drivers = 3", 'the drivers d.toml: write lines such as "Promo" = "discount_end"'),
    ],
)
def test_a_map_that_means_nothing_is_told_with_what_to_write(
    content: str, sentence: str, tmp_path: Path
) -> None:
    file = tmp_path / "d.toml"
    file.write_text(content, encoding="utf-8")

    with pytest.raises(MappingError) as caught:
        read_driver_map(file)

    assert str(caught.value) == sentence


@pytest.mark.parametrize("content", [None, b"Promo = ", b'"\xff" = "seats"'])
def test_a_map_that_cannot_be_read_is_named(content: bytes | None, tmp_path: Path) -> None:
    file = tmp_path / "d.toml"
    if content is not None:
        file.write_bytes(content)

    with pytest.raises(MappingError, match=r"the drivers d\.toml (cannot be read|are not TOML)"):
        read_driver_map(file)
