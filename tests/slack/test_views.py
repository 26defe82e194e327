import json
import time
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from slack_bolt import Ack, App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.slack.block_kit import find_modal_errors
from tests.slack.bolt_app import Connect, Serve, new_app
from tests.slack.errors import ImpossibleActionError, SlackError
from tests.slack.interactions import Failure
from tests.slack.modal_filling import Filled, fill_in
from tests.slack.modals import Modal
from tests.slack.people import Channel, User
from tests.slack.server import FakeSlack

pytestmark = pytest.mark.slack


def plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def option(value: str) -> dict[str, Any]:
    return {"text": plain(value.title()), "value": value}


def field(block_id: str, element: dict[str, Any], **more: object) -> dict[str, Any]:
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain(block_id.title()),
        "element": {"action_id": f"its-{block_id}", **element},
        **more,
    }


DAY = field(
    "day",
    {
        "type": "static_select",
        "options": [option("mon"), option("tue")],
        "initial_option": option("mon"),
    },
)
SCOPE = field("scope", {"type": "plain_text_input", "max_length": 20}, optional=True)
PARTS = field(
    "parts", {"type": "checkboxes", "options": [option("bridge"), option("trend")]}, optional=True
)
VIEW: dict[str, Any] = {
    "type": "modal",
    "callback_id": "digest",
    "private_metadata": "C1",
    "title": plain("Weekly digest"),
    "submit": plain("Save"),
    "blocks": [{"type": "divider"}, DAY, SCOPE, PARTS],
}


@pytest.fixture
def modal(slack: FakeSlack, client: WebClient, ana: User, revops: Channel) -> Modal:
    asked = slack.slash(ana, revops, "/nrr", "digest here")
    client.views_open(trigger_id=asked.payload["trigger_id"], view=VIEW)
    return slack.wait_for_modal(ana)


def submission(slack: FakeSlack, ana: User, modal: Modal, **values: Filled) -> dict[str, Any]:
    payload = slack.submit(ana, modal, values).payload
    return dict(payload["view"]["state"]["values"])


def refusal(client: WebClient, trigger_id: str, view: object = VIEW) -> str:
    with pytest.raises(SlackApiError) as refused:
        client.api_call("views.open", json={"trigger_id": trigger_id, "view": view})
    return str(refused.value.response["error"])


def test_a_command_opens_a_modal_for_whoever_typed_it(
    slack: FakeSlack, ana: User, modal: Modal
) -> None:
    assert modal.user == ana.id
    assert list(modal.inputs) == ["day", "scope", "parts"]
    assert slack.workspace.modals.of("U99") is None


def test_a_click_opens_one_too(
    slack: FakeSlack, client: WebClient, ana: User, modal: Modal
) -> None:
    sent = slack.submit(ana, modal)

    client.views_open(trigger_id=sent.payload["trigger_id"], view=VIEW)

    assert slack.wait_for_modal(ana).id != modal.id


def test_a_trigger_opens_one_modal_only(client: WebClient, trigger_id: str) -> None:
    client.views_open(trigger_id=trigger_id, view=VIEW)

    assert refusal(client, trigger_id) == "exchanged_trigger_id"


def test_a_trigger_is_good_for_three_seconds(
    slack: FakeSlack, client: WebClient, ana: User, trigger_id: str
) -> None:
    slack.clock.advance(3)

    assert refusal(client, trigger_id) == "expired_trigger_id"
    assert slack.workspace.modals.of(ana.id) is None


def test_a_trigger_that_nobody_pulled_opens_nothing(client: WebClient) -> None:
    assert refusal(client, "12.34.ab") == "invalid_trigger_id"


def test_a_wrong_view_is_refused_with_the_place_and_the_trigger_is_still_good(
    client: WebClient, trigger_id: str
) -> None:
    wrong = VIEW | {"title": plain("x" * 25)}
    with pytest.raises(SlackApiError) as refused:
        client.views_open(trigger_id=trigger_id, view=wrong)

    client.views_open(trigger_id=trigger_id, view=VIEW)

    said = refused.value.response["response_metadata"]["messages"]
    assert said == ["[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"]


@pytest.fixture
def trigger_id(slack: FakeSlack, ana: User, revops: Channel) -> str:
    return str(slack.slash(ana, revops, "/nrr").payload["trigger_id"])


@pytest.mark.parametrize(
    ("view", "error"),
    [
        pytest.param({"type": "home", "blocks": []}, "invalid_arguments", id="home"),
        pytest.param("modal", "invalid_view", id="no-json"),
        pytest.param(VIEW | {"private_metadata": "x" * 250_000}, "view_too_large", id="too-large"),
    ],
)
def test_what_is_no_modal_is_refused(
    client: WebClient, trigger_id: str, view: object, error: str
) -> None:
    assert refusal(client, trigger_id, view) == error


def changed(block: int, **changes: object) -> dict[str, Any]:
    """Return the view with one block changed; a value of None takes a key away."""
    view = deepcopy(VIEW)
    for name, value in changes.items():
        view["blocks"][block].pop(name, None)
        if value is not None:
            view["blocks"][block][name] = value
    return view


NO_ACTION = {key: value for key, value in DAY["element"].items() if key != "action_id"}
MARKED = {"text": {"type": "mrkdwn", "text": "*Mon*"}, "value": "mon"}


@pytest.mark.parametrize(
    ("view", "pointer"),
    [
        pytest.param({k: v for k, v in VIEW.items() if k != "title"}, "/view", id="no-title"),
        pytest.param(VIEW | {"submit": plain("x" * 25)}, "/view/submit/text", id="submit"),
        pytest.param(VIEW | {"close": plain("x" * 25)}, "/view/close/text", id="close"),
        pytest.param(
            VIEW | {"title": {"type": "mrkdwn", "text": "x"}}, "/view/title/type", id="marked-title"
        ),
        pytest.param({k: v for k, v in VIEW.items() if k != "submit"}, "/view", id="no-submit"),
        pytest.param(VIEW | {"blocks": [{"type": "divider"}] * 101}, "/view/blocks", id="blocks"),
        pytest.param(
            VIEW | {"private_metadata": "x" * 3_001}, "/view/private_metadata", id="metadata"
        ),
        pytest.param(VIEW | {"callback_id": "x" * 256}, "/view/callback_id", id="callback_id"),
        pytest.param(VIEW | {"colour": "red"}, "/view", id="unknown-key"),
        pytest.param(VIEW | {"blocks": [{"type": "table"}]}, "/view/blocks/0/type", id="table"),
        pytest.param(changed(1, label=None), "/view/blocks/1", id="no-label"),
        pytest.param(changed(1, element=None), "/view/blocks/1", id="no-element"),
        pytest.param(changed(1, block_id=None), "/view/blocks/1", id="no-block_id"),
        pytest.param(changed(1, element=NO_ACTION), "/view/blocks/1/element", id="no-action_id"),
        pytest.param(
            changed(1, element={"type": "overflow", "options": [option("a")]}),
            "/view/blocks/1/element/type",
            id="overflow",
        ),
        pytest.param(
            changed(1, element={**DAY["element"], "initial_option": option("wed")}),
            "/view/blocks/1/element/initial_option",
            id="initial-option",
        ),
        pytest.param(
            changed(3, element={**PARTS["element"], "initial_options": [option("pie")]}),
            "/view/blocks/3/element/initial_options",
            id="initial-options",
        ),
        pytest.param(
            changed(1, element={**DAY["element"], "options": [MARKED]}),
            "/view/blocks/1/element/options/0/text/type",
            id="marked-option",
        ),
        pytest.param(
            changed(1, element={**DAY["element"], "options": [option(str(n)) for n in range(101)]}),
            "/view/blocks/1/element/options",
            id="options",
        ),
        pytest.param(changed(1, block_id="scope"), "/view/blocks/2/block_id", id="block_id-twice"),
    ],
)
def test_what_is_wrong_with_a_modal_is_named(view: dict[str, Any], pointer: str) -> None:
    assert find_modal_errors(VIEW) == []
    assert pointer in [error.pointer for error in find_modal_errors(view)]


def test_fields_that_nobody_touches_hold_what_they_began_with(
    slack: FakeSlack, ana: User, modal: Modal
) -> None:
    state = submission(slack, ana, modal)

    assert state == {
        "day": {"its-day": {"type": "static_select", "selected_option": option("mon")}},
        "scope": {"its-scope": {"type": "plain_text_input", "value": None}},
        "parts": {"its-parts": {"type": "checkboxes", "selected_options": []}},
    }


def test_what_a_person_fills_in_comes_along(slack: FakeSlack, ana: User, modal: Modal) -> None:
    state = submission(slack, ana, modal, day="tue", scope="enterprise", parts=["trend"])

    assert state["day"]["its-day"]["selected_option"] == option("tue")
    assert state["scope"]["its-scope"]["value"] == "enterprise"
    assert state["parts"]["its-parts"]["selected_options"] == [option("trend")]


UNTIL = field("until", {"type": "datepicker", "initial_date": "2026-12-05"})
DATED = Modal(id="V1", user="U1", view=VIEW | {"blocks": [UNTIL]}, hash="1.a")


@pytest.mark.parametrize(
    ("values", "day"),
    [
        pytest.param({}, "2026-12-05", id="untouched"),
        pytest.param({"until": "2028-02-29"}, "2028-02-29", id="picked"),
    ],
)
def test_a_day_is_picked_from_a_calendar(values: dict[str, Filled], day: str) -> None:
    assert fill_in(DATED, values) == {
        "until": {"its-until": {"type": "datepicker", "selected_date": day}}
    }


@pytest.mark.parametrize("day", ["2026-02-29", "tomorrow", "2026-13-01"])
def test_a_day_that_no_calendar_has_cannot_be_picked(day: str) -> None:
    with pytest.raises(ImpossibleActionError, match="no day"):
        fill_in(DATED, {"until": day})


def test_a_day_can_be_cleared_only_where_none_is_needed() -> None:
    with pytest.raises(ImpossibleActionError, match="has to be filled in"):
        fill_in(DATED, {"until": None})


def test_a_submission_has_no_channel_and_no_response_url(
    slack: FakeSlack, ana: User, modal: Modal
) -> None:
    payload = slack.submit(ana, modal).payload

    assert payload["type"] == "view_submission"
    assert (payload["view"]["callback_id"], payload["view"]["private_metadata"]) == ("digest", "C1")
    assert payload["user"]["id"] == ana.id
    assert payload["response_urls"] == []
    assert payload.keys().isdisjoint({"channel", "response_url"})


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        pytest.param({"day": None}, "has to be filled in", id="required"),
        pytest.param({"day": "sun"}, "has no option", id="option"),
        pytest.param({"scope": "x" * 21}, "21 characters", id="long"),
        pytest.param({"hour": "9"}, "no field hour", id="unknown"),
    ],
)
def test_nobody_can_send_what_slack_does_not_let_them(
    slack: FakeSlack, ana: User, modal: Modal, values: dict[str, Any], reason: str
) -> None:
    with pytest.raises(ImpossibleActionError, match=reason):
        slack.submit(ana, modal, values)


def test_a_modal_can_only_be_submitted_by_who_sees_it(slack: FakeSlack, modal: Modal) -> None:
    bob = slack.workspace.add_user("bob")

    with pytest.raises(ImpossibleActionError, match="does not see"):
        slack.submit(bob, modal)


Answer = Callable[[Ack], object]


def app_that(slack: FakeSlack, answer: Answer) -> App:
    app = new_app(slack)

    @app.view("digest")
    def on_submission(ack: Ack) -> None:
        answer(ack)

    return app


@pytest.fixture(params=["socket", "http"])
def run_app(request: pytest.FixtureRequest, connect: Connect, serve: Serve) -> Callable[[App], Any]:
    """Run a Bolt app over Socket Mode, then over signed HTTP."""
    return connect if request.param == "socket" else serve


def test_an_acknowledged_submission_closes_the_modal(
    slack: FakeSlack, ana: User, modal: Modal, run_app: Callable[[App], Any]
) -> None:
    run_app(app_that(slack, lambda ack: ack()))

    sent = slack.submit(ana, modal)

    assert not sent.wait_for_ack().is_late
    assert slack.workspace.modals.of(ana.id) is None
    assert slack.violations == []
    with pytest.raises(ImpossibleActionError):
        slack.submit(ana, modal)


def test_errors_are_shown_beside_the_fields_and_the_modal_stays(
    slack: FakeSlack, ana: User, modal: Modal, run_app: Callable[[App], Any]
) -> None:
    said = {"scope": "is not a segment"}
    run_app(app_that(slack, lambda ack: ack(response_action="errors", errors=said)))

    sent = slack.submit(ana, modal, {"scope": "nonsense"})

    assert sent.wait_for_field_errors() == said
    assert slack.workspace.modals.of(ana.id) == modal


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param({"response_action": "errors", "errors": {"nowhere": "x"}}, id="unknown-block"),
        pytest.param({"response_action": "errors", "errors": {}}, id="no-errors"),
        pytest.param({"response_action": "errors"}, id="errors-missing"),
        pytest.param({"response_action": "push", "view": VIEW}, id="unknown-action"),
        pytest.param({"text": "Saved"}, id="a-message"),
    ],
)
def test_an_answer_that_slack_cannot_use_leaves_the_modal_open(
    slack: FakeSlack, ana: User, modal: Modal, answer: dict[str, Any]
) -> None:
    with pytest.raises(SlackError):
        slack.workspace.modals.answer(modal, json.dumps(answer))

    assert slack.workspace.modals.of(ana.id) == modal


def test_an_answer_that_slack_cannot_use_is_noted(
    slack: FakeSlack, ana: User, modal: Modal, serve: Serve
) -> None:
    said = {"nowhere": "x"}
    serve(app_that(slack, lambda ack: ack(response_action="errors", errors=said)))

    sent = slack.submit(ana, modal)

    assert sent.wait_for_ack().status == 200
    assert sent.refusals == ["invalid_response"]


@pytest.mark.parametrize("ack_deadline_seconds", [0.2])
def test_a_bot_that_is_late_leaves_the_modal_open(
    slack: FakeSlack, ana: User, modal: Modal, connect: Connect
) -> None:
    def late(ack: Ack) -> None:
        time.sleep(0.4)
        ack()

    connect(app_that(slack, late))

    sent = slack.submit(ana, modal)

    assert sent.wait_for_failure() is Failure.OPERATION_TIMEOUT
    assert sent.wait_for_ack().is_late
    assert slack.workspace.modals.of(ana.id) == modal


PICKED = field(
    "people",
    {"type": "multi_users_select", "initial_users": ["U1"], "max_selected_items": 2},
    optional=True,
)
ROOMS = field(
    "rooms",
    {
        "type": "multi_conversations_select",
        "filter": {"include": ["public", "private"], "exclude_external_shared_channels": True},
    },
    optional=True,
)
PICKING = Modal(id="V1", user="U1", view=VIEW | {"blocks": [PICKED, ROOMS]}, hash="1.a")


def test_people_and_channels_are_picked_by_their_ids() -> None:
    state = fill_in(PICKING, {"people": ["U2", "W3"], "rooms": ["C1", "G2"]})
    untouched = fill_in(PICKING, {})

    assert state["people"]["its-people"]["selected_users"] == ["U2", "W3"]
    assert state["rooms"]["its-rooms"]["selected_conversations"] == ["C1", "G2"]
    assert untouched["people"]["its-people"]["selected_users"] == ["U1"]
    assert untouched["rooms"]["its-rooms"]["selected_conversations"] == []


@pytest.mark.parametrize(
    "values", [{"people": ["U1", "U2", "U3"]}, {"people": ["C1"]}, {"rooms": ["U1"]}]
)
def test_nobody_can_pick_too_many_or_what_is_not_offered(values: dict[str, Filled]) -> None:
    with pytest.raises(ImpossibleActionError, match=r"does not take|offers nothing"):
        fill_in(PICKING, values)


@pytest.mark.parametrize(
    ("element", "pointer"),
    [
        pytest.param(
            {**ROOMS["element"], "filter": {"include": ["shared"]}},
            "/view/blocks/0/element/filter/include/0",
            id="filter",
        ),
        pytest.param(
            {**PICKED["element"], "max_selected_items": 0},
            "/view/blocks/0/element/max_selected_items",
            id="none-at-most",
        ),
        pytest.param(
            {**PICKED["element"], "initial_users": [""]},
            "/view/blocks/0/element/initial_users/0",
            id="no-id",
        ),
    ],
)
def test_what_is_wrong_with_a_picker_is_named(element: dict[str, Any], pointer: str) -> None:
    view = VIEW | {"blocks": [PICKED | {"element": element}]}

    assert find_modal_errors(PICKING.view) == []
    assert pointer in [error.pointer for error in find_modal_errors(view)]
