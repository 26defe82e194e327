"""The pages: each has a finding as its title, and text that can be searched."""

import re
import zlib
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from bot.access.visibility import EVERYTHING
from bot.board.measuring import build_pack
from bot.board.pack import BoardPack
from bot.board.pages import pages_of
from bot.board.wiring import files_of
from bot.charts.paper import A4, drawn
from bot.trends.chart import trend_chart
from metrics.benchmarks.expectations import WorkspaceProfile
from metrics.benchmarks.goals import Goal
from metrics.benchmarks.tables import CompanyProfile, CompanyStage
from storage.benchmarks.expectations import put_goal, put_profile
from tests.bot.sample_trends import many_values
from tests.bot.small_company import NOW, answers_from, small_company

SEARCHED = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)


def test_every_page_has_a_title_of_its_own(pack: BoardPack) -> None:
    titles = [page.title for page in pages_of(pack)]
    assert titles[0] == "Q3 2026: NRR 103.0%, GRR 91.0%; 12 months 100.6%, 89.1%"
    assert len(set(titles)) == len(titles) >= 6


def test_the_title_of_benchmarks_is_the_goal_and_the_peers_are_a_line(tmp_path: Path) -> None:
    store = small_company(tmp_path)
    with store.write(ledger=False) as session:
        profile = WorkspaceProfile(company=CompanyProfile.SMB, stage=CompanyStage.SEED)
        put_profile(session, profile, by="U1", now=NOW)
        put_goal(session, Goal(scope=(), nrr=Fraction(11, 10)), by="U1", now=NOW)

    pack = build_pack(answers_from(store), "Q3 2026", visibility=EVERYTHING)

    page = next(page for page in pages_of(pack) if page.title.startswith("Goal 110%"))
    assert "peers" not in page.title
    assert page.lines[0].startswith("SMB peers: 90–100%")


def test_the_file_has_all_pages_and_letters_as_letters(pack: BoardPack) -> None:
    file = files_of(pack)[".pdf"]  # takes seconds: once
    assert file.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type /Page\b", file)) == len(pages_of(pack))
    text = b"".join(map(_unpacked, SEARCHED.findall(file))).replace(b"\x00", b"")
    letters = b"".join(re.findall(rb"\(((?:[^()\\]|\\.)*)\)", text))
    assert b"Opening MRR" in letters
    assert b"Board pack, Q3 2026" in letters
    assert b"page 1 of" in letters


def _unpacked(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return b""


def test_nothing_stands_outside_of_its_page(pack: BoardPack) -> None:
    for page in pages_of(pack):
        figure = drawn(page, source="Board pack")
        assert tuple(figure.get_size_inches()) == A4
        for text in figure.texts:
            box = text.get_window_extent().transformed(figure.transFigure.inverted())
            assert box.x0 >= 0, text
            assert box.x1 <= 1, text
            assert box.y0 >= 0, text
            assert box.y1 <= 1, text


def test_a_long_split_is_cut_and_said_to_be(pack: BoardPack) -> None:
    parts = tuple(
        replace(pack.answer.breakdown[0], value=f"region {number}") for number in range(15)
    )
    told = replace(pack, answer=replace(pack.answer, breakdown=parts))
    page = next(page for page in pages_of(told) if page.table and page.table.header[0] == "Segment")
    assert page.table is not None
    assert len(page.table.rows) == 13
    assert page.lines[-1] == "The workbook lists 3 more."


def test_a_trend_of_many_lines_is_drawn_as_it_is_anywhere(pack: BoardPack) -> None:
    many = many_values(12)

    charts = [page.chart for page in pages_of(replace(pack, trend=many))]

    assert trend_chart(many) in charts


def test_a_bridge_of_two_currencies_prints_what_exchange_rates_changed(
    pack: BoardPack, converted: BoardPack
) -> None:
    [bridge] = [
        one for one in pages_of(converted) if one.table and "Opening MRR" in one.table.rows[0]
    ]

    assert bridge.table is not None
    assert bridge.table.rows[-3:] == (
        ("= Closing MRR of all accounts", "$225.00", "$216.00"),
        ("Exchange rates, to those of the close", "−$3.00", "+$6.00"),
        ("= Closing MRR at those rates", "$222.00", "$222.00"),
    )
    assert not any("rates" in str(one.table) for one in pages_of(pack))
