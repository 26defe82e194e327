from datetime import UTC, datetime

import pytest

from bot.slack.client import slack_moment

NINE = datetime(2026, 11, 21, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "moment"),
    [
        pytest.param({"Date": "Sat, 21 Nov 2026 09:00:00 GMT"}, NINE, id="as-slack-says-it"),
        pytest.param({"date": "Sat, 21 Nov 2026 10:00:00 +0100"}, NINE, id="another-zone"),
        pytest.param({"date": "Sat, 21 Nov 2026 09:00:00 -0000"}, NINE, id="no-zone"),
        pytest.param({"date": "yesterday"}, None, id="junk"),
        pytest.param({"date": ""}, None, id="empty"),
        pytest.param({}, None, id="missing"),
    ],
)
def test_the_header_says_what_time_it_is(headers: dict[str, str], moment: datetime | None) -> None:
    assert slack_moment(headers) == moment
