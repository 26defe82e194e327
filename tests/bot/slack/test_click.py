import pytest

from bot.slack.click import read_click


def test_a_click_says_which_button_and_what_it_carries() -> None:
    click = read_click(
        {
            "actions": [
                {
                    "action_id": "nrr_share",
                    "block_id": "nrr_answer_v1",
                    "value": "enterprise 2026-Q3",
                }
            ],
            "container": {"message_ts": "17.5"},
            "user": {"id": "U1"},
        }
    )

    assert (click.action_id, click.block_id) == ("nrr_share", "nrr_answer_v1")
    assert (click.value, click.message_ts, click.asker.user_id) == (
        "enterprise 2026-Q3",
        "17.5",
        "U1",
    )


@pytest.mark.parametrize("body", [{}, {"actions": []}, {"actions": [{"value": None}]}])
def test_what_is_not_there_is_empty(body: dict[str, object]) -> None:
    click = read_click(body)

    assert (click.action_id, click.value, click.message_ts) == ("", "", "")
