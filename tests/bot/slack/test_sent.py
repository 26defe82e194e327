from typing import Any

import pytest

from bot.errors import UsageError
from bot.slack.sent import Asker, Click, FieldsError, read_asker, read_click, read_submission

EXPECTED = Asker(user_id="U1", team_id="T1", channel_id="C1", response_url="https://slack.test/r")
BODY: dict[str, Any] = {
    "type": "view_submission",
    "team": {"id": "T1"},
    "user": {"id": "U1"},
    "view": {
        "id": "V1",
        "callback_id": "nrr_digest",
        "private_metadata": '{"channel_id": "C1", "subscription_id": 3}',
        "state": {
            "values": {
                "weekday": {"weekday": {"selected_option": {"value": "mon"}}},
                "dimension": {"dimension": {"selected_option": None}},
                "scope": {"scope": {"value": "smb"}},
                "zone": {"zone": {"value": None}},
                "until": {"until": {"type": "datepicker", "selected_date": "2026-12-05"}},
                "since": {"since": {"type": "datepicker", "selected_date": None}},
                "parts": {"parts": {"selected_options": [{"value": "a"}, {"value": "b"}]}},
                "people": {"people": {"selected_users": ["U1", "U2"]}},
                "channels": {"channels": {"selected_conversations": []}},
            }
        },
    },
}


def test_a_slash_command_says_who_asks() -> None:
    body = {
        "user_id": "U1",
        "team_id": "T1",
        "channel_id": "C1",
        "response_url": "https://slack.test/r",
    }

    assert read_asker(body) == EXPECTED


def test_a_nested_body_says_who_asks() -> None:
    body = {
        "user": {"id": "U1", "team_id": "T2"},
        "team": {"id": "T1"},
        "channel": {"id": "C1"},
        "response_url": "https://slack.test/r",
    }

    assert read_asker(body) == EXPECTED


@pytest.mark.parametrize(
    "body", [{}, {"team": None, "user": "U1"}, {"user_id": 7, "response_url": ["x"]}]
)
def test_of_an_asker_what_is_not_there_is_empty(body: dict[str, object]) -> None:
    assert read_asker(body) == Asker(user_id="", team_id="")


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


def picked(action_id: str, value: str) -> Click:
    option = {"text": {"type": "plain_text", "text": "Share"}, "value": value}
    return read_click({"actions": [{"action_id": action_id, "selected_option": option}]})


def test_an_option_of_the_menu_is_a_click_on_the_button_that_it_names() -> None:
    click = picked("nrr_more", "nrr_share full segment:smb 2026-Q3")

    assert (click.action_id, click.value) == ("nrr_share", "full segment:smb 2026-Q3")


def test_an_option_of_any_other_menu_is_its_value() -> None:
    click = picked("nrr_snooze_for", "7 days")

    assert (click.action_id, click.value) == ("nrr_snooze_for", "7 days")


@pytest.mark.parametrize("value", ["", "nrr_share", " "])
def test_an_option_without_a_question_carries_none(value: str) -> None:
    assert not picked("nrr_more", value).value


@pytest.mark.parametrize("body", [{}, {"actions": []}, {"actions": [{"value": None}]}])
def test_of_a_click_what_is_not_there_is_empty(body: dict[str, object]) -> None:
    click = read_click(body)

    assert (click.action_id, click.value, click.message_ts) == ("", "", "")


def test_who_where_and_what_is_read() -> None:
    read = read_submission(BODY)

    assert (read.asker.user_id, read.asker.team_id, read.asker.channel_id) == ("U1", "T1", "C1")
    assert (read.view_id, read.callback_id) == ("V1", "nrr_digest")
    assert read.about["subscription_id"] == 3
    assert [read.text(name) for name in ("weekday", "scope", "zone", "dimension", "parts")] == [
        "mon",
        "smb",
        "",
        "",
        "",
    ]
    assert (read.several("parts"), read.several("scope")) == (("a", "b"), ())
    assert (read.several("people"), read.several("channels")) == (("U1", "U2"), ())
    assert (read.text("until"), read.text("since")) == ("2026-12-05", "")
    assert read.first_field == "weekday"


@pytest.mark.parametrize("metadata", [None, "", "x", "[]", "4", '"C1"'])
@pytest.mark.parametrize("state", [None, {}, {"values": {}}])
def test_what_is_missing_is_empty(metadata: object, state: object) -> None:
    read = read_submission({"view": {"private_metadata": metadata, "state": state}})

    assert read.asker.channel_id == ""
    assert (read.about, read.fields, read.first_field) == ({}, {}, "")
    assert read_submission({}).view_id == ""


def test_what_is_wrong_with_fields_is_said_in_sentences() -> None:
    error = FieldsError({"scope": UsageError("no such segment"), "zone": UsageError("no zone")})

    assert error.said == {"scope": "No such segment.", "zone": "No zone."}
    assert str(error) == "No such segment. No zone."


def test_all_fields_are_read_and_every_problem_is_told() -> None:
    def refuse(text: str) -> None:
        raise UsageError(f"no {text}")

    read = read_submission(BODY)

    assert read.read_all({"scope": str.upper, "zone": len}) == {"scope": "SMB", "zone": 0}
    with pytest.raises(FieldsError) as error:
        read.read_all({"scope": refuse, "zone": len, "weekday": refuse})
    assert error.value.said == {"scope": "No smb.", "weekday": "No mon."}
