"""What "it" means in a thread, and what it leaves alone."""

from pathlib import Path

import pytest

from bot.access.visibility import EVERYTHING
from bot.conversations.following import Following
from tests.bot.small_company import answers_from, small_company


@pytest.mark.parametrize(
    ("text", "before", "meant"),
    [
        ("it below 90%", "enterprise 2026-10", "segment:enterprise below 90%"),
        ("it below 90%", "2026-10", "company below 90%"),
        ("smb below 90%", "enterprise 2026-10", "smb below 90%"),  # it is said what is meant
        ("it below 90%", "blubber 2026-10", "it below 90%"),  # the ledger knows it no more
    ],
)
def test_it_is_what_the_question_before_was_about(
    tmp_path: Path, text: str, before: str, meant: str
) -> None:
    company = small_company(tmp_path)

    assert Following(answers=answers_from(company)).about(text, before, EVERYTHING) == meant
    company.engine.dispose()
