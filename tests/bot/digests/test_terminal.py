from pathlib import Path

from rich.console import Console

from bot.digests.digest import Digest
from bot.digests.terminal import print_digest
from tests.bot.sample_answers import HOSTILE_NAME
from tests.bot.sample_digests import (
    BEFORE,
    SEGMENTS,
    restated_figure,
    restated_of,
    sample_digest,
    split_answer,
)

WIDTH = 80


def printed(digest: Digest, *charts: Path) -> list[str]:
    console = Console(width=WIDTH)
    with console.capture() as capture:
        print_digest(digest, console, charts=charts)
    return [line.rstrip() for line in capture.get().splitlines()]


def test_it_reads_as_its_channel_gets_it_and_then_its_thread() -> None:
    assert printed(restated_of(sample_digest(), restated_figure("1", "0.8"))) == [
        "October 2026: NRR 101.5%, 12 months 108.0%",
        "The leak is smb: 87.5% over twelve months, 4.0 points less than a year ago; 1 of",
        "10 accounts left, price and competitors first.",
        "",
        " Segment      12 months (in a year)   Oct 2026 (vs Sep)   Moved by",
        f" {chr(0x2500) * 73}",
        " smb                   87.5% (−4.0)       80.0% (−10.0)   churn −20.0",
        " mid-market            105.0% (0.0)       104.7% (−0.3)   expansion +4.7",
        " enterprise           114.0% (+2.0)       103.5% (−1.5)   contraction −2.5",
        "",
        "Watch: media is at 95.6% over twelve months, GRR 83.5%.",
        "Restated since last week: smb Oct 100.0% → 80.0% (late data).",
        "",
        "Closed through Oct 2026 · definitions v2",
        "",
        "In the thread:",
        "What moved October 2026",
        "Expansion +$50k: seats 100%.",
        "Churn −$20k: price 65%, win-back 35%.",
        "Contraction −$15k: not stated 100%.",
        "Largest single accounts: b-2 −$20k (−2.0 pts, left), Acme +$12k (+1.2 pts).",
    ]


def test_it_says_where_its_pictures_are() -> None:
    assert "chart written to out/one.png" in printed(sample_digest(), Path("out/one.png"))


def test_names_are_no_markup_and_break_no_line() -> None:
    parts = {HOSTILE_NAME: SEGMENTS["enterprise"], "smb": SEGMENTS["smb"]}
    before = {HOSTILE_NAME: BEFORE["enterprise"], "smb": BEFORE["smb"]}

    lines = printed(sample_digest(answer=split_answer(parts, before)))

    assert max(map(len, lines)) <= WIDTH
    assert "<!channel>" in "".join(line.split("   ")[0].strip() for line in lines)
