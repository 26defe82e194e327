import pytest

from bot.feature import QUESTION, split_command

NAMES = {"help", "annualise", "annualize"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("help", ("help", "")),
        ("  HELP  example ", ("help", "example")),
        ("annualise 98 %", ("annualise", "98 %")),
        ("annualize\t0.98", ("annualize", "0.98")),
        ("", (QUESTION, "")),
        ("helpful", (QUESTION, "helpful")),
        ("enterprise last-quarter", (QUESTION, "enterprise last-quarter")),
        ("enterprise help", (QUESTION, "enterprise help")),
        ("/nrr /nrr help", ("help", "")),
        ("plan:n/a by B2B/B2C ttm", (QUESTION, "plan:n/a by B2B/B2C ttm")),
    ],
)
def test_only_the_first_word_names_a_command(text: str, expected: tuple[str, str]) -> None:
    assert split_command(text, NAMES) == expected


COMMANDS = {"help", "alert", "profile", "access", "annualise"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("What can you do?", ("help", "")),
        ("what can I ask", ("help", "")),
        ("How does this work?", ("help", "")),
        ("tell me when smb drops below 90%", ("alert", "smb drops below 90%")),
        ("Let me know if GRR of smb falls below 85%!", ("alert", "GRR of smb falls below 85%")),
        ("tell me when smb drops", (QUESTION, "tell me when smb drops")),
        ("tell me when smb was best", (QUESTION, "tell me when smb was best")),
        ("is 92% good?", ("profile", "92%")),
        ("is an NRR of 104.5 % good for us?", ("profile", "104.5 %")),
        ("what's a good NRR?", ("profile", "")),
        ("is smb good?", (QUESTION, "is smb good?")),
        ("help me", ("help", "")),
        ("who are you?", ("help", "")),
        ("help me with alerts", ("help", "alerts")),
        ("define NRR", ("help", "example")),
        ("What's the difference between NRR and GRR?", ("help", "example")),
        ("nrr vs smb", (QUESTION, "nrr vs smb")),
        ("who can see this?", ("access", "list")),
        ("who sees our figures", ("access", "list")),
        ("convert 98% to annual", ("annualise", "98%")),
        ("98,5 % a month", ("annualise", "98,5 %")),
        ("smb monthly", (QUESTION, "smb monthly")),
    ],
)
def test_a_sentence_that_means_a_command_is_one(text: str, expected: tuple[str, str]) -> None:
    assert split_command(text, COMMANDS) == expected
