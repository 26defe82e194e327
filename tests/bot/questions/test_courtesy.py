import pytest

from bot.questions.courtesy import without_courtesy


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("enterprise last-quarter", "enterprise last-quarter"),
        (
            "hey could you please tell me how is enterprise doing? thanks!",
            "how is enterprise doing?",
        ),
        ("Hi team, we'd like to know the NRR of smb, please :pray:", "the NRR of smb"),
        ("and smb?", "smb?"),
        ("ok, what about smb then?", "smb"),
        (
            "Good morning! Can you show us enterprise by plan, many thanks in advance",
            "enterprise by plan",
        ),
        ("same for smb", "for smb"),
        ("sorry, I meant Q2", "Q2"),
        ("make it last quarter", "last quarter"),
        ("<@U1> <@U2> how is smb doing? cc: <@U3>, <!subteam^S1|@revops>", "how is smb doing?"),
        ("accounts of <@U1>", "accounts of <@U1>"),
        ("why?", "why?"),
        ("everyone but smb", "everyone but smb"),
        ("hi all, all but smb", "all but smb"),
        ("smb :fire: Q3", "smb   Q3"),
        ("plan:pro:max", "plan:pro:max"),
        ("vs smb", "vs smb"),
        ("tell me when it drops", "tell me when it drops"),
        ("thanks!", ""),
        ("never mind", ""),
        ("nvm, what about smb", "smb"),
        ("hello there :wave:", ""),
        ("", ""),
    ],
)
def test_polite_words_around_a_question_are_no_part_of_it(said: str, asked: str) -> None:
    assert without_courtesy(said) == asked


def test_words_that_only_begin_politely_stay() -> None:
    assert without_courtesy("history of andorra") == "history of andorra"
    assert without_courtesy("okayama hiring") == "okayama hiring"


def test_a_long_text_is_not_gone_through() -> None:
    assert without_courtesy("hey " * 5_000) == ("hey " * 5_000).strip()
