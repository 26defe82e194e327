import pytest

from tests.bot.channels.scene import EventScene
from tests.slack.happenings import revoke_tokens, uninstall

pytestmark = pytest.mark.slack


def test_a_removed_app_sends_nothing_more_until_slack_knows_it_again(
    happening: EventScene,
) -> None:
    office = happening.office
    key = office.enqueue(office.subscribe())

    happening.after(lambda: uninstall(office.slack))
    opened = happening.circuit()
    office.send()
    tried = office.posts()
    office.slack.workspace.mend_token(office.slack.bot_token)
    office.settle_down()

    assert opened is not None
    assert opened.reason == "app_uninstalled"
    assert tried == []
    assert happening.circuit() is None
    assert office.row(key).slack_ts
    assert len(office.shown()) == 1


def test_a_revoked_bot_token_stops_all_sending(happening: EventScene) -> None:
    happening.after(lambda: revoke_tokens(happening.slack, of_bot=True))

    circuit = happening.circuit()
    assert circuit is not None
    assert circuit.reason == "token_revoked"


def test_somebodys_own_token_is_none_of_ours(happening: EventScene) -> None:
    happening.after(lambda: revoke_tokens(happening.slack, of_bot=False))

    assert happening.circuit() is None
