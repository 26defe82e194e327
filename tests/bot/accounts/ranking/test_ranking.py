"""Ranked lists as people read them: every reason with its weight, and nothing of few accounts."""

from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from bot.access.visibility import EVERYTHING, Visibility
from bot.accounts.ranking.ranking import AccountRanking
from bot.answers.account_files import account_file
from bot.answers.answers import Answers
from bot.answers.document import reply_json
from bot.answers.reply import private_reply
from bot.answers.small_cohorts import SmallCohortError
from bot.answers.terminal import print_reply
from bot.answers.views import reaches_of
from bot.errors import UsageError
from bot.questions.buttons import CSV_FILE, PAGE_ON, RANKED
from metrics.score_rules import Sign
from storage.ledger.ranked_accounts import SignShown
from tests.bot.offered import offered
from tests.bot.sample_accounts import sample_ranking
from tests.bot.small_company import NOW, answers_from, reply_of, small_company
from tests.bot.style.heights import height_of

HEAD = "account_id,date,amount,currency,driver,segment,owner\n"
SMB = (("segment", "smb"),)
WITHOUT_DETAIL = Visibility(frozenset({()}))


def company_of(folder: Path, *, new: int, old: int, segment: str = "smb") -> Answers:
    """Return a company of which some joined in September 2026, the others a year before."""
    rows = [f"n{at},2026-09-{at + 1:02},{at + 10}.00,USD,,{segment},tess" for at in range(new)]
    rows += [f"o{at},2025-09-05,100.00,USD,,{segment},tess" for at in range(old)]
    return answers_from(small_company(folder, HEAD + "\n".join((*rows, ""))))


def ranking_of(answers: Answers, asked: str, visibility: Visibility = EVERYTHING) -> AccountRanking:
    return reply_of(AccountRanking, answers, asked, visibility=visibility)


def test_each_account_has_its_score_its_mrr_and_every_reason(tmp_path: Path) -> None:
    answers = company_of(tmp_path, new=9, old=5)
    message = private_reply(
        ranking_of(answers, "at risk"), can_share=False, main_dimension="segment"
    )
    words = message.text.split("\n")

    assert words[0] == "9 accounts are at risk: $126 MRR"
    assert "n8: 20, $18 (new since 9 Sep 2026 (+20), tess)" in words
    assert words[-3:] == [
        "1 to 7 of 9, the highest score first.",
        "The score is the sum of the weights shown, listed from 20 on; by score, then MRR.",
        "Closed through Oct 2026 · definitions v2",
    ]
    assert offered(message)[PAGE_ON] == "at-risk page-2"
    assert offered(message)[CSV_FILE] == "at-risk"
    assert offered(message)[RANKED] == "ready-to-expand"
    assert height_of(message.blocks) <= 700


def test_it_says_how_right_it_was_beside_all_accounts(tmp_path: Path) -> None:
    # by 1 October nine were new, and one of the old ones shrank in October
    text = HEAD + "".join(f"n{at},2026-09-0{at + 1},10.00,USD,,smb,t\n" for at in range(4))
    text += "".join(f"o{at},2025-09-05,100.00,USD,,smb,t\n" for at in range(4))
    text += "n0,2026-10-05,-10.00,USD,,,\no0,2026-10-06,-50.00,USD,,,\n"
    answers = answers_from(small_company(tmp_path, text))

    ranking = ranking_of(answers, "at risk")
    assert ranking.hindsight is not None
    words = private_reply(ranking, can_share=False, main_dimension="segment").text
    assert (
        "How right it is: of 4 accounts on the list of 1 Oct 2026, 25.0% paid less or left within"
        " a month; of all accounts 25.0%." in words
    )


def test_the_terminal_and_the_file_have_the_same_accounts(tmp_path: Path) -> None:
    answers = company_of(tmp_path, new=9, old=5)
    ranking = ranking_of(answers, "at risk top 8")
    console = Console(file=StringIO(), width=80)
    with console.capture() as capture:
        print_reply(ranking, console)
    file = account_file(answers, ranking)

    assert [len(ranking.listed or ()), file.accounts] == [8, 8]
    assert "n8 20 $18 new since 9 Sep 2026 (+20) tess" in " ".join(capture.get().split())
    assert file.content.decode().splitlines()[1] == ('"n8","",18.00,"USD",20,"new_here +20","tess"')


def test_json_has_the_rules_and_what_each_reason_rests_on(tmp_path: Path) -> None:
    document = reply_json(ranking_of(company_of(tmp_path, new=9, old=5), "at risk"))

    assert document["rules"]["weights"]["shrinking"] == 25
    [first, *_] = document["accounts"]
    assert first["reasons"] == [{"sign": "new_here", "weight": 20, "day": "2026-09-09"}]


def test_a_reason_is_a_share_an_amount_a_day_or_nothing_but_its_name() -> None:
    ranking = sample_ranking("acme")
    [one] = ranking.listed or ()
    ranking = replace(
        ranking,
        listed=(replace(one, signs=(*one.signs, SignShown(Sign.NO_OWNER, 10, None))),),
    )

    text = private_reply(ranking, can_share=False, main_dimension="segment").text
    [found] = reply_json(ranking)["accounts"]

    assert (
        "(shrank 2 months −3.0% (+25), new since 9 Sep 2026 (+20), contracted −$10 (+20),"
        " no owner (+10), acme)" in text
    )
    assert found["reasons"] == [
        {"sign": "shrinking", "weight": 25, "share": "0.030000"},
        {"sign": "new_here", "weight": 20, "day": "2026-09-09"},
        {"sign": "contracted", "weight": 20, "amount": "10.00"},
        {"sign": "no_owner", "weight": 10},
    ]


def test_a_page_behind_the_list_says_how_long_it_is(tmp_path: Path) -> None:
    ranking = ranking_of(company_of(tmp_path, new=9, old=5), "at risk page 4")

    text = private_reply(ranking, can_share=False, main_dimension="segment").text
    assert "There is no page 4: the list has 9 accounts." in text


def test_a_product_is_left_out_for_signs_are_of_whole_accounts(tmp_path: Path) -> None:
    text = "account_id,date,amount,currency,product,segment\na,2026-09-01,5.00,USD,core,smb\n"
    answers = answers_from(small_company(tmp_path, text))

    with pytest.raises(UsageError, match=r"leave the product out\. Try: at-risk segment:smb"):
        answers.reply("at risk core smb")


def test_what_was_known_at_a_past_moment_is_refused(tmp_path: Path) -> None:
    answers = company_of(tmp_path, new=1, old=5)

    with pytest.raises(UsageError, match="leave --as-of out"):
        answers.reply("at risk", as_of=NOW)


class TestAccess:
    def test_without_detail_there_are_sums_and_no_names(self, tmp_path: Path) -> None:
        answers = company_of(tmp_path, new=9, old=8)
        ranking = ranking_of(answers, "at risk", WITHOUT_DETAIL)
        message = private_reply(ranking, can_share=False, main_dimension="segment")

        assert (ranking.count, ranking.listed, ranking.hindsight) == (9, None, None)
        assert not reaches_of(ranking)[0].account_detail
        assert "n8" not in message.text
        assert CSV_FILE not in offered(message)
        assert "takes account detail: ask for accounts to see how to get it." in message.text
        assert reply_json(ranking)["accounts"] is None
        with pytest.raises(UsageError, match="or of a list: ask for"):
            account_file(answers, ranking)

    @pytest.mark.parametrize(("new", "old"), [(4, 9), (9, 4)])
    def test_few_on_the_list_or_beside_it_are_not_told_of(
        self, tmp_path: Path, new: int, old: int
    ) -> None:
        answers = company_of(tmp_path, new=new, old=old)

        with pytest.raises(SmallCohortError):
            answers.reply("at risk", visibility=WITHOUT_DETAIL)

    def test_whoever_sees_a_part_is_told_of_that_alone(self, tmp_path: Path) -> None:
        answers = company_of(tmp_path, new=9, old=8)
        sees_smb = Visibility(frozenset({SMB}), frozenset({SMB}))

        assert ranking_of(answers, "at risk", sees_smb).question.scope == SMB
