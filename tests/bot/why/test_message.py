import re
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from bot.answers.document import reply_json
from bot.answers.reply import private_reply
from bot.answers.terminal import print_reply
from bot.confidence.sureness import Sureness
from bot.findings.changes import shown_change
from bot.style.differences import difference_of
from bot.treatments.checking import LONGEST
from bot.why.explanation import Explanation
from bot.why.wording import (
    blend,
    headline,
    lever_line,
    parts_line,
    play_line,
    reasons_line,
    split_line,
)
from bot.why.wording import usual_line as usual
from metrics.activity import UNSTATED, Activity
from metrics.change import Component, explain
from metrics.confidence.confidence import Confidence, Interval
from metrics.movements import MovementKind
from metrics.retention import NOTHING, Retention
from tests.bot.sample_views import (
    BEFORE,
    BOLT,
    NOW,
    Q3,
    REVERSED,
    quarters_before,
    sample_explanation,
)
from tests.bot.small_company import answers_from, small_company
from tests.bot.style.heights import height_of
from tests.metrics.retentions import retention_of


def said(explanation: Explanation) -> list[str]:
    message = private_reply(explanation, can_share=False, main_dimension="segment")
    return message.text.split("\n")


def test_a_change_is_told_in_parts_that_add_up() -> None:
    # starter: churn 2 to 8 % of half the base, expansion 4 to 3 %, contraction 3 to 1 %
    lines = said(sample_explanation())

    assert lines[:4] == [
        "NRR of smb fell 5.0 points: 104.5% in Q2, 99.5% in Q3 2026",
        (
            "Parts: less expansion −3.0 · more churn −3.0 · less contraction +1.0."
            " 5.0 points are $40k MRR, $480k ARR."
        ),
        "By plan: growth −2.5 (all of it expansion), starter −2.5; mix 0.0.",
        "Reasons given: price 56%, competitor 36%, unused 8% of what was lost.",
    ]
    assert lines[4] == "Largest single accounts: Acme Ltd −$4.1k (−0.5 pts, tess)."


def test_without_account_detail_it_says_how_to_get_it() -> None:
    lines = said(sample_explanation(accounts=None))

    assert (
        "Largest single accounts: those with account detail see them; accounts says how to get it."
    ) in lines
    assert not any("Acme" in line for line in lines)


def test_a_whole_that_falls_while_every_segment_improves_says_so() -> None:
    lines = said(sample_explanation(*REVERSED, scope=(), dimension="segment"))

    assert lines[:4] == [
        "NRR fell 7.4 points: 111.0% in Q2, 103.6% in Q3 2026",
        (
            "Every segment improved: the fall is all mix. The share of smb in opening MRR went from"
            " 30.0% to 60.0%."
        ),
        (
            "Parts: mix −8.9 · less churn +0.9 · more expansion +0.6. 7.4 points are $7.4k MRR,"
            " $88.8k ARR."
        ),
        "By segment: smb +0.9 (all of it churn), enterprise +0.6; mix −8.9.",
    ]


def test_a_change_of_less_than_half_a_point_is_said_to_be_none() -> None:
    now = {"starter": retention_of(10_000_000, expansion=10_000)}

    line = parts_line(sample_explanation({"starter": retention_of(10_000_000)}, now))

    assert str(line) == "Parts: more expansion +0.1. Nothing moved it by half a point."


def test_losses_come_first_while_grr_of_twelve_months_is_below_its_floor() -> None:
    year = retention_of(100_000_000, expansion=9_000_000, churn=19_200_000)

    assert str(lever_line(sample_explanation(year=year))) == (
        "Lever: GRR of 12 months is 80.8%, below its floor of 90.0%, so keep customers first: each"
        " point of smb churn avoided keeps $8k MRR, $96k ARR, and lifts GRR and the base that can"
        " expand."
    )


def test_else_the_component_with_the_most_room_against_its_own_best() -> None:
    # expansion is 4 % now and was 9 % at its best; churn 4 % and 2 %
    q2, q1 = quarters_before(Q3, 2)
    earlier = {
        q2: retention_of(100_000_000, expansion=7_000_000, churn=2_000_000),
        q1: retention_of(100_000_000, expansion=9_000_000, churn=5_000_000),
    }

    assert str(lever_line(sample_explanation(earlier=earlier))) == (
        "Lever: smb expansion has the most room: 4.0% of opening MRR, 9.0% in Q1. Each point brings"
        " $8k MRR, $96k ARR."
    )


def test_the_playbook_says_what_to_do_about_the_component_that_comes_first() -> None:
    plays = {Component.CHURN: "Write to them.", Component.EXPANSION: "Offer more."}
    losing = retention_of(100_000_000, expansion=9_000_000, churn=19_200_000)
    growing = {quarters_before(Q3, 1)[0]: retention_of(100_000_000, expansion=9_000_000)}

    below = sample_explanation(year=losing, plays=plays)
    room = sample_explanation(earlier=growing, plays=plays)

    assert "Playbook: Write to them." in said(below)
    assert "Playbook: Offer more." in said(room)
    assert reply_json(below)["play"] == "Write to them."
    # nothing of this period was ever better: no lever, and so no text
    assert not any(line.startswith("Playbook") for line in said(sample_explanation(plays=plays)))
    assert play_line(sample_explanation(year=losing)) is None


@pytest.mark.parametrize(
    ("closings", "sentence"),
    [
        # moves of one point: a deviation of 0.887, three of them around 103.5
        (
            [103, 104] * 4,
            "Quarters of smb usually lie between 100.8% and 106.2%: this one is below.",
        ),
        (
            [98, 101] * 4,
            "Quarters of smb usually lie between 91.5% and 107.5%: this one is within.",
        ),
        # moves of 46.9 points around 100: no ratio is below nothing
        (
            [75, 125] * 4 + [100],
            "Quarters of smb usually lie between 0.0% and 224.7%: this one is within.",
        ),
        ([101] * 8, "Quarters of smb are usually at 101.0%: this one is below."),
        ([103] * 7, "Too few quarters are known to tell: 7, and it takes 8."),
    ],
)
def test_it_says_whether_that_is_unusual(closings: list[int], sentence: str) -> None:
    earlier = {
        period: retention_of(
            100, expansion=max(0, closing - 100), contraction=max(0, 100 - closing)
        )
        for period, closing in zip(quarters_before(Q3, len(closings)), closings, strict=True)
    }

    assert str(usual(sample_explanation(earlier=earlier))) == f"Is it unusual? {sentence}"


def test_a_gain_is_explained_by_what_was_gained() -> None:
    assert str(reasons_line(sample_explanation(NOW, BEFORE))) == (
        "Reasons given: seats 100% of what was gained."
    )


@pytest.mark.parametrize(
    ("lost", "said"),
    [
        ((375, 320, 304, 1), "price 38%, unused 32%, competitor 30% of what was lost."),
        ((1, 0, 0, 999), "hardly any, of what was lost."),
        ((0, 0, 0, 999), "none, of what was lost."),
    ],
)
def test_shares_of_reasons_make_no_more_than_all(lost: tuple[int, ...], said: str) -> None:
    drivers = ("price", "unused", "competitor", UNSTATED)
    by_driver = {
        (MovementKind.CHURN, driver): -minor for driver, minor in zip(drivers, lost, strict=True)
    }
    activity = Activity({MovementKind.CHURN: -sum(lost)}, by_driver)

    assert str(reasons_line(replace(sample_explanation(), drivers=activity))) == (
        f"Reasons given: {said}"
    )


def test_where_no_value_moved_the_whole_that_is_said() -> None:
    still = {"growth": retention_of(100), "starter": retention_of(100)}

    assert str(split_line(sample_explanation(still, still))) == (
        "By plan: none of 2 by a tenth of a point; mix 0.0."
    )


def test_a_level_is_said_to_be_a_blend() -> None:
    assert blend(sample_explanation()) == (
        "99.5% is a blend of growth 105.0% (50.0%) and starter 94.0% (50.0%), by share of opening"
        " MRR."
    )


def test_the_shares_of_a_blend_come_to_all_of_it() -> None:
    values = {"growth": retention_of(2), "starter": retention_of(2), "free": retention_of(2)}
    shares = re.findall(r"\((\d+\.\d)%\)", str(blend(sample_explanation(values, values))))

    assert shares == ["33.4", "33.3", "33.3"]


def test_without_a_base_before_there_is_nothing_to_explain() -> None:
    sample = sample_explanation()
    sides = replace(sample.sides.without_values(), before=None)

    lines = said(replace(sample, sides=sides, dimension=None))

    assert lines[:2] == [
        "NRR of smb was 99.5% in Q3 2026",
        "There is nothing to compare with: no opening MRR of Q2 2026 can be shown.",
    ]


def test_the_terminal_and_json_say_the_same() -> None:
    sample = sample_explanation(accounts=(BOLT,))
    console = Console(file=StringIO(), width=80)
    with console.capture() as capture:
        print_reply(sample, console)

    document = reply_json(sample)

    assert "a2 +$400 (+0.1 pts)" in " ".join(capture.get().split())
    change = document["change"]
    assert (change["total"], change["churn"], change["mix"]) == (
        "-0.050000",
        "-0.030000",
        "0.000000",
    )
    assert [one["value"] for one in change["segments"]] == ["growth", "starter"]
    assert document["accounts"][0]["account_id"] == "a2"
    assert document["point"] == "8000.00"


def test_a_split_of_one_value_is_not_listed() -> None:
    one = {"starter": BEFORE["starter"]}

    assert split_line(sample_explanation(one, {"starter": NOW["starter"]})) is None


amounts = st.integers(0, 10**6)


@st.composite
def retentions(draw: st.DrawFn) -> Retention:
    opening = draw(st.integers(1, 10**6))
    churn = draw(st.integers(0, opening - 1))
    contraction = draw(st.integers(0, opening - churn))
    return retention_of(opening, expansion=draw(amounts), contraction=contraction, churn=churn)


sides = st.dictionaries(st.sampled_from("abcdef"), retentions(), min_size=1)


@given(sides, sides)
def test_what_is_shown_adds_up_to_the_difference_of_the_levels_shown(
    before: Mapping[str, Retention], now: Mapping[str, Retention]
) -> None:
    change = explain(before, now)
    assert change is not None

    shown = shown_change(change)

    assert shown.total == difference_of(change.after, change.before)
    assert sum(shown.by_component.values(), shown.mix) == shown.total
    assert sum(shown.by_value.values(), shown.mix) == shown.total
    assert abs(shown.mix - change.mix) < Fraction(1, 1000)


def test_nobody_who_paid_is_no_ratio() -> None:
    sample = sample_explanation()
    sides = replace(sample.sides.without_values(), now=NOTHING, before=None)

    assert headline(replace(sample, sides=sides)) == "NRR of smb was n/a in Q3 2026"


def test_it_fits_on_a_screen_with_all_that_it_can_say() -> None:
    long = "A name that takes forty letters to write"
    year = retention_of(100_000_000, expansion=9_000_000, churn=19_200_000)
    earlier = dict.fromkeys(quarters_before(Q3, 8), retention_of(100, expansion=4))
    account = replace(BOLT, name=long, attributes={"owner": long})
    before, now = (
        {f"{number} {long}": one for number in range(6) for one in side.values()}
        for side in REVERSED
    )

    sure = Confidence(accounts=19, effective=Fraction(9), nrr=Interval(1.101, 1.237))
    sample = replace(
        sample_explanation(
            before,
            now,
            scope=(("segment", long),),
            year=year,
            earlier=earlier,
            accounts=(account,) * 3,
            plays=dict.fromkeys(Component, "x" * LONGEST),
        ),
        sureness=Sureness(confidence=sure),
    )
    message = private_reply(sample, can_share=True, main_dimension="segment")

    assert height_of(message.blocks) <= 700


def test_where_nobody_paid_there_is_nothing_to_explain() -> None:
    nobody = sample_explanation(now={"starter": NOTHING})

    assert "Nobody paid when Q3 2026 opened." in said(nobody)
    assert not [line for line in said(nobody) if line.startswith("Largest single accounts")]


def test_of_several_months_periods_as_long_are_what_is_usual(tmp_path: Path) -> None:
    answers = answers_from(small_company(tmp_path))

    reply = answers.reply("why 2026-07..2026-08")

    said = private_reply(reply, can_share=False, main_dimension="segment").text
    assert "Too few periods as long are known to tell: 6, and it takes 8." in said
