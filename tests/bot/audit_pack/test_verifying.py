import json
from collections.abc import Callable
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from random import Random
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from bot.audit_pack.archive import ArchiveWriter
from bot.audit_pack.checking import verify_pack
from bot.audit_pack.manifest import MANIFEST, Manifest
from bot.audit_pack.packing import MEMBERS
from bot.errors import UsageError
from storage.store.engine import Store
from tests.bot.audit_pack.packs import Change, forged, pack, rezipped, texts_of
from tests.slow import IS_SLOW

BYTES = 120
"""Places at which a byte is altered; `make test-slow` alters every one."""


def refused(file: Path) -> str:
    with pytest.raises(UsageError) as caught:
        verify_pack(file)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def replacing(old: str, new: str) -> Change:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new)

    return change


def test_a_pack_as_it_was_written_comes_to_its_figures(file: Path) -> None:
    found = verify_pack(file)

    assert found.figures.retention.nrr == Fraction(1710, 1660)
    assert found.figures.retention.grr == Fraction(1510, 1660)
    assert found.figures.closing == 205_000
    assert len(found.sha256) == 64


@pytest.mark.parametrize("name", MEMBERS)
def test_a_member_that_was_altered_is_named(file: Path, name: str) -> None:
    rezipped(file, {name: lambda text: f"{text} "})

    assert refused(file).startswith(f"{name} was altered: it is")


def test_whichever_byte_is_altered_it_is_found(file: Path, original: bytes) -> None:
    drawn = Random(20).sample(range(len(original)), BYTES)  # noqa: S311 - no secret
    for place in range(len(original)) if IS_SLOW else drawn:
        altered = bytearray(original)
        altered[place] ^= 1 << place % 8
        file.write_bytes(altered)
        refused(file)


def test_the_bytes_between_members_are_looked_at_too(file: Path, original: bytes) -> None:
    with ZipFile(file) as zipped:
        first, second = zipped.infolist()[:2]
        directory = zipped.start_dir
    for place, named in {
        first.header_offset + 10: first.filename,  # the hour at which it was packed
        second.header_offset - 1: first.filename,  # what the last byte of deflate pads with
        directory + 38: "the end of the zip file",  # who may read it
    }.items():
        altered = bytearray(original)
        altered[place] ^= 0x80
        file.write_bytes(altered)
        assert named in refused(file)


def test_what_is_put_before_or_behind_it_is_found(file: Path, original: bytes) -> None:
    for content in (b"x" + original, original + b"x"):
        file.write_bytes(content)
        refused(file)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (lambda whole: whole[: len(whole) // 2], "the file was cut off, or its end was altered"),
        (lambda whole: whole[:-1], "the file was cut off, or its end was altered"),
        (lambda _: b"", "the file is no zip file"),
        (lambda _: b"account_id,date\n", "the file is no zip file"),
    ],
    ids=["half", "all but a byte", "nothing", "a table"],
)
def test_half_a_file_and_another_file_are_told_apart(
    file: Path, original: bytes, content: Callable[[bytes], bytes], said: str
) -> None:
    file.write_bytes(content(original))

    assert refused(file).startswith(said)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    missing = tmp_path / "none.zip"
    assert refused(missing) == f"the file {missing} cannot be read: check its name and rights"
    assert refused(tmp_path).startswith("the file ")


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "notes.txt", "a\x1b[31m.csv"])
def test_what_is_not_a_part_of_a_pack_is_named(file: Path, name: str) -> None:
    rezipped(file, {name: lambda _: "x"})

    said = refused(file)
    assert said.endswith("is not a part of an audit pack: it was put there")
    assert said.isprintable()


def test_the_manifest_of_another_quarter_is_told(
    company: Store, file: Path, tmp_path: Path
) -> None:
    other = tmp_path / "q2.zip"
    pack(company, other, "Q2 2026")
    manifest = texts_of(other)[MANIFEST]
    rezipped(file, {MANIFEST: lambda _: manifest})

    said = refused(file)
    assert said.startswith("README.txt, ")
    assert said.endswith(
        " more are not what manifest.json says: they were altered, or it is that of another pack,"
        " Q2 2026"
    )


def test_files_of_another_quarter_are_told_though_their_hashes_are_right(
    company: Store, file: Path, tmp_path: Path
) -> None:
    other = tmp_path / "q2.zip"
    pack(company, other, "Q2 2026")
    about = Manifest.read(texts_of(other)[MANIFEST].encode()).about
    forged(file, {MANIFEST: lambda text: json.dumps(json.loads(text) | about)})

    assert refused(file) == (
        "balances.csv does not come to the MRR that the accounts begin and end with"
    )


def test_a_member_that_was_renamed_is_named(file: Path) -> None:
    texts = texts_of(file)
    rezipped(file, {"cohort.csv": None, "Cohort.csv": lambda _: texts["cohort.csv"]})

    assert refused(file) == (
        "cohort.csv is missing, and 'Cohort.csv' is not a part of an audit pack: it was renamed"
    )


def test_a_member_that_is_missing_or_there_twice_is_named(file: Path, original: bytes) -> None:
    rezipped(file, {"cohort.csv": None})
    assert refused(file) == "cohort.csv is missing"

    file.write_bytes(original)
    with ZipFile(file, "a") as zipped, pytest.warns(UserWarning, match="Duplicate"):
        zipped.writestr("cohort.csv", "x")
    assert refused(file) == "cohort.csv is in it twice"


def test_a_file_that_would_unpack_to_far_more_than_its_size_is_not_unpacked(file: Path) -> None:
    content = BytesIO()
    with ZipFile(file) as held, ZipFile(content, "w", ZIP_DEFLATED) as zipped:
        for name in held.namelist():
            zipped.writestr(name, "0" * 2**23 if name.endswith(".csv") else held.read(name))
    file.write_bytes(content.getvalue())

    assert refused(file) == "the file unpacks to more than 200 times its size: it is no audit pack"


def test_a_packed_size_that_lies_does_not_unpack_more_than_the_manifest_says(file: Path) -> None:
    rezipped(file, {"cohort.csv": lambda text: text + "0" * 1_000_000})

    assert refused(file) == "cohort.csv was altered: it is larger than it should be"


FORGERIES: dict[str, tuple[dict[str, Change], str]] = {
    "figure": (
        {"figures.csv": replacing("nrr,1.030120", "nrr,1.100000")},
        "figures.csv says 1.100000 for nrr, and the rows come to 1.030120",
    ),
    "closing": (
        {"cohort.csv": replacing("1000.00,1200.00,200.00", "1000.00,1300.00,300.00")},
        "figures.csv says 200.00 for expansion, and the rows come to 300.00",
    ),
    "change": (
        {"cohort.csv": replacing("1000.00,1200.00,200.00", "1000.00,1200.00,300.00")},
        "cohort.csv has a change that is not closing less opening",
    ),
    "outcome": (
        {"cohort.csv": replacing("churned", "paused")},
        "figures.csv says 3 for accounts_retained, and the rows come to 4",
    ),
    "no outcome": (
        {"cohort.csv": replacing("contracted", "expanded")},
        "cohort.csv says 'expanded' of an account whose MRR says another thing",
    ),
    "not outside": (
        {"outside.csv": replacing("0.00,40.00,40.00", "10.00,40.00,30.00")},
        "outside.csv has an account that is none of those outside the base",
    ),
    "balance": (
        {"balances.csv": replacing("1000.00,1000.00", "900.00,900.00")},
        "balances.csv does not come to the MRR that the accounts begin and end with",
    ),
    "balance between": (
        {
            "balances.csv": replacing(
                "2026-08-01,epsilon,epsilon,,USD,60", "2026-08-01,epsilon,epsilon,,USD,61"
            )
        },
        "totals.csv does not agree with balances.csv on 2026-08-01 in USD",
    ),
    "control": (
        {"totals.csv": replacing("200.00,1660.00", "200.00,1661.00")},
        "totals.csv does not agree with balances.csv on 2026-07-01 in USD",
    ),
    "movement": (
        {"movements.csv": replacing("200.00", "201.00")},
        "totals.csv does not agree with movements.csv from 2026-07-01 on in USD",
    ),
    "movement and total": (
        {
            "movements.csv": replacing("200.00", "201.00"),
            "totals.csv": replacing("1660.00,200.00", "1660.00,201.00"),
        },
        "movements.csv does not lead to the balances of 2026-08-01 in USD",
    ),
    "total left out": (
        {"totals.csv": replacing("2026-10-01,USD,2050.00,,2050.00\n", "")},
        "totals.csv has no line of 2026-10-01 in USD",
    ),
    "file": (
        {"imports.csv": replacing("nrrbot.csv", "other.csv")},
        "movements.csv names a file that is not in imports.csv: row 7",
    ),
    "posted": (
        {"posted.csv": replacing("0.973118,-0.026882,1", "0.973118,0.000000,1")},
        "posted.csv has a change that is not now less posted: 2026-11-21T06:00:00Z",
    ),
    "posted without a change": (
        {"posted.csv": replacing("0.973118,-0.026882,yes", "0.973118,,yes")},
        "posted.csv has a change that is not now less posted: 2026-11-21T06:00:00Z",
    ),
    "posted in words": (
        {"posted.csv": replacing("0.973118,-0.026882,yes", "0.973118,less,yes")},
        "posted.csv has a change that is not now less posted: 2026-11-21T06:00:00Z",
    ),
    "trail": (
        {"audit_trail.csv": replacing("2026-09-04", "2026-09-05")},
        "audit_trail.csv was altered at entry 2, or the one before it",
    ),
    "trail in words": (
        {"audit_trail.csv": replacing("2026-09-03", "September")},
        "audit_trail.csv has what is no entry: 1",
    ),
    "amount": (
        {"cohort.csv": replacing("1000.00", "1E3")},
        "cohort.csv has what is no amount of its currency",
    ),
    "no currency": (
        {"figures.csv": replacing("currency,USD", "currency,XXX")},
        "cohort.csv has what is no amount of its currency",
    ),
    "columns": (
        {"cohort.csv": replacing("outcome", "result")},
        "a table has not the columns of a pack, or manifest.json no period",
    ),
    "cells": (
        {"cohort.csv": replacing("60.00,60.00", "60.00,60.00,60.00")},
        "cohort.csv has another number of cells in line 5",
    ),
    "quotes": (
        {"cohort.csv": replacing("epsilon", '"epsilon')},
        "cohort.csv cannot be read as a table behind line 4",
    ),
    "manifest": (
        {"manifest.json": lambda _: "[1]"},
        "manifest.json is no manifest of an audit pack",
    ),
    "format": (
        {"manifest.json": replacing("audit pack 1", "audit pack 9")},
        "manifest.json is not of 'nrrbot audit pack 1': take the version that packed it",
    ),
    "no size": (
        {"manifest.json": replacing('"bytes": ', '"bytes": 0.')},
        "manifest.json is no manifest of an audit pack",
    ),
    "members": (
        {"manifest.json": lambda text: json.dumps(json.loads(text) | {"members": []})},
        "manifest.json was altered: it does not name every member once",
    ),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_whoever_alters_hashes_too_is_told_by_the_rows(file: Path, forgery: str) -> None:
    changes, said = FORGERIES[forgery]
    forged(file, changes)

    assert refused(file) == said


def test_a_pack_that_is_packed_again_honestly_has_the_same_hash(file: Path) -> None:
    before = verify_pack(file).sha256

    forged(file, {})

    assert verify_pack(file).sha256 == before


def test_a_zip_file_without_a_member_is_no_pack(tmp_path: Path) -> None:
    content = BytesIO()
    ArchiveWriter(content).close()
    empty = tmp_path / "empty.zip"
    empty.write_bytes(content.getvalue())

    assert refused(empty) == "README.txt is missing"
