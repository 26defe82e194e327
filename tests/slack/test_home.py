from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.slack.block_kit import Surface, find_errors
from tests.slack.errors import ImpossibleActionError
from tests.slack.people import User
from tests.slack.server import FakeSlack

BUTTON = {"type": "button", "action_id": "ask", "text": {"type": "plain_text", "text": "Ask"}}
HOME = {"type": "home", "blocks": [{"type": "actions", "elements": [BUTTON]}]}


def test_a_published_home_tab_can_be_clicked(
    slack: FakeSlack, client: WebClient, ana: User
) -> None:
    client.views_publish(user_id=ana.id, view=HOME)

    payload = slack.click_home(ana, "ask").payload

    view = slack.workspace.home(ana.id)
    assert view is not None
    assert payload["container"] == {"type": "view", "view_id": view.id}
    assert payload["view"]["blocks"][0]["elements"][0]["action_id"] == "ask"
    assert "response_url" not in payload


def test_nothing_can_be_clicked_on_a_home_tab_that_was_never_published(
    slack: FakeSlack, ana: User
) -> None:
    with pytest.raises(ImpossibleActionError, match="no Home tab"):
        slack.click_home(ana, "ask")


def test_opening_the_home_tab_is_an_event(slack: FakeSlack, ana: User) -> None:
    event = slack.open_home(ana).payload["event"]

    assert (event["type"], event["user"], event["tab"]) == ("app_home_opened", ana.id, "home")


@pytest.mark.parametrize(
    "view",
    [
        pytest.param({"type": "modal", "blocks": []}, id="modal"),
        pytest.param({"type": "home", "blocks": [{"type": "?"}]}, id="unknown-block"),
        pytest.param({"type": "home", "blocks": [], "title": "NRR"}, id="unknown-key"),
    ],
)
def test_a_wrong_home_tab_is_refused(
    slack: FakeSlack, client: WebClient, ana: User, view: dict[str, Any]
) -> None:
    with pytest.raises(SlackApiError, match="invalid_arguments"):
        client.views_publish(user_id=ana.id, view=view)

    assert slack.workspace.home(ana.id) is None


def test_a_home_tab_holds_a_hundred_blocks_and_no_chart() -> None:
    divider = {"type": "divider"}

    assert find_errors([divider] * 100, Surface.HOME) == []
    assert find_errors([divider] * 101, Surface.HOME)
    assert (
        find_errors([{"type": "data_visualization"}], Surface.HOME)[0].pointer == "/blocks/0/type"
    )


def test_a_view_is_not_replaced_by_whoever_saw_an_older_one(
    slack: FakeSlack, client: WebClient, ana: User
) -> None:
    first = client.views_publish(user_id=ana.id, view=HOME)["view"]["hash"]
    second = client.views_publish(user_id=ana.id, view=HOME, hash=first)["view"]["hash"]

    with pytest.raises(SlackApiError, match="hash_conflict"):
        client.views_publish(user_id=ana.id, view=HOME, hash=first)

    view = slack.workspace.home(ana.id)
    assert view is not None
    assert view.hash == second != first


def test_whoever_opens_the_home_tab_again_brings_along_what_they_see(
    slack: FakeSlack, client: WebClient, ana: User
) -> None:
    before = slack.open_home(ana).payload["event"]
    client.views_publish(user_id=ana.id, view=HOME)

    again = slack.open_home(ana).payload["event"]
    beside = slack.open_home(ana, tab="messages").payload["event"]

    assert "view" not in before
    assert again["view"]["blocks"][0]["type"] == "actions"
    assert (beside["tab"], "view" in beside) == ("messages", False)
