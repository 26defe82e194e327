from fractions import Fraction

import pytest

from bot.errors import UsageError
from bot.goals.grammar import (
    DeclarePeers,
    DeclareProfile,
    DeclareStage,
    GoalChange,
    ProfileChange,
    RemoveGoal,
    SetGoal,
    read_goal,
    read_profile,
)
from metrics.benchmarks.tables import CompanyProfile, CompanyStage, CustomerSegment


@pytest.mark.parametrize(
    ("typed", "change"),
    [
        ("", None),
        ("smb", DeclareProfile(CompanyProfile.SMB)),
        ("Mid Market", DeclareProfile(CompanyProfile.MID_MARKET)),
        ("usage based", DeclareProfile(CompanyProfile.USAGE_BASED)),
        ("plg", DeclareProfile(CompanyProfile.PRODUCT_LED)),
        ("off", DeclareProfile(None)),
        ("stage Series A", DeclareStage(CompanyStage.SERIES_A)),
        ("stage growth", DeclareStage(CompanyStage.GROWTH)),
        ("stage auto", DeclareStage(None)),
        (
            "segment key accounts enterprise",
            DeclarePeers("key accounts", CustomerSegment.ENTERPRISE),
        ),
        ("segment agencies none", DeclarePeers("agencies", None)),
    ],
)
def test_what_follows_profile_is_read(typed: str, change: ProfileChange | None) -> None:
    assert read_profile(typed) == change


@pytest.mark.parametrize(
    ("typed", "change"),
    [
        ("", None),
        ("list", None),
        ("115%", SetGoal("", Fraction(115, 100))),
        ("enterprise 115%", SetGoal("enterprise", Fraction(115, 100))),
        ("enterprise 102,5 %", SetGoal("enterprise", Fraction(1025, 1000))),
        ("plan:gold smb 95", SetGoal("plan:gold smb", Fraction(95, 100))),
        ("remove enterprise", RemoveGoal("enterprise")),
        ("enterprise off", RemoveGoal("enterprise")),
        ("remove", RemoveGoal("")),
    ],
)
def test_what_follows_goal_is_read(typed: str, change: GoalChange | None) -> None:
    assert read_goal(typed) == change


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("enterprise", "end with the NRR over twelve months that is aimed at"),
        ("enterprise 1.15%", "type 115% if it was a ratio"),
        ("enterprise 900%", "a goal is at most 500%"),
        ("0%", "a goal of 0% is too low to be meant$"),
        ("0.04%", "a goal of 0.04% is too low to be meant$"),
    ],
)
def test_what_is_no_goal_is_told_what_to_type(typed: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        read_goal(typed)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("bank", "type enterprise, mid-market, smb, product-led, usage-based, or off"),
        ("stage", "say which stage: seed, series-a, series-b, growth, or auto"),
        ("segment smb", "say which segment, and its peers"),
        ("segment agencies bank", "say which segment, and its peers"),
    ],
)
def test_what_is_no_profile_is_told_what_to_type(typed: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        read_profile(typed)
