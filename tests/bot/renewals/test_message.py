"""Renewals as people read them, each calendar a plain value worked by hand."""

from dataclasses import replace
from datetime import date, timedelta

from bot.answers.document import reply_json
from bot.answers.reply import private_reply, reply_picture, shared_reply
from bot.questions.question import Question, View, ViewOptions, Words
from bot.renewals.calendar import NamedRenewal, RenewalCalendar, RenewalsSoFar, RenewalSums
from bot.renewals.message import printed_calendar
from bot.renewals.wording import (
    finding,
    headline,
    hidden_line,
    month_grid,
    rate_line,
    unsigned_line,
    value_grid,
    window_words,
)
from bot.style.parts import Bullets
from metrics.horizons import Horizon
from metrics.renewals import RenewalRate, RenewalSum, UpForRenewal
from tests.bot.sample_answers import period_of, sample_answer
from tests.bot.style.heights import PHONE, height_of

FIRST = date(2026, 11, 22)


def up(unit: int, day: date, minor: int, segment: str) -> UpForRenewal:
    return UpForRenewal(
        account=unit, unit=unit, day=day, minor=minor, is_signed=True, attributes={"s": segment}
    )


ROWS = (
    up(1, date(2026, 12, 5), 5_000_00, "enterprise"),
    up(2, date(2026, 12, 9), 1_000_00, "smb"),
    up(3, date(2027, 1, 1), 2_000_00, "enterprise"),
)
ACME = NamedRenewal(
    account_id="acme",
    name="Acme Ltd",
    owner="tess",
    day=date(2026, 12, 5),
    minor=5_000_00,
    is_signed=False,
)


def calendar(*rows: UpForRenewal) -> RenewalCalendar:
    question = Question(
        words=Words(text="renewals"),
        scope=(),
        period=period_of("2026-10"),
        view=View.RENEWALS,
        options=ViewOptions(ahead=Horizon(days=90)),
    )
    return RenewalCalendar(
        question=question,
        grounds=sample_answer().grounds,
        first=FIRST,
        end=FIRST + timedelta(90),
        day=date(2026, 11, 1),
        base=32_000_00,
        rows=rows,
        sums=RenewalSums.of(rows, "s"),
        so_far=RenewalsSoFar(
            unsigned=RenewalSum(2, 900_00),
            rate=RenewalRate(accounts=38, terms=40, renewed=35, before=10_000_00, kept=9_000_00),
        ),
        largest=(ACME,),
    )


def test_one_day_ahead_is_named_once() -> None:
    assert window_words(date(2026, 12, 1), date(2026, 12, 2)) == "on 1 Dec 2026"


def test_how_much_comes_up_when_and_where_is_said_first() -> None:
    found = calendar(*ROWS)

    assert headline(found) == "$8k MRR up for renewal from 22 Nov 2026 to 19 Feb 2027"
    assert finding(found) == (
        "That is 25.0% of MRR: 3 accounts; most in December 2026 (75.0%) and 87.5% of it is"
        " enterprise."
    )
    assert rate_line(found) == (
        "Renewal rate of the last twelve months: 87.5% of 40 terms and 90.0% of their MRR."
    )
    assert unsigned_line(found) == (
        "Not signed though its day has come, in the last 90 days: $900 of 2 accounts."
    )


def test_nothing_that_comes_up_is_said_to_be_nothing() -> None:
    found = replace(calendar(), so_far=RenewalsSoFar(unsigned=None, rate=None))

    assert headline(found) == "Nothing is up for renewal from 22 Nov 2026 to 19 Feb 2027"
    assert finding(found) is None
    assert rate_line(found).startswith("No signed term is known to have come up")
    assert private_reply(found, can_share=True, main_dimension="segment").text


def test_the_amounts_add_up_to_the_whole() -> None:
    values = value_grid(calendar(*ROWS))

    assert month_grid(calendar(*ROWS)).rows == (
        ("Dec 2026", "2", "$6.00k"),
        ("Jan 2027", "1", "$2.00k"),
    )
    assert values is not None
    assert values.rows == (("enterprise", "2", "$7.00k"), ("smb", "1", "$1.00k"))
    assert value_grid(calendar(ROWS[1])) is None  # one value splits nothing


def test_many_values_stand_together() -> None:
    rows = [up(n, date(2026, 12, 1), 100_00 * (9 - n), f"segment-{n}") for n in range(8)]
    values = value_grid(calendar(*rows), 5)

    assert values is not None
    assert values.rows[-1] == ("and 3 more", "3", "$900")


def test_the_largest_are_named_with_day_and_owner() -> None:
    [largest] = (
        part.grid for part in printed_calendar(calendar(*ROWS)) if isinstance(part, Bullets)
    )

    assert largest.rows == (("Acme Ltd", "$5k", "5 Dec 2026, tess, unsigned"),)
    unnamed = replace(calendar(*ROWS), largest=None)
    assert "Acme" not in str(private_reply(unnamed, can_share=True, main_dimension="segment"))
    assert reply_json(unnamed)["largest"] is None


def test_a_message_is_no_higher_than_an_answer_and_leads_to_the_outlook() -> None:
    rows = [up(n, FIRST + timedelta(9 * n), 100_00, f"segment-{n}") for n in range(10)]
    full = replace(calendar(*rows), largest=(ACME,) * 10)
    message = private_reply(full, can_share=True, main_dimension="segment")

    assert height_of(message.blocks) <= 700
    assert height_of(message.blocks, PHONE) <= 1_400
    assert '"outlook 90d"' in str(message.blocks).replace("'", '"')
    assert reply_picture(full) is None


def test_json_has_the_sums_and_the_rate() -> None:
    document = reply_json(calendar(*ROWS))

    assert document["up_for_renewal"] == {"accounts": 3, "mrr": "8000.00"}
    assert document["by_month"][1] == {"month": "2027-01", "accounts": 1, "mrr": "2000.00"}
    assert document["renewal_rate"]["of_mrr"] == "0.900000"
    assert document["question"]["to"] == "2027-02-19"


def test_one_month_of_one_value_is_not_said_to_be_most_of_it() -> None:
    one = calendar(ROWS[0])

    assert "most in" not in headline(one) + str(finding(one))
    assert value_grid(one) is None


def test_months_that_are_left_out_are_counted() -> None:
    shown = calendar(*ROWS)
    hidden = replace(shown, sums=replace(shown.sums, hidden=2))

    assert hidden_line(shown) is None
    assert hidden_line(hidden) == "2 months of too few accounts left out."


def test_what_tables_say_better_has_no_picture() -> None:
    shared = shared_reply(calendar(*ROWS), shared_by="U1", main_dimension="segment")

    assert reply_picture(calendar(*ROWS)) is None
    assert not [one for one in shared.blocks if one["type"] == "image"]
