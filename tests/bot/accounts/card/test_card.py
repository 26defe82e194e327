"""The card of an account: what it says, where it says that from, and who may see it."""

import re
from dataclasses import replace
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console

from bot.access.visibility import EVERYTHING, Visibility
from bot.accounts.card.card import AccountCard, AccountChoice
from bot.accounts.card.message import card_compositions, course_chart
from bot.answers.answers import Answers
from bot.answers.document import reply_json
from bot.answers.reply import private_reply
from bot.answers.terminal import print_reply
from bot.answers.views import AccountsError, reaches_of
from bot.errors import UnknownWordsError
from bot.questions.buttons import ACCOUNTS, CARDS, WHY
from bot.style.parts import Bullets
from metrics.segments import Tiers
from storage.importing.landing import ImportOptions
from storage.importing.reversal import reverse
from tests.bot.offered import offered
from tests.bot.small_company import NOW, TODAY, answers_from, import_text, reply_of, small_company
from tests.bot.style.heights import height_of

SMB, ENTERPRISE = (("segment", "smb"),), (("segment", "enterprise"),)
NAMES = "account_id,name\nalpha,Acme Ltd\nbeta,Acme Inc\nzeta,Zeta 100% Ltd\n"
CONTRACTS = (
    "contract_id,account_id,start,end,amount,currency,per,status\n"
    "c1,alpha,2027-06-15,2028-06-14,74400.00,USD,year,unsigned\n"
)
SIGNALS = "account_id,day,metric,value\nalpha,2026-11-02,logins,42\nalpha,2026-11-09,logins,40.5\n"


@pytest.fixture
def company(tmp_path: Path) -> Answers:
    store = small_company(tmp_path)
    import_text(store, NAMES, source="accounts", now=NOW + timedelta(minutes=1))
    import_text(store, CONTRACTS, source="contracts", now=NOW + timedelta(minutes=2))
    import_text(store, SIGNALS, source="signals", now=NOW + timedelta(minutes=3))
    return answers_from(store)


def card_of(answers: Answers, asked: str, visibility: Visibility = EVERYTHING) -> AccountCard:
    return reply_of(AccountCard, answers, asked, visibility=visibility)


def words_of(answers: Answers, asked: str) -> list[str]:
    message = private_reply(answers.reply(asked), can_share=False, main_dimension="segment")
    return message.text.split("\n")


def document(answers: Answers, asked: str) -> dict[str, Any]:
    return reply_json(answers.reply(asked))


def test_a_contract_is_all_of_its_products_and_no_usage(tmp_path: Path) -> None:
    store = small_company(tmp_path)
    header = "contract_id,account_id,start,end,amount,currency,per,product,usage\n"
    terms = ("100.00,USD,month,Plan,", "50.00,USD,month,Seats,", "180.00,USD,month,Calls,yes")
    text = "".join(f"c1,omega,2026-01-05,,{one}\n" for one in terms)
    import_text(store, f"{header}{text}", source="contracts", now=NOW + timedelta(minutes=2))

    said = words_of(answers_from(store), "account omega")

    assert "Contract: $150 a month from 5 Jan 2026." in said


def test_what_renews_itself_on_the_day_after_the_last_one_in_is_up_on_that_day(
    tmp_path: Path,
) -> None:
    store = small_company(tmp_path)  # in until 31 October
    header = "contract_id,account_id,start,end,amount,currency,auto_renew\n"
    text = f"{header}c1,omega,2025-11-01,2026-10-31,1200.00,USD,yes\n"
    import_text(store, text, source="contracts", now=NOW + timedelta(minutes=2))

    [said] = [line for line in words_of(answers_from(store), "account omega") if "renewal" in line]

    assert said.endswith("; up for renewal on 1 Nov 2026.")


def test_a_card_says_what_it_pays_what_it_is_and_where_that_is_recorded(company: Answers) -> None:
    # 1,000 from June 2025, 200 more in July and 5,000 more in October 2026
    words = words_of(company, "account alpha")

    assert words[:5] == [
        "Acme Ltd (alpha): $6.2k MRR",
        "Pays since 15 Jun 2025; $1k a year before (+520.0%).",
        "Is: no owner, industry fintech, segment enterprise, ACV tier 25k-100k, value tier high.",
        "Contract: up for renewal on 15 Jun 2027.",
        "Signals: logins 40.5 (9 Nov).",
    ]
    assert words[-3:] == [
        "1 Oct 2026: +$5k (seats, import 1 row 13 of 21 Nov 2026)",
        "and 2 more: nrrbot ask 'account \"alpha\"' lists all.",
        "Closed through Oct 2026 · definitions v2",
    ]


def test_a_card_is_shortened_by_its_movements_down_to_none(company: Answers) -> None:
    forms = card_compositions(card_of(company, "account alpha"))

    lists = [part for form in forms for part in form if isinstance(part, Bullets)]
    assert [len(one.grid.rows) for one in lists] == [1, 0]


def test_the_day_of_an_import_is_the_workspaces(company: Answers) -> None:
    elsewhere = replace(company, zone=ZoneInfo("Pacific/Honolulu"))  # ten hours behind

    assert words_of(elsewhere, "account alpha")[-3] == (
        "1 Oct 2026: +$5k (seats, import 1 row 13 of 20 Nov 2026)"
    )


@pytest.mark.parametrize(
    ("term", "words"),
    [
        pytest.param(
            "c1,omega,2026-01-05,2027-01-04,1200.00,USD,year,active,2026-10-01,",
            [
                "omega: $100 MRR",
                "Contract: $1.2k a year from 5 Jan 2026 to 4 Jan 2027, notice given on 1 Oct 2026.",
            ],
            id="notice is given",
        ),
        pytest.param(
            "c1,omega,2026-01-05,2027-01-04,1200.00,USD,year,past due,,2026-10-10",
            [
                "omega left on 10 Oct 2026",
                (
                    "Contract: $1.2k a year from 5 Jan 2026 to 4 Jan 2027,"
                    " past due since 10 Oct 2026; up for renewal on 5 Jan 2027."
                ),
            ],
            id="past due",
        ),
        pytest.param(
            "c1,omega,2027-01-05,2028-01-04,1200.00,USD,year,unsigned,,",
            ["omega pays nothing yet", "Contract: up for renewal on 5 Jan 2027."],
            id="not signed",
        ),
    ],
)
def test_a_card_says_how_a_contract_stands(tmp_path: Path, term: str, words: list[str]) -> None:
    store = small_company(tmp_path)
    header = "contract_id,account_id,start,end,amount,currency,per,status,cancelled_on"
    text = f"{header},past_due_since\n{term}\n"
    import_text(store, text, source="contracts", now=NOW + timedelta(minutes=2))

    said = words_of(answers_from(store), "account omega")

    assert [said[0], *(line for line in said if line.startswith("Contract"))] == words


def test_a_card_of_one_month_has_no_chart(tmp_path: Path) -> None:
    card = card_of(answers_from(small_company(tmp_path)), "account alpha")
    record = replace(card.record, course=((card.record.day, 120_000),))

    assert course_chart(card) is not None
    assert course_chart(replace(card, record=record)) is None


def test_every_movement_has_its_driver_moment_import_and_row(company: Answers) -> None:
    found = document(company, "account alpha")

    assert [(one["date"], one["amount"], one["driver"]) for one in found["movements"]] == [
        ("2026-10-01", "5000.00", "seats"),
        ("2026-07-14", "200.00", "seats"),
        ("2025-06-15", "1000.00", "new_logo"),
    ]
    [first] = [one for one in found["movements"] if one["movement_id"] == "m7"]
    assert (first["import"], first["source_row"], first["recorded_at"]) == (
        *(1, 8, "2026-11-21T06:00:00Z"),
    )
    assert found["course"][-1] == {"day": "2026-11-01", "mrr": "6200.00"}
    assert [one["mrr"] for one in found["course"][-6:]] == [
        *("1000.00", "1000.00", "1200.00", "1200.00", "1200.00", "6200.00"),
    ]
    assert len(found["course"]) == 24


def test_a_card_of_a_period_is_of_its_end(company: Answers) -> None:
    card = card_of(company, "account alpha 2026-Q3")

    assert (card.record.day, card.record.account.mrr) == (date(2026, 10, 1), 120_000)
    assert [one.movement_id for one in card.movements] == ["m7", "m1"]


def test_an_account_that_has_left_says_when(company: Answers) -> None:
    left, paid = words_of(company, "account gamma")[:2]
    assert left == "gamma left on 30 Sep 2026"
    assert paid.startswith("Paid from ")


def test_a_movement_that_was_taken_back_stays_and_is_marked(company: Answers) -> None:
    import_text(
        company.store,
        "movement_id,account_id,date,amount,currency\nx1,zeta,2026-10-05,7.00,USD\n",
        now=NOW + timedelta(hours=1),
    )
    later = NOW + timedelta(hours=2)
    options = ImportOptions(clock=lambda: later, today=TODAY, started_at=later, tiers=Tiers())
    with company.store.write() as session:
        reverse(session, 5, options)

    card = card_of(company, "account zeta")
    assert card.record.account.mrr == 30_000
    assert [one.is_taken_back for one in card.record.movements] == [True, True, False]
    assert [one.movement_id for one in card.movements] == ["m11"]


@pytest.mark.parametrize("asked", ["account ACME LTD", 'account "acme ltd"', "account alph"])
def test_an_account_is_found_by_its_name_or_a_part_of_it(company: Answers, asked: str) -> None:
    assert card_of(company, asked).record.account.account_id == "alpha"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("account ---", '"---"'),
        ("account \N{GRINNING FACE}", '"\N{GRINNING FACE}"'),
        ("account *", '"\N{ASTERISK OPERATOR}"'),
    ],
)
def test_a_name_without_letters_is_quoted_as_it_was_typed(
    company: Answers, asked: str, said: str
) -> None:
    with pytest.raises(UnknownWordsError, match=re.escape(f"I know no account {said} among those")):
        company.reply(asked)


def test_a_name_with_a_slip_of_the_keyboard_is_offered_as_it_is(company: Answers) -> None:
    with pytest.raises(UnknownWordsError) as refused:
        company.reply("account amce ltd 2026-Q3")

    assert str(refused.value) == (
        'I know no account "amce ltd" among those that you may see: did you mean Acme Ltd?'
        ' Try: account "Acme Ltd" 2026-Q3'
    )


def test_a_name_of_several_lists_them_with_a_button_each(company: Answers) -> None:
    reply = company.reply("account acme")
    message = private_reply(reply, can_share=False, main_dimension="segment")

    assert isinstance(reply, AccountChoice)
    assert message.text.split("\n")[:3] == [
        "2 accounts are called like that",
        "Acme Ltd (alpha): $6.2k, enterprise",
        "Acme Inc (beta): $450, enterprise",
    ]
    opened = [block["accessory"] for block in message.blocks if "accessory" in block]
    assert [(one["action_id"], one["value"]) for one in opened] == [
        (CARDS[0], 'account "alpha"'),
        (CARDS[1], 'account "beta"'),
    ]
    console = Console(file=StringIO(), width=80)
    with console.capture() as capture:
        print_reply(reply, console)
    assert capture.get().split("\n")[:3] == message.text.split("\n")[:3]
    found = reply_json(reply)
    assert [(one["account_id"], one["mrr"]) for one in found["accounts"]] == [
        ("alpha", "6200.00"),
        ("beta", "450.00"),
    ]
    assert found["question"]["text"] == "account acme"


@pytest.mark.parametrize("asked", ["account 0%", "account zeta 100%", "account z_ta"])
def test_signs_of_a_pattern_are_only_signs(company: Answers, asked: str) -> None:
    if asked.endswith("_ta"):
        with pytest.raises(UnknownWordsError):
            company.reply(asked)
    else:
        assert card_of(company, asked).record.account.account_id == "zeta"


def test_a_card_leads_to_its_segment(company: Answers) -> None:
    message = private_reply(
        company.reply("account alpha"), can_share=False, main_dimension="segment"
    )

    assert offered(message)[WHY] == "why segment:enterprise 2026-10"
    assert offered(message)[ACCOUNTS] == "accounts segment:enterprise 2026-10"
    assert height_of(message.blocks) <= 700


def test_a_card_says_what_waits_for_its_day(company: Answers) -> None:
    ahead = "account_id,date,amount,currency,driver\nalpha,2027-01-01,-1000.00,USD,price\n"
    import_text(company.store, ahead, now=NOW + timedelta(minutes=4))

    assert "Ahead: −$1k on 1 Jan 2027 (price)." in words_of(company, "account alpha")
    assert document(company, "account alpha")["ahead"] == [
        {"date": "2027-01-01", "amount": "-1000.00", "currency": "USD", "driver": "price"}
    ]
    assert "Ahead" not in " ".join(words_of(company, "account beta"))


def test_the_terminal_lists_all_movements_and_the_files(company: Answers) -> None:
    console = Console(file=StringIO(), width=80)
    with console.capture() as capture:
        print_reply(company.reply("account alpha"), console)

    words = " ".join(capture.get().split())
    assert "14 Jul 2026 +$200 seats 21 Nov 2026 06:00 1 8" in words
    assert "Imports: 1 " in words


class TestAccess:
    WITHOUT_DETAIL = Visibility(frozenset({()}))
    SEES_SMB = Visibility(frozenset({SMB}), frozenset({SMB}))
    DETAIL_OF_SMB = Visibility(frozenset({()}), frozenset({SMB}))

    def test_without_detail_an_account_reads_like_one_that_is_not_there(
        self, company: Answers
    ) -> None:
        said = set()
        for asked in ("account alpha", "account nobody", "account acme"):
            with pytest.raises(AccountsError) as refused:
                company.reply(asked, visibility=self.WITHOUT_DETAIL)
            said.add(str(refused.value))

        assert said == {"which accounts, and what they pay, takes account detail"}

    @pytest.mark.parametrize("visibility", [SEES_SMB, DETAIL_OF_SMB])
    def test_an_account_of_another_scope_is_not_known(
        self, company: Answers, visibility: Visibility
    ) -> None:
        said = set()
        for asked in ("alpha", "nobody", "acme", "acne", "Acme Ldt"):
            with pytest.raises(UnknownWordsError) as refused:
                company.reply(f"account {asked}", visibility=visibility)
            said.add(str(refused.value).replace(asked, "NAME"))
        assert len(said) == 1

        card = card_of(company, "account gamma", visibility)
        assert card.record.account.account_id == "gamma"
        assert [(one.scope, one.account_detail) for one in reaches_of(card)] == [(SMB, True)]

    def test_of_several_only_those_that_may_be_seen_are_offered(self, company: Answers) -> None:
        choice = company.reply("account a", visibility=EVERYTHING)
        assert isinstance(choice, AccountChoice)
        import_text(company.store, "account_id,name\ngamma,Acme Ltd\n", source="accounts", now=NOW)

        seen = card_of(company, "account acme ltd", self.DETAIL_OF_SMB)
        assert seen.record.account.account_id == "gamma"

    def test_the_scope_is_that_of_today_whatever_period_is_asked_about(
        self, company: Answers
    ) -> None:
        moved = "movement_id,account_id,date,amount,currency,segment\n"
        import_text(
            company.store,
            f"{moved}n1,gamma,2026-10-10,90.00,USD,enterprise\n",
            now=NOW + timedelta(hours=1),
        )

        with pytest.raises(UnknownWordsError):
            company.reply("account gamma 2026-Q3", visibility=self.SEES_SMB)
