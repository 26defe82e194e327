import json
from datetime import date

from bot.alerts.refs import AlertRef
from bot.alerts.telling.snooze_form import ALERT_SNOOZE_FORM, REASON, UNTIL, snooze_form
from bot.message import Block
from tests.bot.sample_alerts import sustained
from tests.slack.block_kit import find_modal_errors

TODAY = date(2026, 3, 3)


def form() -> Block:
    return snooze_form(sustained().ref, today=TODAY, channel_id="D1")


def test_slack_takes_the_form() -> None:
    assert find_modal_errors(form()) == []
    assert form()["callback_id"] == ALERT_SNOOZE_FORM


def test_it_asks_until_when_and_takes_a_reason() -> None:
    fields = {block["block_id"]: block for block in form()["blocks"]}

    assert list(fields) == [UNTIL, REASON]
    assert fields[UNTIL]["element"]["initial_date"] == "2026-03-17"
    assert "At most 90 days: 1 June 2026." in fields[UNTIL]["hint"]["text"]
    assert [bool(block.get("optional")) for block in fields.values()] == [False, True]


def test_it_knows_which_alert_it_is_about_and_where_it_was_asked_for() -> None:
    about = json.loads(form()["private_metadata"])

    assert AlertRef.parse(about["ref"]) == sustained().ref
    assert about["channel_id"] == "D1"
