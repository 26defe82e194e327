"""Changes that are explained without account detail."""

from pathlib import Path

from bot.access.visibility import Visibility
from bot.why.explanation import Explanation
from tests.bot.answers.test_small_groups import ledger
from tests.bot.small_company import answers_from, small_company

ENTERPRISE = Visibility(frozenset({(("segment", "enterprise"),)}))


def test_a_period_of_few_accounts_is_compared_with_nothing_and_stands_for_nothing(
    tmp_path: Path,
) -> None:
    # of enterprise 4 accounts pay when September opens, and 6 when October does
    text = ledger(
        *[("2026-03-10", "enterprise", "retail", "emea")] * 4,
        *[("2026-09-10", "enterprise", "retail", "emea")] * 2,
        *[("2026-03-10", "smb", "retail", "emea")] * 20,
    )
    answers = answers_from(small_company(tmp_path, text))

    seen = answers.reply("why enterprise 2026-10")
    shown = answers.reply("why enterprise 2026-10", visibility=ENTERPRISE)

    assert isinstance(seen, Explanation)
    assert isinstance(shown, Explanation)
    assert seen.sides.before is not None
    assert shown.sides.before is None
    assert shown.sides.now == seen.sides.now
