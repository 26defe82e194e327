"""The outlook as people read it, each a plain value worked by hand."""

from dataclasses import replace

from bot.answers.document import reply_json
from bot.answers.reply import private_reply, reply_picture
from bot.outlook.wording import arriving_line, finding, headline, part_grid, renewed_line
from tests.bot.sample_outlooks import COURSES, course, sample_outlook
from tests.bot.style.heights import PHONE, height_of


def test_nrr_if_nothing_else_moves_and_what_is_known_are_said_first() -> None:
    # 30,000 − 1,000 − 500 + 100 − 33 = 28,567: 95.2 %; with the term renewed 29,567: 98.6 %
    found = sample_outlook(*COURSES)

    assert headline(found) == "NRR 95.2% · GRR 94.9% by 19 Feb 2027 if nothing else moves"
    assert finding(found) == (
        "$1.53k is known to be lost, $100 to be added, of $30k MRR that is paid now."
    )
    assert renewed_line(found) == (
        "Terms with $1k end and may still be renewed: if all of them are, as they are, NRR is 98.6%"
        " and GRR 98.2%."
    )
    assert arriving_line(found) == "Outside NRR, 1 account with $100 will begin to pay."


def test_the_points_of_the_parts_add_up_to_nrr_as_it_is_shown() -> None:
    # 95.2 % is −4.8 points
    assert part_grid(sample_outlook(*COURSES)).rows == (
        ("churn, term ends, no renewal signed", "−$1k", "−3.3", "1"),
        ("churn, notice given", "−$500", "−1.7", "1"),
        ("contraction, price", "−$33", "−0.1", "1"),
        ("expansion, seats", "+$100", "+0.3", "1"),
    )


def test_where_nothing_is_known_of_the_base_that_is_said() -> None:
    found = sample_outlook(course(5, 0, 100_00, ""))

    assert headline(found).startswith("NRR 100.0%")
    assert finding(found) == "No signed change, notice or dated row touches what is paid now."
    assert renewed_line(found) is None
    nobody = sample_outlook(course(5, 0, 100_00, ""), opening=0)
    assert headline(nobody) == "Nobody pays now who could change by 19 Feb 2027"
    assert private_reply(nobody, can_share=True, main_dimension="segment").text


def test_accounts_that_may_not_be_counted_are_not() -> None:
    found = replace(sample_outlook(*COURSES), counts_accounts=False)

    assert part_grid(found).header == ("What", "MRR", "Points")
    assert {part["accounts"] for part in reply_json(found)["parts"]} == {None}


def test_a_message_is_no_higher_than_an_answer_and_leads_to_the_renewals() -> None:
    message = private_reply(sample_outlook(*COURSES), can_share=True, main_dimension="segment")

    assert height_of(message.blocks) <= 700
    assert height_of(message.blocks, PHONE) <= 1_400
    assert "renewals 90d" in str(message.blocks)
    assert reply_picture(sample_outlook(*COURSES)) is None


def test_json_has_the_result_and_its_parts() -> None:
    document = reply_json(sample_outlook(*COURSES))

    assert document["result"]["nrr"] == "0.952233"
    assert document["if_renewed"]["nrr"] == "0.985567"
    assert document["parts"][0] == {
        "kind": "churn",
        "driver": "not_renewed",
        "accounts": 1,
        "mrr": "-1000.00",
    }
    assert document["balances_of"] == "2026-10-31"
