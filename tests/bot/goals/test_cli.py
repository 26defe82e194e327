import json

import pytest

from tests.bot.command_line import Capture, refusal, told

pytestmark = pytest.mark.usefixtures("company_store")


def test_the_same_words_work_at_the_command_line(capsys: Capture) -> None:
    assert told(capsys, "profile").startswith("No profile is declared")
    assert told(capsys, "profile", "enterprise").startswith("Profile: Enterprise SaaS")
    assert told(capsys, "goal", "enterprise", "450%") == (
        "Goal of enterprise: 450% NRR over twelve months. Now 443.3%: 6.7 points short, $100 MRR.\n"
    )
    assert "443.3%" in told(capsys, "goal")
    assert told(capsys, "goal", "remove", "enterprise") == (
        "There is no goal of enterprise any more.\n"
    )
    assert told(capsys, "goal").startswith("No goal is set\n")


def test_both_have_their_json(capsys: Capture) -> None:
    told(capsys, "profile", "smb")
    told(capsys, "goal", "120%")

    assert json.loads(told(capsys, "profile", "--json")) == {
        "profile": "smb",
        "stage": "seed",
        "stage_is_set": False,
        "segments": [],
    }
    [goal] = json.loads(told(capsys, "goal", "--json"))["goals"]
    assert (goal["scope"], goal["nrr"]) == ({}, "1.200000")
    assert goal["now"]["is_met"] is True


def test_both_say_how_things_stood_on_a_day(capsys: Capture) -> None:
    told(capsys, "profile", "smb")
    told(capsys, "goal", "120%")

    [then], [now] = (
        json.loads(told(capsys, "goal", "--json", *day))["goals"]
        for day in (["--today", "2026-07-05"], [])
    )
    assert then["now"] != now["now"]
    assert "Profile:" in told(capsys, "profile", "--today", "2026-07-05")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("profile", "stage", "seed"), "Declare a profile first, as in `profile smb`"),
        (("goal", "remove", "smb"), "There is no such goal: `goal` lists what there is."),
        (("goal", "smb", "ttm", "90%"), "Only say which accounts before the level"),
        (("profile", "segment", "company", "smb"), "Name one segment, as in"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_sentence(
    capsys: Capture, words: tuple[str, ...], said: str
) -> None:
    assert refusal(capsys, *words).startswith(said)


def test_one_segment_is_compared_alone_and_several_each(capsys: Capture) -> None:
    both = told(capsys, "profile", "smb")
    one = told(capsys, "profile", "segment", "smb", "none")

    assert "Compared: enterprise, smb, each with customers of that name." in both
    assert "Compared: enterprise with customers of that name." in one


def test_a_level_is_held_against_peers_in_words_and_in_json(capsys: Capture) -> None:
    told(capsys, "profile", "smb")

    assert told(capsys, "profile", "92%").startswith("An NRR of 92% over twelve months")
    assert json.loads(told(capsys, "profile", "92%", "--json"))["nrr"] == "0.920000"
    assert refusal(capsys, "profile", "4%").startswith("Type an NRR in percent")
