from datetime import date
from fractions import Fraction

from metrics.findings.finding import BelowUsual, Finding, FindingKind, Force
from metrics.findings.unusual import find_unusual
from tests.metrics.findings.groups import course, group

OCTOBER = date(2026, 10, 1)
SMB, ENT = group(2_000, lost=100), group(8_000, lost=80)
WHOLE = SMB + ENT
SEGMENTS = [course(SMB, SMB, value="smb"), course(ENT, ENT, value="ent")]
QUIET = Finding(kind=FindingKind.QUIET, points=Fraction(), now=WHOLE, was=WHOLE)


def below(nrr: str, usual: str) -> BelowUsual:
    return BelowUsual(month=OCTOBER, nrr=Fraction(nrr), usual=Fraction(usual))


def test_where_nothing_moved_the_segment_is_told_that_costs_the_most_below_its_usual() -> None:
    # smb: 4 points of a fifth are 0.8 of the whole; ent: 2 points of four fifths are 1.6.
    low = {"smb": below("0.95", "0.99"), "ent": below("0.99", "1.01"), None: below("0.98", "1")}

    found = find_unusual(QUIET, course(WHOLE, WHOLE), SEGMENTS, low)

    assert (found.kind, found.segment) == (FindingKind.UNUSUAL, "ent")
    assert found.points == Fraction(-16, 1000)
    assert (found.now, found.force) == (ENT, Force.CHURN)
    assert found.below == below("0.99", "1.01")


def test_the_whole_is_told_where_no_segment_is_below() -> None:
    found = find_unusual(QUIET, course(WHOLE, WHOLE), SEGMENTS, {None: below("0.98", "1")})

    assert (found.kind, found.segment) == (FindingKind.UNUSUAL, None)


def test_nothing_is_told_where_all_is_usual() -> None:
    assert find_unusual(QUIET, course(WHOLE, WHOLE), SEGMENTS, {}) == QUIET


def test_a_rise_stays_one_with_the_level_that_it_is_below_yet() -> None:
    rise = Finding(kind=FindingKind.MOVE, points=Fraction(1, 100), now=WHOLE, was=WHOLE)

    found = find_unusual(rise, course(WHOLE, WHOLE), (), {None: below("0.98", "1")})

    assert (found.kind, found.below) == (FindingKind.MOVE, below("0.98", "1"))
