"""What is asked without account detail of a ledger in which smb has 12, 9 and 2 accounts."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.access.decisions import Reason
from bot.access.visibility import EVERYTHING, Visibility
from bot.answers.answers import Answers
from bot.answers.document import answer_json
from bot.answers.reply import private_reply
from bot.answers.small_cohorts import TOGETHER
from bot.answers.wording.sentences import FEW_OUTSIDE
from bot.errors import AccessDeniedError
from metrics.retention import OutsideCohort
from metrics.rollup import Scope
from storage.access.small_groups import put_small_groups
from storage.store.engine import Store
from tests.bot.small_company import NOW, answers_from, small_company

SMB: Scope = (("segment", "smb"),)
ANA = Visibility(frozenset({SMB}))
COMPANY = EVERYTHING.without_accounts()
HEAD = "movement_id,account_id,date,amount,currency,driver,segment,industry,region\n"


def ledger(*accounts: tuple[str, ...]) -> str:
    """Write one account for each day, segment, industry and region: each pays 100 and more."""
    rows = [
        f"m{number},a{number},{day},{100 + number}.00,USD,new_logo,{','.join(attributes)}\n"
        for number, (day, *attributes) in enumerate(accounts)
    ]
    return HEAD + "".join(rows)


FINDING = ledger(
    *[("2025-03-10", "smb", "fintech", "emea")] * 12,
    *[("2025-03-10", "smb", "health", "emea")] * 9,
    *[("2025-03-10", "smb", "retail", "emea")] * 2,
    *[("2025-03-10", "mid", "fintech", "emea")] * 30,
    *[("2025-03-10", "enterprise", "health", "emea")] * 30,
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = small_company(tmp_path, FINDING)
    yield opened
    opened.engine.dispose()


def refusal(answers: Answers, text: str, who: Visibility = ANA) -> str:
    with pytest.raises(AccessDeniedError) as refused:
        answers.reply(text, visibility=who)
    return str(refused.value)


def test_a_hidden_group_does_not_follow_from_the_others(answers: Answers) -> None:
    whole = answers.ask("smb 2026-Q3 by industry", visibility=ANA)

    found = [(part.value, part.retention.accounts_opening) for part in whole.breakdown]
    assert found == [("fintech", 12), (TOGETHER, 11)]
    assert answers.ask("smb fintech 2026-Q3", visibility=ANA).retention.accounts_opening == 12
    assert refusal(answers, "smb health 2026-Q3") == Reason.NO_DETAIL  # with it retail follows
    assert refusal(answers, "smb retail 2026-Q3") == Reason.NO_DETAIL


def test_nobody_at_the_opening_is_a_small_group_of_those_who_are_new(answers: Answers) -> None:
    whole = answers.ask("smb 2025-03", visibility=ANA).memo.outside
    assert whole == OutsideCohort(new=23 * 10_000 + 25_300)
    assert refusal(answers, "smb retail 2025-03") == Reason.NO_DETAIL


TWO_NEW = FINDING + "".join(
    f"n{number},n{number},2026-10-05,7{number}.00,USD,new_logo,smb,fintech,emea\n"
    for number in range(2)
)


def test_what_two_new_accounts_brought_is_not_said_of_what_was_granted_either(
    tmp_path: Path,
) -> None:
    answers = answers_from(small_company(tmp_path, TWO_NEW))  # $70 and $71

    hidden = answers.ask("full smb 2026-10", visibility=ANA)
    whole = answers.ask("full smb 2026-10", visibility=Visibility(ANA.scopes, ANA.scopes))

    assert whole.memo.outside == OutsideCohort(new=14_100)
    assert hidden.retention == whole.retention
    assert hidden.memo.activity is not None
    assert (hidden.memo.outside, hidden.memo.activity.by_kind, hidden.closing_total) == (
        None,
        {},
        None,
    )
    told = private_reply(hidden, can_share=True, main_dimension="segment", sees=ANA.sees)
    said = "\n".join((told.text, json.dumps(answer_json(hidden))))
    assert "141" not in said
    assert FEW_OUTSIDE in said


@pytest.mark.parametrize("period", ["2026-08-10..2026-08-10", "last-30-days"])
def test_days_tell_of_single_movements(answers: Answers, period: str) -> None:
    said = refusal(answers, f"smb {period}")

    assert "without account detail type whole months" in said
    assert "2026-10" in said


@pytest.mark.parametrize(
    "asked",
    [
        "smb retail 2026-Q3",
        "segment:mid industry:fintech 2026-Q3",
        "segment:enterprise retail 2026-Q3",
    ],
)
def test_a_refusal_does_not_say_whether_anybody_is_hidden(answers: Answers, asked: str) -> None:
    assert refusal(answers, asked, COMPANY) == Reason.NO_DETAIL


def test_a_period_to_date_ends_with_the_last_closed_month(answers: Answers) -> None:
    answer = answers.ask("smb qtd", visibility=ANA)

    assert answer.period.label == "2026-10"
    assert answer.period.complete
    assert answer.question.note is not None
    assert "a period ends with a closed month" in answer.question.note


def test_what_was_known_at_a_past_moment_takes_account_detail(answers: Answers) -> None:
    with pytest.raises(AccessDeniedError, match="without --as-of"):
        answers.reply("smb 2026-Q3", as_of=datetime(2026, 12, 1, tzinfo=UTC), visibility=ANA)


@pytest.mark.parametrize(
    "asked", ["smb retail 2026-Q3", "smb health 2026-Q3", "smb 2026-08-10..2026-08-10"]
)
def test_account_detail_and_the_setting_show_what_is_small(
    answers: Answers, store: Store, asked: str
) -> None:
    detailed = answers.ask(asked, visibility=Visibility(ANA.scopes, ANA.scopes))
    by_settings = replace(answers, small_groups=True)
    assert by_settings.ask(asked, visibility=ANA) == detailed

    for are_shown in (True, False):
        with store.write(ledger=False) as session:
            put_small_groups(session, are_shown=are_shown, by="UADMIN", now=NOW)
        if are_shown:
            assert answers.ask(asked, visibility=ANA) == detailed
        else:
            refusal(answers, asked)


def test_a_company_of_25_customers_is_told_by_segment_once_the_setting_is_made(
    tmp_path: Path,
) -> None:
    text = ledger(
        *[("2025-03-10", "smb", "", "")] * 20,
        *[("2025-03-10", "mid", "", "")] * 3,
        *[("2025-03-10", "enterprise", "", "")] * 2,
    )
    answers = replace(answers_from(small_company(tmp_path, text)), small_groups=True)

    answer = answers.ask("2026-Q3 by segment", visibility=COMPANY)

    found = {part.value: part.retention.accounts_opening for part in answer.breakdown}
    assert found == {"smb": 20, "mid": 3, "enterprise": 2}
