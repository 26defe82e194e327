import pytest

from bot.errors import UnknownWordsError
from bot.questions.parsing import parse_question
from tests.bot.questions.test_sides import LEDGER, TODAY, ask, refusal


@pytest.mark.parametrize(
    ("text", "size", "tried"),
    [
        ("customers with more than 100 seats", "with more than 100 seats", "accounts 2026-10"),
        ("accounts over 10k", "over 10k", "accounts 2026-10"),
        ("smb customers above $5,000 mrr", "above $5,000 mrr", "accounts segment:smb 2026-10"),
        ("churned more than 20% q3", "more than 20%", "accounts-churned 2026-Q3"),
        ("who shrank by at least 20 %", "by at least 20 %", "accounts-contracted 2026-10"),
        ("customers over 5000", "over 5000", "accounts 2026-10"),
        ("fewer than 20 users", "fewer than 20 users", "accounts 2026-10"),
    ],
)
def test_accounts_are_picked_by_no_size(text: str, size: str, tried: str) -> None:
    said = refusal(text)

    assert said == (
        f'accounts are not picked by "{size}": top 20 lists the largest, and by acv-tier groups all'
        f" by what they pay. Try: {tried} top-20"
    )
    ask(said.rpartition("Try: ")[2])


@pytest.mark.parametrize(
    "text", ["customer churn above 5%", "smb above 100%", "customers over 12 months"]
)
def test_levels_and_lengths_of_time_are_no_sizes(text: str) -> None:
    assert "not picked by" not in refusal(text)


def test_who_may_list_no_accounts_is_told_of_groups_by_size() -> None:
    with pytest.raises(UnknownWordsError) as refused:
        parse_question(
            "smb accounts over 10k", vocabulary=LEDGER, today=TODAY, lists_accounts=False
        )

    assert str(refused.value).startswith(
        'accounts are not picked by "over 10k": by acv-tier groups them by what they pay. Try: '
    )
