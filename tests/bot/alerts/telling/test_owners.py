import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.alerts.telling.owners import REMEMBERED_SECONDS, OwnerDirectory
from tests.bot.edge import Stopwatch
from tests.slack.faults import Fault
from tests.slack.people import UserKind
from tests.slack.server import FakeSlack

pytestmark = pytest.mark.slack


@pytest.fixture
def clock() -> Stopwatch:
    return Stopwatch()


@pytest.fixture
def directory(slack: FakeSlack, clock: Stopwatch) -> OwnerDirectory:
    client = WebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[])
    return OwnerDirectory(client, now=clock)


def looked_up(slack: FakeSlack) -> int:
    return len(slack.calls_to("users.lookupByEmail"))


def test_a_user_id_is_who_it_names(slack: FakeSlack, directory: OwnerDirectory) -> None:
    assert directory.find("U012AB3CD") == "U012AB3CD"
    assert looked_up(slack) == 0


def test_an_e_mail_is_looked_up_once_an_hour(
    slack: FakeSlack, directory: OwnerDirectory, clock: Stopwatch
) -> None:
    maya = slack.workspace.add_user("maya")

    assert [directory.find(maya.email) for _ in range(2)] == [maya.id, maya.id]
    assert looked_up(slack) == 1
    clock.seconds += REMEMBERED_SECONDS
    directory.find(maya.email)
    assert looked_up(slack) == 2


@pytest.mark.parametrize("owner", ["WALTER", "maya.ortiz", "", "nobody@example.com"])
def test_who_is_not_here_is_nobody(directory: OwnerDirectory, owner: str) -> None:
    assert directory.find(owner) is None


def test_somebody_who_left_is_nobody(slack: FakeSlack, directory: OwnerDirectory) -> None:
    gone = slack.workspace.add_user("gone", kind=UserKind.DEACTIVATED)

    assert directory.find(gone.email) is None


def test_without_the_scope_nobody_is_found_by_e_mail(
    slack: FakeSlack, directory: OwnerDirectory
) -> None:
    maya = slack.workspace.add_user("maya")
    slack.workspace.drop_scope(slack.bot_token, "users:read.email")

    assert directory.find(maya.email) is None


def test_while_slack_does_not_answer_it_is_not_decided_who_is_told(
    slack: FakeSlack, directory: OwnerDirectory
) -> None:
    maya = slack.workspace.add_user("maya")
    slack.faults.next("users.lookupByEmail", Fault.error("internal_error"))

    with pytest.raises(SlackApiError):
        directory.find(maya.email)
    assert directory.find(maya.email) == maya.id
