from pathlib import Path

import pytest

from bot.treatments.checking import LONGEST, check_playbook, replaced, segment_lines
from bot.treatments.playbook import Playbook
from bot.treatments.reading import (
    DEFAULTS,
    PlaybookFileError,
    default_playbook,
    playbook_in_force,
    read_text,
)
from metrics.change import Component

TEXT = """\
[segments.SMB]
churn = "Call them."
contraction = ""
[segments.public-sector]
churn = "Write to them."
[tiers]
mid = "Meet them."
"""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[levrs]\nchurn = "x"', "line 1: [levrs] is no heading: did you mean [levers]?"),
        (
            '\n[[play]]\nchurn = "x"',
            "line 2: [play] is no heading: write levers, segments or tiers",
        ),
        (
            '[gone]\nchurn = "x"',
            "line 1: [gone] is no heading: write levers, segments or tiers",
        ),
        (
            '\n[segment.smb]\nchurn = "x"',
            "line 2: [segment] is no heading: did you mean [segments]?",
        ),
        ('\n[levers]\nchrun = "x"', "line 3: chrun is no lever: did you mean churn?"),
        (
            '[segments.smb]\ngrowth = "x"',
            "line 2: growth is no lever: write expansion, contraction or churn",
        ),
        (
            '[tiers]\ngold = "x"',
            "line 2: gold is no value tier: write high, mid or long-tail",
        ),
        (
            "[segments.smb]\nchurn = 5",
            'line 2: churn of smb is 5: write a text in quotes, as in churn = "Call them."',
        ),
        (
            '[levers]\nchurn = """Call\nthem."""',
            "line 2: churn has more than one line: write one",
        ),
        (
            f'[levers]\nchurn = "{"x" * 101}"',
            f"line 2: churn has 101 characters: write at most {LONGEST}",
        ),
        (
            '[segments]\nsmb = "Call them."',
            "line 2: smb is a segment: write [segments.smb], and its texts below",
        ),
        ('levers = "x"', "line 1: levers is a heading: write [levers], and its texts below"),
        (
            '[segments."mid market"]\n[segments.Mid-Market]',
            "line 2: Mid-Market and mid market are the same segment: write one of them",
        ),
        (
            "[levers]\nchurn = Call them",
            'line 2: this is no TOML at column 9 (Invalid value): write churn = "Call them."',
        ),
        (
            '[levers]\nchurn = "Call them',
            'this is no TOML at its end (Unterminated string): write churn = "Call them."',
        ),
        (
            f'segments = {{smb = {{churn = "{"x" * 101}"}}}}',
            f"line 1: churn of smb has 101 characters: write at most {LONGEST}",
        ),
    ],
)
def test_a_fault_is_a_sentence_with_its_line(text: str, said: str) -> None:
    assert list(map(str, check_playbook(text))) == [said]


def test_every_fault_is_found_from_the_top_down() -> None:
    found = check_playbook('[tiers]\ngold = "x"\n[levers]\nchurn = 1\n[segments.smb]\nfoo = "x"')

    assert [fault.line for fault in found] == [2, 4, 6]


@pytest.mark.parametrize("text", ["", "[levers]", TEXT, DEFAULTS.read_text(encoding="utf-8")])
def test_what_is_a_playbook_has_no_fault(text: str) -> None:
    assert check_playbook(text) == ()


def test_a_file_replaces_texts_one_by_one() -> None:
    base = Playbook(
        levers={"churn": "Any."},
        segments={"smb": {"churn": "Old.", "contraction": "Gone.", "expansion": "Kept."}},
        tiers={"high": "High.", "mid": "Mid."},
    )

    found = replaced(base, TEXT)

    assert [found.treatment("smb", lever) for lever in Component] == ["Kept.", None, "Call them."]
    assert found.treatment("Public sector", Component.CHURN) == "Write to them."
    assert found.treatment("other", Component.CHURN) == "Any."
    assert [found.tier_text(tier) for tier in ("high", "mid")] == ["High.", "Meet them."]
    assert list(found.segments) == ["SMB", "public-sector"]


def test_segments_are_known_by_their_lines() -> None:
    assert segment_lines(TEXT) == {"SMB": 1, "public-sector": 4}


def test_without_a_file_the_texts_of_the_package_are_in_force(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(TEXT, encoding="utf-8")

    assert playbook_in_force(None) == playbook_in_force("") == default_playbook()
    assert playbook_in_force(str(own)).tier_text("mid") == "Meet them."


def test_a_file_that_cannot_be_used_stops_the_start_with_its_first_fault(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('[levers]\nchrun = "x"\nfoo = "x"', encoding="utf-8")

    with pytest.raises(PlaybookFileError) as refused:
        playbook_in_force(str(own))
    assert str(refused.value) == (
        f"NRRBOT_PLAYBOOK: {own}, line 2: chrun is no lever: did you mean churn? (and 1 more)."
        f" `nrrbot playbook check {own}` lists all"
    )
    with pytest.raises(
        PlaybookFileError, match=r"^NRRBOT_PLAYBOOK: there is no file nowhere\.toml$"
    ):
        playbook_in_force("nowhere.toml")


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    latin = tmp_path / "latin.toml"
    latin.write_bytes('[levers]\nchurn = "Rückruf"'.encode("latin-1"))

    with pytest.raises(PlaybookFileError, match="is not UTF-8: save it so"):
        read_text(latin)
    with pytest.raises(PlaybookFileError, match="cannot be read: check its rights"):
        read_text(tmp_path)
