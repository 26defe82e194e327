import json
import urllib.request
from urllib.error import HTTPError

import pytest
from slack_sdk import WebClient
from slack_sdk.webhook import WebhookClient

from tests.slack.errors import ImpossibleActionError
from tests.slack.interactions import Failure, Interaction
from tests.slack.people import Channel, User, UserKind
from tests.slack.server import FakeSlack

BUTTON = {"type": "button", "action_id": "more", "text": {"type": "plain_text", "text": "More"}}
BLOCKS = [{"type": "actions", "elements": [BUTTON]}]


@pytest.fixture
def asked(slack: FakeSlack, ana: User, revops: Channel) -> Interaction:
    return slack.slash(ana, revops, "/nrr", "enterprise")


def respond(interaction: Interaction) -> WebhookClient:
    assert interaction.response_url is not None
    return WebhookClient(interaction.response_url.url)


def test_an_answer_is_ephemeral_by_default(asked: Interaction, ana: User, revops: Channel) -> None:
    reply = respond(asked).send(text="NRR 101.5%")

    assert (reply.status_code, reply.body) == (200, "ok")
    answer = asked.wait_for_answer()
    assert (answer.text, answer.ephemeral_to, answer.channel) == ("NRR 101.5%", ana.id, revops.id)


def test_there_are_five_uses(asked: Interaction) -> None:
    replies = [respond(asked).send(text=f"part {number}") for number in range(6)]

    assert [reply.status_code for reply in replies] == [200] * 5 + [404]
    assert replies[-1].body == "used_url"
    assert len(asked.answers) == 5


def test_there_are_thirty_minutes(slack: FakeSlack, asked: Interaction) -> None:
    slack.clock.advance(29 * 60)
    in_time = respond(asked).send(text="x")
    slack.clock.advance(2 * 60)

    late = respond(asked).send(text="x")

    assert in_time.status_code == 200
    assert (late.status_code, late.body) == (404, "expired_url")


def test_an_unknown_url_is_not_found(slack: FakeSlack) -> None:
    assert WebhookClient(f"{slack.base_url}/commands/guess").send(text="x").status_code == 404


@pytest.mark.parametrize(
    ("body", "error"),
    [
        pytest.param({"blocks": BLOCKS}, "no_text", id="no-text"),
        pytest.param({"text": "x", "blocks": [{"type": "?"}]}, "invalid_blocks", id="blocks"),
        pytest.param(
            {"text": "x", "response_type": "in_channel"}, "invalid_response_type", id="everybody"
        ),
        pytest.param(
            {"text": "x", "replace_original": True}, "invalid_response_type", id="in-its-place"
        ),
        pytest.param({"text": "x", "colour": "red"}, "invalid_payload", id="unknown-key"),
    ],
)
def test_a_wrong_answer_is_refused_and_counts_as_a_use(
    asked: Interaction, body: dict[str, object], error: str
) -> None:
    reply = respond(asked).send_dict(body)

    assert (reply.status_code, reply.body) == (400, error)
    assert asked.response_url is not None
    assert [use.reply for use in asked.response_url.uses] == [error]
    with pytest.raises(TimeoutError, match=f"400 {error}"):
        asked.wait_for_answer(timeout=0)


def test_a_body_that_is_not_json_is_refused(asked: Interaction) -> None:
    assert asked.response_url is not None
    request = urllib.request.Request(asked.response_url.url, data=b"text=x")  # noqa: S310

    with pytest.raises(HTTPError) as failure, urllib.request.urlopen(request):  # noqa: S310
        pass

    with failure.value as answer:
        assert (answer.code, answer.read()) == (400, b"invalid_payload")


def test_an_ephemeral_can_be_clicked_only_by_its_reader(
    slack: FakeSlack, asked: Interaction
) -> None:
    respond(asked).send(text="x", blocks=BLOCKS)
    bob = slack.workspace.add_user("bob")

    with pytest.raises(ImpossibleActionError, match="cannot see"):
        slack.click(bob, asked.wait_for_answer(), "more")


def test_only_a_button_that_is_there_can_be_clicked(
    slack: FakeSlack, asked: Interaction, ana: User
) -> None:
    respond(asked).send(text="x", blocks=BLOCKS)

    with pytest.raises(ImpossibleActionError, match="no element"):
        slack.click(ana, asked.wait_for_answer(), "less")


@pytest.mark.parametrize(
    "kind", [UserKind.EXTERNAL, UserKind.STRANGER, UserKind.DEACTIVATED, UserKind.BOT]
)
def test_some_people_cannot_type_commands(
    slack: FakeSlack, revops: Channel, kind: UserKind
) -> None:
    user = slack.workspace.add_user("someone", kind)

    with pytest.raises(ImpossibleActionError):
        slack.slash(user, revops, "/nrr")

    forced = slack.slash(user, revops, "/nrr", even_if_impossible=True)
    assert forced.wait_for_failure() is Failure.DISPATCH_FAILED


def test_nobody_types_where_they_are_not(slack: FakeSlack, ana: User) -> None:
    elsewhere = slack.workspace.add_channel("elsewhere", members=[])

    with pytest.raises(ImpossibleActionError, match="cannot act"):
        slack.slash(ana, elsewhere, "/nrr")


def test_a_command_has_every_field_slack_documents(asked: Interaction) -> None:
    assert json.loads(json.dumps(asked.payload)).keys() == {
        "token",
        "team_id",
        "team_domain",
        "channel_id",
        "channel_name",
        "user_id",
        "user_name",
        "command",
        "text",
        "api_app_id",
        "is_enterprise_install",
        "response_url",
        "trigger_id",
    }


def test_a_click_in_an_ephemeral_comes_without_the_message(
    slack: FakeSlack, asked: Interaction, ana: User
) -> None:
    respond(asked).send(text="x", blocks=BLOCKS)

    payload = slack.click(ana, asked.wait_for_answer(), "more").payload

    assert "message" not in payload
    assert payload["container"]["is_ephemeral"] is True
    assert payload["user"].keys() == {"id", "username", "name", "team_id"}
    [action] = payload["actions"]
    assert (action["action_id"], action["block_id"]) == ("more", "b1")
    assert action["text"] == {"type": "plain_text", "text": "More", "emoji": True}


def test_a_click_in_a_channel_brings_the_message_along(slack: FakeSlack, client: WebClient) -> None:
    partner = slack.workspace.add_user("partner", UserKind.EXTERNAL)
    shared = slack.workspace.add_channel("partners", is_ext_shared=True)
    client.chat_postMessage(channel=shared.id, text="NRR", blocks=BLOCKS)
    [message] = slack.workspace.messages(shared.id)

    payload = slack.click(partner, message, "more").payload

    assert payload["message"]["text"] == "NRR"
    assert payload["container"]["message_ts"] == message.ts
    assert payload["user"]["team_id"] != payload["team"]["id"]


def test_an_outsider_is_in_no_channel_of_ours_alone(
    slack: FakeSlack, client: WebClient, revops: Channel
) -> None:
    partner = slack.workspace.add_user("partner", UserKind.EXTERNAL)
    client.chat_postMessage(channel=revops.id, text="NRR", blocks=BLOCKS)
    [message] = slack.workspace.messages(revops.id)

    with pytest.raises(ImpossibleActionError, match="cannot act"):
        slack.click(partner, message, "more")


def test_an_option_is_picked_from_a_menu(
    slack: FakeSlack, client: WebClient, ana: User, revops: Channel
) -> None:
    options = [{"text": {"type": "plain_text", "text": name}, "value": name} for name in "ab"]
    menu = {"type": "overflow", "action_id": "pick", "options": options}
    client.chat_postMessage(
        channel=revops.id, text="x", blocks=[{"type": "actions", "elements": [menu]}]
    )
    [message] = slack.workspace.messages(revops.id)

    payload = slack.click(ana, message, "pick", choice="b").payload

    assert payload["actions"][0]["selected_option"]["value"] == "b"
    with pytest.raises(ImpossibleActionError, match="no option 'c'"):
        slack.click(ana, message, "pick", choice="c")
