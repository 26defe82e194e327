"""Products as people ask for them: within what they may see, and never of too few accounts."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.access.visibility import EVERYTHING, Visibility
from bot.answers.answers import Answers
from bot.answers.document import answer_json
from bot.answers.reply import private_reply
from bot.answers.small_cohorts import TOGETHER
from bot.errors import AccessDeniedError, UnknownWordsError
from metrics.findings.finding import FindingKind, Force
from metrics.rollup import Scope
from storage.store.engine import Store
from tests.bot.small_company import answers_from, small_company

SMB: Scope = (("segment", "smb"),)
ANA = Visibility(frozenset({SMB}), frozenset({SMB}))
COMPANY = EVERYTHING.without_accounts()


def rows() -> Iterator[str]:
    """Write 20 accounts of smb with core, 6 of them with seats, 3 with usage; 9 of mid with api."""
    for number in range(20):
        yield f"s{number},2025-03-10,100,USD,core,smb"
        if number < 6:
            yield f"s{number},2025-03-10,30,USD,seats,smb"
        if number < 3:
            yield f"s{number},2025-03-10,7,USD,usage,smb"
    yield from (f"m{number},2025-03-10,50,USD,api,mid" for number in range(9))
    yield "s0,2026-09-10,-40,USD,core,smb"
    yield "s0,2026-09-10,40,USD,seats,smb"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    header = "account_id,date,amount,currency,product,segment"
    opened = small_company(tmp_path, "\n".join([header, *rows(), ""]))
    yield opened
    opened.engine.dispose()


def test_a_split_by_product_says_what_switched(answers: Answers) -> None:
    document = answer_json(answers.ask("by product 2026-Q3"))
    shown = {row["value"]: (row["opening_mrr"], row["nrr"]) for row in document["breakdown"]}
    assert shown == {
        "core": ("2000.00", "0.980000"),
        "api": ("450.00", "1.000000"),
        "seats": ("180.00", "1.222222"),
        "usage": ("21.00", "1.000000"),
    }
    assert (document["switched"], document["result"]["nrr"]) == ("40.00", "1.000000")


def test_no_finding_is_about_the_ratio_of_a_product_that_nobody_had_at_the_opening(
    tmp_path: Path,
) -> None:
    sold_again = [
        "account_id,date,amount,currency,product",
        *(f"a{number},2024-11-05,100,USD,core" for number in range(12)),
        *(f"a{number},2024-11-05,40,USD,addon" for number in range(12)),
        *(f"a{number},2026-05-05,-40,USD,addon" for number in range(12)),
        *(f"a{number},2026-08-05,50,USD,addon" for number in range(12)),
    ]
    move = (
        answers_from(small_company(tmp_path, "\n".join([*sold_again, ""])))
        .ask("by product 2026-Q3")
        .findings.move
    )

    assert move is not None
    assert (move.kind, move.force, move.segment) == (FindingKind.MOVE, Force.EXPANSION, None)


def test_products_of_few_accounts_stand_together(answers: Answers) -> None:
    answer = answers.ask("by product 2026-Q3", visibility=COMPANY)
    # What is left of the company without usage would be that of three accounts.
    assert [part.value for part in answer.breakdown] == ["core", TOGETHER]
    assert sum(part.retention.opening for part in answer.breakdown) == answer.retention.opening
    with pytest.raises(AccessDeniedError):
        answers.ask("product:usage 2026-Q3", visibility=COMPANY)
    assert answers.ask("product:core 2026-Q3", visibility=COMPANY).retention.opening == 2000_00


@pytest.mark.parametrize(("opening", "is_shown"), [(0, True), (1, False), (4, False), (5, True)])
def test_a_product_that_few_open_with_is_not_shown_however_many_buy_it_by_the_close(
    tmp_path: Path, opening: int, *, is_shown: bool
) -> None:
    sold = [
        "account_id,date,amount,currency,product",
        *(f"a{number},2025-03-10,100,USD,core" for number in range(20)),
        *(f"a{number},2025-03-10,40,USD,addon" for number in range(opening)),
        *(f"a{number},2026-08-05,30,USD,addon" for number in range(opening, opening + 6)),
    ]
    asked = answers_from(small_company(tmp_path, "\n".join([*sold, ""])))

    split = asked.ask("by product 2026-Q3", visibility=COMPANY)

    assert ("addon" in [part.value for part in split.breakdown]) is is_shown
    if is_shown:
        asked.ask("product:addon 2026-Q3", visibility=COMPANY)
    else:
        with pytest.raises(AccessDeniedError):
            asked.ask("product:addon 2026-Q3", visibility=COMPANY)


def test_a_product_widens_nobodys_view(answers: Answers) -> None:
    assert answers.ask("smb product:core 2026-Q3", visibility=ANA).retention.opening == 2000_00
    with pytest.raises(UnknownWordsError):
        answers.ask("product:core 2026-Q3", visibility=ANA)
    with pytest.raises(UnknownWordsError):
        answers.ask("smb product:api 2026-Q3", visibility=ANA)
    assert "api" not in str(answers.vocabulary(ANA).values)


def test_slack_takes_the_answer_about_a_product(answers: Answers) -> None:
    answer = answers.ask("product:seats 2026-Q3")
    reply = private_reply(answer, can_share=True, main_dimension="segment")
    assert "seats" in json.dumps(reply.blocks)
