import pytest

from bot.slack.ids import is_channel, is_group, is_person, looks_like_user, mention


@pytest.mark.parametrize(
    ("slack_id", "shown"),
    [
        ("U012AB3CD", "<@U012AB3CD>"),
        ("W012AB3CD", "<@W012AB3CD>"),
        ("S012AB3CD", "<!subteam^S012AB3CD>"),
        ("C012AB3CD", "<#C012AB3CD>"),
        ("G012AB3CD", "<#G012AB3CD>"),
    ],
)
def test_an_id_is_shown_as_what_it_names(slack_id: str, shown: str) -> None:
    assert mention(slack_id) == shown


def test_nothing_and_a_direct_message_are_neither_person_nor_group_nor_channel() -> None:
    for slack_id in ("", "D012AB3CD"):
        assert [is_person(slack_id), is_group(slack_id), is_channel(slack_id)] == [False] * 3


@pytest.mark.parametrize("name", ["WALTER", "URSULA", "U1", "u012ab3cd", "U012AB3CD ", ""])
def test_a_name_of_the_ledger_is_no_user(name: str) -> None:
    assert not looks_like_user(name)
