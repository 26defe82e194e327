"""When a period opened is said of its first day or month, whatever it ends with."""

from pathlib import Path

import pytest

from bot.answers.reply import private_reply
from tests.bot.small_company import answers_from, small_company


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("2025-06-01..2025-06-15", "Nobody paid when 1 Jun 2025 began: there was nothing to keep."),
        ("why 2025-06-01..2025-06-15", "Nobody paid when 1 Jun 2025 began."),
        ("accounts 2025-06-01..2025-06-15", "Nobody paid when 1 Jun 2025 began."),
        ("accounts 2025-05..2025-06", "Nobody paid when May 2025 opened."),
        ("2025-06-18..2025-07-05", "Only 1 account paid when 18 Jun 2025 began, too few to read"),
        (
            "how many customers did we lose from 2026-07-01 to 2026-10-10",
            "Of 4 accounts when 1 Jul 2026 began, 3 were kept and 1 left: logo retention 75.0%.",
        ),
    ],
)
def test_an_opening_is_named_by_what_opened(tmp_path: Path, asked: str, said: str) -> None:
    reply = answers_from(small_company(tmp_path)).reply(asked)

    assert said in private_reply(reply, can_share=False, main_dimension="segment").text
