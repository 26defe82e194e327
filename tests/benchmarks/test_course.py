from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from benchmarks import course
from benchmarks.__main__ import chosen, parse_size
from benchmarks.checks import Check
from benchmarks.checks.answers import ASKED_BEFORE, flatness
from benchmarks.course import Course, Extent, run_checks
from benchmarks.picture import draw_costs
from benchmarks.report import in_words, write_report
from benchmarks.results import (
    Cost,
    Result,
    Target,
    Unit,
    as_long,
    at_least,
    at_most,
    faster,
    within,
)
from benchmarks.scene import Scene
from benchmarks.stores import Shelf
from benchmarks.timing import Spread
from bot.clock import utc_now

TODAY = utc_now().date()


def result(check: str, accounts: int, *, is_met: bool | None = None) -> Result:
    return Result(
        check=check,
        accounts=accounts,
        engine="SQLite",
        ours=Spread((0.02, 0.04, 0.03)),
        theirs=Spread((0.3,)),
        alternative="by hand",
        ratio="10 times faster",
        target=Target(words="≥ 6 times faster", is_met=is_met),
    )


def works(scene: Scene) -> Iterator[Result | Cost]:
    yield result("works", scene.accounts, is_met=True)
    for name, seconds in (("columns, SQLite", 0.001), ("first version's statement, SQLite", 0.4)):
        yield Cost(contender=name, accounts=scene.accounts, seconds=seconds)


def fails(scene: Scene) -> Iterator[Result | Cost]:
    yield result("half", scene.accounts, is_met=False)
    raise TimeoutError("waited for an answer")


@pytest.fixture
def found(sqlite_shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Course:
    checks = {"works": Check(run=works, at_every_size=True), "fails": Check(run=fails)}
    monkeypatch.setattr(course, "CHECKS", checks)
    extent = Extent(sizes=(20, 30), checks=tuple(checks), repeats=1, seconds=1, rate=1)
    return run_checks(extent, shelves=[sqlite_shelf], folder=tmp_path, say=lambda _: None)


def test_each_check_runs_at_its_sizes_and_one_that_fails_stops_no_other(found: Course) -> None:
    assert [(one.check, one.accounts) for one in found.results] == [
        ("works", 20),
        ("works", 30),
        ("half", 30),
    ]
    assert found.failures == ["fails, 30 accounts, SQLite: TimeoutError: waited for an answer"]


def test_the_report_tells_what_is_met_what_is_missed_and_what_failed(
    found: Course, tmp_path: Path
) -> None:
    page = tmp_path / "RESULTS.md"

    write_report(page, found, command="make bench", on=TODAY)

    text = page.read_text(encoding="utf-8")
    assert "2 of 3 targets met." in text
    assert "with `make bench`" in text
    assert (
        "| works | 20 | SQLite | 30.0 ms [20.0 … 40.0] | by hand | 300.0 ms | 10 times faster |"
        in text
    )
    assert "| **missed** |" in text
    assert "- Not measured: fails, 30 accounts" in text


def test_the_picture_is_drawn_for_the_database_asked_about(found: Course, tmp_path: Path) -> None:
    for engine in ("SQLite", "PostgreSQL"):
        draw_costs(found.costs, tmp_path / f"{engine}.png", engine=engine)

    assert (tmp_path / "SQLite.png").read_bytes().startswith(b"\x89PNG")
    assert not (tmp_path / "PostgreSQL.png").exists()


def test_the_largest_size_is_compared_with_the_smallest() -> None:
    [flat] = flatness(
        [result(ASKED_BEFORE, size) for size in (1_000_000, 10, 20)] + [result("else", 90)]
    )

    assert (flat.accounts, flat.alternative, flat.target.is_met) == (
        1_000_000,
        "10 accounts",
        True,
    )
    assert list(flatness([result(ASKED_BEFORE, 30)])) == []


def test_targets_are_judged_by_medians() -> None:
    ours, theirs = Spread((1.0, 9.0, 1.0)), Spread((6.0,))

    assert at_least(6, ours, theirs).is_met
    assert not at_least(7, ours, theirs).is_met
    assert at_most(6, theirs, ours).is_met
    assert not at_most(5, theirs, ours).is_met
    assert within(1.0, ours).is_met
    assert not within(0.5, ours).is_met


def test_ratios_say_which_way_they_go() -> None:
    ours, theirs = Spread((2.0,)), Spread((8.0,))

    assert faster(ours, theirs) == "4 times faster"
    assert faster(theirs, ours) == "4 times slower"
    assert faster(ours, Spread((6_200.0,))) == "3,100 times faster"
    assert as_long(theirs, ours) == "4 times as long"


@pytest.mark.parametrize(
    ("values", "unit", "words"),
    [
        pytest.param((0.0000042,), Unit.SECONDS, "4.2 µs", id="at-once"),
        pytest.param((0.00321,), Unit.SECONDS, "3.21 ms", id="quick"),
        pytest.param((1.5, 2.5, 2.0), Unit.SECONDS, "2.00 s [1.50 … 2.50]", id="slow"),
        pytest.param((123456.0,), Unit.ROWS_PER_SECOND, "123,456 rows/s", id="rate"),
        pytest.param((99.6,), Unit.MEBIBYTES, "100 MiB", id="memory"),
    ],
)
def test_a_spread_is_written_for_people(values: tuple[float, ...], unit: Unit, words: str) -> None:
    assert in_words(Spread(values), unit) == words


@pytest.mark.parametrize(("text", "accounts"), [("3k", 3_000), ("1M", 1_000_000), ("250", 250)])
def test_sizes_are_short(text: str, accounts: int) -> None:
    assert parse_size(text) == accounts


@pytest.mark.parametrize("text", ["", "0", "0k", "3x", "-1", "1.5m"])
def test_what_is_no_size_is_refused(text: str) -> None:
    with pytest.raises(typer.BadParameter, match="write sizes like 3k,100k,1m"):
        parse_size(text)


def test_only_what_there_is_can_be_chosen() -> None:
    assert chosen("b,a", ("a", "b", "c"), "--only") == ("a", "b")
    with pytest.raises(typer.BadParameter, match="--only takes some of a,b,c"):
        chosen("d", ("a", "b", "c"), "--only")
