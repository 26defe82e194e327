"""Each situation has its sentence; figures are worked by hand from the groups."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from bot.findings.document import findings_json
from bot.findings.lines import lines_of
from bot.findings.setting import FindingSetting
from bot.findings.years import twelve_months_line
from bot.style.figures import Unit
from metrics.activity import Activity
from metrics.findings.causes import (
    concentration,
    only_one_left,
    with_account,
    with_outside,
    with_reasons,
)
from metrics.findings.finding import (
    BelowUsual,
    Finding,
    FindingKind,
    Findings,
    GroupCourse,
    SingleAccount,
)
from metrics.findings.moves import find_move
from metrics.findings.years import find_year
from metrics.movements import MovementKind
from metrics.periods import parse_period, previous
from metrics.retention import NOTHING, OutsideCohort, Retention
from tests.metrics.findings.groups import course, group

TODAY = date(2026, 11, 21)
Q3 = parse_period("2026-Q3", today=TODAY)
TTM = parse_period("ttm", today=TODAY)
STILL = group(100_000)
Parts = dict[str, tuple[Retention, Retention]]


def move(now: Retention, before: Retention, parts: Parts | None = None) -> Finding:
    segments = [course(of, was, value=value) for value, (of, was) in (parts or {}).items()]
    found = find_move(course(now, before), segments, (None, None))
    assert found is not None
    return found


def year(now: Retention, ago: Retention | None = None, parts: Parts | None = None) -> Finding:
    segments = [
        GroupCourse(value=value, now=of, year=of, year_ago=was)
        for value, (of, was) in (parts or {}).items()
    ]
    found = find_year(course(now, year=now, year_ago=ago), segments)
    assert found is not None
    return found


def setting(now: Retention, before: Retention | None, period: str = "2026-Q3") -> FindingSetting:
    asked = parse_period(period, today=TODAY)
    return FindingSetting(
        dimension="segment",
        period=asked,
        before=previous(asked),
        whole=(now, before),
        unit=Unit("USD", in_arr=False),
    )


def said(
    found: Findings, now: Retention, before: Retention | None = None, period: str = "2026-Q3"
) -> Sequence[str]:
    return lines_of(found, setting(now, before, period))


def churned(**drivers: int) -> Activity:
    split = {(MovementKind.CHURN, name): -dollars * 100 for name, dollars in drivers.items()}
    return Activity(by_driver=split)


def test_a_fall_says_how_much_on_what_where_by_what_who_left_and_why() -> None:
    # smb loses 2,000 of 40,000, where it lost 400: 1.6 points of the whole's 1.9.
    now, before = group(100_000, 300, lost=2_300), group(100_000, 300, lost=400)
    smb = group(40_000, 100, lost=2_000, accounts=1_500, left=119), group(40_000, 100, lost=400)
    ent = group(60_000, 200, lost=300), group(60_000, 200)
    fell = with_reasons(
        move(now, before, {"smb": smb, "ent": ent}), churned(price=1_100, competitor=900), None
    )

    assert said(Findings(move=fell), now, before) == (
        (
            "Down 1.9 points on Q2, 1.6 of them by churn in smb: 119 of 1,500 accounts left with"
            " $2k of MRR, price and competitors first; expansion made up $100."
        ),
    )


@pytest.mark.parametrize(
    ("period", "quiet", "on"),
    [
        ("2026-10-05", "on 5 Oct 2026", "against 4 Oct 2026"),
        ("2026-10-06..2026-10-10", "from 6 Oct to 10 Oct 2026", "against 1 Oct to 5 Oct 2026"),
        ("2026-07..2026-08", "from July to August 2026", "on May to June 2026"),
        ("ttm", "in the 12 months to October 2026", "on the 12 months before"),
    ],
)
def test_days_and_ranges_have_prepositions_of_their_own(period: str, quiet: str, on: str) -> None:
    fallen = group(100_000, lost=2_000)
    [still] = said(Findings(move=move(STILL, STILL)), STILL, STILL, period)
    [fell] = said(Findings(move=move(fallen, STILL)), fallen, STILL, period)

    assert still == f"Nothing moved by half a point {quiet}."
    assert fell.startswith(f"Down 2.0 points {on} by churn:")


def test_win_backs_of_a_day_are_held_against_those_on_the_day_before() -> None:
    cohorts = (OutsideCohort(returning=10_000), OutsideCohort(returning=110_000))
    found = find_move(course(STILL, STILL), (), cohorts)

    [line] = said(Findings(move=found), STILL, STILL, "2026-10-05")

    assert "on 5 Oct 2026, 1.0 points of opening MRR more than on 4 Oct 2026;" in line


def test_what_became_less_is_told_in_points_of_the_opening() -> None:
    now, before = group(100_000, 1_000), group(100_000, 3_500)

    assert said(Findings(move=move(now, before)), now, before) == (
        "Down 2.5 points on Q2 by less expansion: 1.0 points of its opening MRR gained, after 3.5.",
    )


def test_one_account_is_named_only_to_those_who_may_see_it() -> None:
    now = group(100_000, lost=5_000, left=1)
    fell = with_reasons(move(now, STILL), churned(competitor=5_000), None)
    named = SingleAccount(name="Acme", change_minor=-500_000, has_left=True)

    def told(account: SingleAccount | None) -> Sequence[str]:
        found = Findings(move=with_account(fell, account, whole_minor=10_000_000))
        return said(found, now, STILL)

    assert told(named) == (
        "Down 5.0 points on Q2: one account, Acme, left with $5k of MRR (competitor).",
    )
    assert told(only_one_left(fell)) == (
        "Down 5.0 points on Q2: one large account left with $5k of MRR (competitor).",
    )
    assert told(replace(named, name=None)) == told(only_one_left(fell))


def test_a_price_rise_says_what_it_brought_and_what_it_cost() -> None:
    rise, fall = group(100_000, gained=3_000), group(100_000, lost=2_000, left=20)
    by_price = Activity(by_driver={(MovementKind.EXPANSION, "price"): 300_000})
    rose = with_reasons(move(rise, STILL), by_price, None)
    fell = with_reasons(move(fall, rise), churned(price=2_000), by_price)

    assert said(Findings(move=rose), rise, STILL) == (
        "Up 3.0 points on Q2 by a price rise: $3k of MRR gained by price.",
    )
    assert said(Findings(move=fell), fall, rise) == (
        (
            "Down 5.0 points on Q2 by losses to a price rise: it brought $3k of MRR, and then cost"
            " $2k; 20 of 100 accounts left with $2k of MRR, price first."
        ),
    )


def test_pauses_are_contraction_and_say_so() -> None:
    now = group(100_000, cut=1_100)
    paused = Activity(
        by_driver={
            (MovementKind.CONTRACTION, "pause"): -100_000,
            (MovementKind.CONTRACTION, "shrink"): -10_000,
        }
    )

    assert said(Findings(move=with_reasons(move(now, STILL), paused, None)), now, STILL) == (
        (
            "Down 1.1 points on Q2 by pauses: $1k of MRR less, which counts as contraction while"
            " accounts pause."
        ),
    )


def test_the_mix_says_what_grew_and_that_every_segment_improved() -> None:
    now, before = group(100_000, 8_400, cut=4_800), group(100_000, 14_000, cut=3_000)
    ent = group(40_000, 8_400), group(70_000, 14_000)
    smb = group(60_000, cut=4_800), group(30_000, cut=3_000)

    assert said(Findings(move=move(now, before, {"ent": ent, "smb": smb})), now, before) == (
        (
            "Down 7.4 points on Q2 by a different mix: smb, at 92.0%, is 60.0% of opening MRR, up"
            " from 30.0%; every segment improved."
        ),
    )


def test_a_loss_that_was_made_up_for_is_told() -> None:
    now = group(100_000, 1_200, lost=1_000)
    smb = group(50_000, lost=1_000, left=10), group(50_000)
    found = move(now, STILL, {"smb": smb, "ent": (group(50_000, 1_200), group(50_000))})

    assert said(Findings(move=found), now, STILL) == (
        (
            "NRR held on Q2, but churn in smb took 1.0 points that the rest made up for: 10"
            " of 100 accounts left with $1k of MRR."
        ),
    )


def test_less_of_one_that_another_made_up_for_names_both() -> None:
    now, before = group(100_000, 2_000, lost=1_000), group(100_000, 4_000, lost=3_000)

    assert said(Findings(move=move(now, before)), now, before) == (
        (
            "NRR held on Q2, but less expansion took 2.0 points that less churn made up for: 2.0"
            " points of its opening MRR gained, after 4.0."
        ),
    )


def test_what_fell_to_nothing_is_none() -> None:
    now, before = group(100_000), group(100_000, lost=2_000)

    assert said(Findings(move=move(now, before)), now, before) == (
        "Up 2.0 points on Q2 by less churn: none of its opening MRR left, after 2.0 points.",
    )


def test_expansion_that_is_more_than_what_was_lost_does_not_make_up_but_brings() -> None:
    now, before = group(100_000, 5_000, lost=3_000, left=3), group(100_000, 5_000)

    assert said(Findings(move=move(now, before)), now, before) == (
        (
            "Down 3.0 points on Q2 by churn: 3 of 100 accounts left with $3k of MRR; expansion"
            " brought $5k."
        ),
    )


def test_points_in_a_sentence_are_those_of_the_table() -> None:
    # 17.232 gained; NRR 111.669 and GRR 94.437 show 111.7 and 94.4: 17.3 between them.
    now, before = group(1_000_000, 172_320, lost=55_630), group(1_000_000, 222_000, lost=55_630)

    [line] = said(Findings(move=move(now, before)), now, before)

    assert line.endswith("17.3 points of its opening MRR gained, after 22.2.")


def test_a_mix_larger_than_the_change_is_no_part_of_it() -> None:
    # A year ago 100 and 10 of opening at 110% and 90%, now half and half: the mix takes more.
    now = {"large": group(50_000, 6_000), "small": group(50_000, lost=4_500)}
    ago = {"large": group(90_000, 9_000), "small": group(10_000, lost=1_000)}
    whole, before = group(100_000, 6_000, lost=4_500), group(100_000, 9_000, lost=1_000)
    parts = {name: (now[name], ago[name]) for name in now}

    [line] = said(Findings(year=year(whole, before, parts)), whole, before)

    assert line.startswith(
        "Over twelve months NRR fell 6.5 points in a year by a different mix: small, at 91.0%, is"
        " 50.0% of opening MRR, up from 10.0%"
    )


def test_win_backs_are_told_apart_from_nrr() -> None:
    cohorts = (OutsideCohort(returning=10_000), OutsideCohort(returning=110_000))
    found = find_move(course(STILL, STILL), (), cohorts)

    assert said(Findings(move=found), STILL, STILL) == (
        (
            "Win-backs brought $1.1k of MRR in Q3 2026, 1.0 points of opening MRR more than in Q2;"
            " NRR leaves them out."
        ),
    )


def test_too_few_accounts_say_so_with_what_they_did() -> None:
    now = group(100_000, lost=20_000, accounts=5, left=1)

    assert said(Findings(move=move(now, group(100_000, accounts=5))), now, STILL) == (
        (
            "Only 5 accounts paid when Q3 2026 opened, too few to read a trend: 1 of 5 accounts"
            " left with $20k of MRR."
        ),
    )


def test_an_empty_base_says_that_nobody_paid() -> None:
    assert said(Findings(move=move(NOTHING, STILL)), NOTHING) == (
        "Nobody paid when Q3 2026 opened: there was nothing to keep.",
    )


def test_a_quiet_whole_names_the_segment_that_moved_by_itself() -> None:
    now = group(100_000, lost=300)
    smb = group(20_000, lost=300, left=3), group(20_000)
    found = move(now, STILL, {"smb": smb, "ent": (group(80_000), group(80_000))})

    assert said(Findings(move=found), now, STILL) == (
        (
            "Nothing moved by half a point in Q3 2026, though smb by itself fell 1.5 points by more"
            " churn."
        ),
    )


SMB = group(20_000, lost=2_500, accounts=1_288, left=239), group(20_000, lost=1_700)
LEAKY = SMB[0] + group(80_000, 11_200)


def leak() -> Finding:
    rest = group(80_000, 11_200), group(80_000, 11_200)
    found = year(LEAKY, None, {"smb": SMB, "enterprise": rest})
    return with_reasons(found, churned(price=1_500, competitor=1_000), None)


def test_a_quiet_period_shares_its_sentence_with_the_leak() -> None:
    found = Findings(move=move(STILL, STILL), year=leak())
    told = (
        "he leak is smb: 87.5% over twelve months, 4.0 points less than a year ago; 239 of 1,288"
        " accounts left, price and competitors first."
    )

    quiet = "Nothing moved by half a point in Q3 2026"
    assert said(found, STILL, STILL) == (f"{quiet}; t{told}",)
    first = lines_of(found, setting(STILL, STILL), year_first=True)
    assert first == (f"T{told}", f"{quiet}.")


def test_a_period_that_moved_comes_before_the_leak() -> None:
    now = group(100_000, lost=600)
    first, second = said(Findings(move=move(now, STILL), year=leak()), now, STILL)

    assert first.startswith("Down 0.6 points on Q2 by churn")
    assert second.startswith("The leak is smb")


def test_an_account_that_the_period_has_told_of_is_not_told_again_of_twelve_months() -> None:
    now = group(100_000, lost=600)
    left = SingleAccount(name="Acme", change_minor=-500_000, has_left=True)
    other = replace(left, name="Beta")
    moved = with_account(move(now, STILL), left, whole_minor=10_000_000)

    def told(account: SingleAccount) -> str:
        of_year = with_account(leak(), account, whole_minor=10_000_000)
        return said(Findings(move=moved, year=of_year), now, STILL)[1]

    level = "The leak is smb: 87.5% over twelve months, 4.0 points less than a year ago"
    assert told(left) == f"{level}."
    assert told(other).startswith(f"{level}; one account, Beta, left with")


def test_what_the_period_says_of_a_year_is_not_said_again_of_the_same_months() -> None:
    parts = {"smb": SMB, "ent": (group(80_000, 11_200), group(80_000, 11_200))}
    before = group(100_000, 11_200, lost=1_700)
    moved = move(LEAKY, before, parts)
    found = Findings(move=moved, year=leak())

    lines = lines_of(found, setting(LEAKY, before, "ttm"))

    assert lines[0].startswith("Down 0.8 points on the 12 months before by churn in smb")
    assert lines[1] == "The leak is smb: 87.5% over twelve months, 4.0 points less than a year ago."


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (
            year(group(100_000, 5_000, cut=12_000)),
            (
                "Losses come first: GRR of twelve months is below its floor of 90%, and $7k of MRR"
                " had to be won only to stand still."
            ),
        ),
        (
            year(group(100_000, 5_000, lost=6_000)),
            "A leaky bucket: over twelve months $1k of MRR had to be won only to stand still.",
        ),
        (
            with_outside(year(group(100_000, lost=6_000)), OutsideCohort(new=900_000)),
            (
                "Growth is replacement: over twelve months the base lost $6k of MRR, and $9k from"
                " new and returning accounts made up for it."
            ),
        ),
        (
            year(group(100_000, 15_000, lost=12_000)),
            (
                "Expansion hides losses: 15.0 points, $15k, lie between NRR and GRR of twelve"
                " months, and GRR is below its floor of 90%."
            ),
        ),
        (
            year(group(100_000, 11_000, lost=6_000), group(100_000, 8_000, lost=3_500)),
            (
                "Retention is slipping: GRR of twelve months fell 2.5 points in a year while NRR"
                " did not, so more is sold to make up for more that is lost."
            ),
        ),
        (
            year(group(100_000, 24_000, lost=6_000)),
            "Expansion carries it: 24.0 points over twelve months, with GRR above its floor.",
        ),
        (
            replace(
                year(group(100_000, 60_000)),
                concentration=concentration([(60, 60), (20, 60), (20, 40)], largest_shown=True),
            ),
            (
                "An NRR above 150% over twelve months deserves a second look: a base of 3 accounts,"
                " the largest with 60.0% of it; 66.7% of them at least doubled: it rests on few, or"
                " was priced too low."
            ),
        ),
    ],
)
def test_twelve_months_of_the_whole_say_what_their_levels_mean(found: Finding, words: str) -> None:
    assert said(Findings(year=found), STILL) == (words,)


def test_twelve_months_tell_their_level_and_the_larger_change() -> None:
    now, ago = group(100_000, 6_300, lost=19_200), group(100_000, 4_000, lost=13_400)

    assert twelve_months_line(now, ago) == (
        "12 months: NRR 87.1%, GRR 80.8%, 5.8 points less GRR than a year ago."
    )
    assert twelve_months_line(now, now) == "12 months: NRR 87.1%, GRR 80.8%, as a year ago."
    assert twelve_months_line(now, None) == "12 months: NRR 87.1%, GRR 80.8%."


def test_the_document_gives_what_is_said_first_and_both_findings() -> None:
    document = findings_json(Findings(move=move(STILL, STILL), year=leak()), setting(STILL, STILL))

    assert document is not None
    assert (document["kind"], document["segment"], document["cause"]) == ("leak", "smb", "churn")
    assert (document["points"], document["reasons"]) == ("-0.025000", ["price", "competitor"])
    assert document["sentence"].startswith("Nothing moved by half a point in Q3 2026; the leak is")
    assert (document["move"]["kind"], document["year"]["kind"]) == ("quiet", "leak")
    assert findings_json(Findings(), setting(STILL, STILL)) is None


def test_what_is_below_its_usual_yet_is_said_behind_what_moved() -> None:
    now, before = group(100_000, lost=2_000), group(100_000, lost=1_000)
    low = BelowUsual(month=date(2026, 9, 1), nrr=Fraction(957, 1000), usual=Fraction(986, 1000))

    [line] = said(Findings(move=replace(move(now, before), below=low)), now, before)

    assert line.endswith("; still below its usual 98.6%, at 95.7% in September 2026.")


def test_a_leak_as_large_as_a_year_ago_says_so() -> None:
    same = replace(leak(), was=leak().now)

    assert said(Findings(year=same), LEAKY)[0].startswith(
        "The leak is smb: 87.5% over twelve months, as a year ago"
    )


def test_a_mix_of_the_year_is_not_said_again_of_the_same_months() -> None:
    before = {"smb": group(30_000, lost=3_000), "ent": group(70_000, 7_000)}
    now = {"smb": group(60_000, lost=6_000), "ent": group(40_000, 4_000)}
    parts = {name: (now[name], before[name]) for name in now}
    whole = sum(now.values(), NOTHING), sum(before.values(), NOTHING)
    moved = move(*whole, parts)
    beside = replace(year(*whole, parts), kind=FindingKind.MIX, segment=moved.segment)
    twelve_months = setting(*whole, "ttm")

    assert moved.kind is FindingKind.MIX
    assert lines_of(Findings(move=moved, year=beside), twelve_months) == lines_of(
        Findings(move=moved), twelve_months
    )


def test_what_is_not_known_of_a_finding_is_left_out_of_its_sentence() -> None:
    now = group(100_000, lost=5_000, left=1)
    mixed, unusual = (
        replace(move(now, STILL), kind=kind, place=None)
        for kind in (FindingKind.MIX, FindingKind.UNUSUAL)
    )
    of_year = replace(year(now, STILL), kind=FindingKind.MIX, place=None)

    assert said(Findings(move=mixed), now, STILL) == ("Down 5.0 points on Q2.",)
    assert said(Findings(move=unusual), now, STILL) == (
        "Nothing moved by half a point in Q3 2026.",
    )
    assert said(Findings(year=of_year), now, STILL) == (
        "Over twelve months NRR fell 5.0 points in a year.",
    )
