import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial

import pytest

from bot.alerts.refs import AlertRef, alert_of
from bot.alerts.telling.buttons import ALERT_DETAILS, alert_buttons
from bot.alerts.telling.chart import HEIGHT
from bot.alerts.telling.details import AlertMessage, NoticeDetails
from bot.alerts.telling.message import MOST_BESIDE, alert_message, details_message
from bot.alerts.telling.wording.sentences import footer
from bot.alerts.telling.wording.titles import title
from bot.charts.sheet import WIDTH
from bot.message import Block, Message
from bot.style.figures import short_money
from bot.style.framing import MAX_BLOCKS_JSON, MAX_TEXT
from bot.style.pictures import with_pictures, without_pictures
from bot.treatments.reading import default_playbook
from metrics.alerts.rules import RuleKind, Window
from metrics.change import Component
from metrics.segments import VALUE_TIER_NAMES
from storage.ledger.account_changes import AccountChange
from tests.bot.sample_alerts import (
    ACME,
    GLOBEX,
    INITECH,
    against_month_before,
    barely_masked,
    below_floor,
    below_level,
    briefing,
    failed,
    many,
    masked,
    of_one_account,
    provisional_drop,
    provisional_loss,
    recovered,
    reminded,
    rule_changed,
    shocked,
    snooze_ended,
    stale,
    sustained,
    with_figures,
    with_segments_called,
    withdrawn,
    worse,
)
from tests.bot.sample_answers import HOSTILE_NAME
from tests.bot.shown import kinds
from tests.bot.style.heights import DESKTOP, PICTURE_TITLE, SCREEN, height_of
from tests.slack.block_kit import find_errors

RTL_NAME = "\u05d7\u05d1\u05e8\u05d4 \u202e evil"
DRIVERS = (ACME, GLOBEX, INITECH)
NAMES = ("Acme", "Globex", "Initech", "ana@example.com", "U012AB3CD")


def hostile(name: str) -> NoticeDetails:
    drivers = tuple(
        replace(one, name=name, attributes={"owner": name}) for one in (ACME, GLOBEX, INITECH)
    )
    details = sustained(drivers=drivers)
    rule = details.rule.over(((name, name), ("tier", name)))
    return replace(with_segments_called(name, details), rule=rule)


def told_alone(build: Callable[[], NoticeDetails]) -> AlertMessage:
    return briefing(build())


DETAILS: dict[str, Callable[[], NoticeDetails]] = {
    "sustained": sustained,
    "shock": shocked,
    "one account": of_one_account,
    "floor": below_floor,
    "masked": masked,
    "barely masked": barely_masked,
    "points": lambda: against_month_before(RuleKind.POINT_DROP),
    "percent": lambda: against_month_before(RuleKind.PERCENT_DROP),
    "reminder": reminded,
    "worse": worse,
    "recovered": recovered,
    "withdrawn": withdrawn,
    "rule changed": rule_changed,
    "stale": stale,
    "error": failed,
    "snooze ended": snooze_ended,
    "provisional": provisional_drop,
    "provisional of one account": provisional_loss,
    "level": below_level,
    "quarterly level": lambda: below_level(window=Window.QUARTER),
    "hostile": lambda: hostile(HOSTILE_NAME),
    "right to left": lambda: hostile(RTL_NAME),
    "long names": lambda: hostile("x" * 300),
}


def recovered_without_a_baseline() -> NoticeDetails:
    details = recovered()
    verdict = details.notice.transition.verdict
    assert verdict is not None
    bare = replace(verdict, baseline=None, threshold=None, deviation=None)
    transition = replace(details.notice.transition, verdict=bare)
    return replace(details, notice=replace(details.notice, transition=transition))


DETAILS["recovered without a baseline"] = recovered_without_a_baseline
MESSAGES: dict[str, Callable[[], AlertMessage]] = {
    **{name: partial(told_alone, details) for name, details in DETAILS.items()},
    "twelve": many,
    "twelve with long names": lambda: replace(
        many("x" * 300), notices=(hostile("x" * 300), *many("x" * 300).notices[1:])
    ),
    "twelve hostile": lambda: many(HOSTILE_NAME),
    "breakdown": lambda: briefing(sustained(), breakdown=many().notices[1:]),
    "no names": lambda: briefing(sustained(), names_shown=False),
}
every = pytest.mark.parametrize("build", MESSAGES.values(), ids=MESSAGES.keys())
every_detail = pytest.mark.parametrize("build", DETAILS.values(), ids=DETAILS.keys())


def buttons(blocks: tuple[Block, ...]) -> list[str]:
    return [
        element["action_id"]
        for block in blocks
        if block["type"] == "actions"
        for element in block["elements"]
    ]


def everything_in(message: Message) -> str:
    return json.dumps(message.blocks, ensure_ascii=False) + message.text


def assert_slack_takes(message: Message) -> None:
    for blocks in (message.blocks, message.plainer or ()):
        assert find_errors(list(blocks)) == []
        assert find_errors(list(with_pictures(blocks, [("F00000001", "the line" * 100)]))) == []
        assert find_errors(list(without_pictures(blocks))) == []
        assert len(json.dumps(blocks, ensure_ascii=False)) <= MAX_BLOCKS_JSON
    assert len(message.text) <= MAX_TEXT


@every
def test_slack_takes_it_with_and_without_its_picture(build: Callable[[], AlertMessage]) -> None:
    assert_slack_takes(alert_message(build()))


@every
def test_the_text_pings_nobody_and_formats_nothing(build: Callable[[], AlertMessage]) -> None:
    text = alert_message(build()).text

    assert not set("<>*`~") & set(text)
    assert "\u202e" not in text


@every_detail
def test_slack_takes_one_story_alone(build: Callable[[], NoticeDetails]) -> None:
    for names_shown in (True, False):
        assert_slack_takes(details_message(build(), names_shown=names_shown))


def test_where_no_account_is_named_it_says_how_to_get_account_detail() -> None:
    said = "Which accounts it was takes account detail: Accounts says how to get that."

    assert said in alert_message(briefing(sustained(), names_shown=False)).text
    assert said not in alert_message(briefing(sustained())).text
    nobody = briefing(sustained(drivers=()), names_shown=False)
    assert said not in alert_message(nobody).text  # nor is there that button


def test_it_opens_with_the_finding_and_ends_with_what_it_rests_on() -> None:
    message = alert_message(briefing(sustained()))

    assert kinds(message.blocks) == ["header", "rich_text", "actions", "context"]
    assert message.blocks[0]["text"]["text"] == title(sustained())
    assert message.blocks[-1]["elements"][0]["text"] == footer(sustained())


def test_the_first_line_alone_is_a_notification() -> None:
    assert alert_message(many()).text.splitlines()[0] == title(sustained())


def test_every_figure_of_the_message_is_in_its_text() -> None:
    text = alert_message(replace(many(), breakdown=(masked(),), more=2)).text

    for figure in (
        *("98.0%", "4.0 points below usual", "102.0%", "$24k", "2.0 points of the 4.0", "$40k MRR"),
        *("$480k ARR", "it paid $12k MRR", "fell below 90%: now 88.0%"),
        *("stands for the alerts of the whole company 85.0%", "And 9 more: /nrr alerts"),
    ):
        assert figure in text


def test_the_picture_stands_above_the_buttons() -> None:
    blocks = alert_message(many()).blocks

    shown = [block["type"] for block in with_pictures(blocks, [("F00000001", "the line")])]
    at = shown.index("image")
    assert shown[at + 1] == "actions"


def test_an_alert_can_be_acted_on_with_what_each_button_carries() -> None:
    details = sustained()
    message = alert_message(briefing(details))

    [row] = [block for block in message.blocks if block["type"] == "actions"]
    assert [element["action_id"] for element in row["elements"]] == [
        *("alert_acknowledge", "alert_snooze", "alert_accounts", "alert_answer", "alert_mute")
    ]
    values = [element["value"] for element in row["elements"] if "value" in element]
    assert {AlertRef.parse(value) for value in values} == {details.ref}
    assert {AlertRef.parse(alert_of(element)) for element in row["elements"]} == {details.ref}


def test_a_menu_snoozes_for_a_day_a_week_or_two_or_until_a_day() -> None:
    details = sustained()

    [_, menu, *_] = alert_buttons(details)

    ref = details.ref.text()
    assert menu["placeholder"]["text"] == "Snooze"
    assert [(option["text"]["text"], option["value"]) for option in menu["options"]] == [
        *(("1 day", f"{ref} 1"), ("1 week", f"{ref} 7"), ("2 weeks", f"{ref} 14")),
        ("until a day ...", ref),
    ]


def to_somebody_else() -> AlertMessage:
    details = sustained()
    return briefing(replace(details, notice=replace(details.notice, recipient_id="U0OTHER99")))


LONGEST_PLAY = max(
    (
        found
        for segment in (None, *default_playbook().segments)
        for tier in VALUE_TIER_NAMES
        for lever in (Component.CHURN, Component.CONTRACTION)
        if (found := default_playbook().play(segment, tier, lever))
    ),
    key=len,
)


def to_the_owner() -> AlertMessage:
    """The owner of two accounts is told of both, and when the one that pays less renews."""
    cut = replace(ACME, closing=900_000, drivers={"price": -200_000, "downgrade": -100_000})
    left = replace(GLOBEX, attributes=ACME.attributes, drivers={"competitor": -900_000})
    days = {ACME.account_id: date(2027, 12, 14)}
    plays = {ACME.account_id: LONGEST_PLAY}
    details = sustained(drivers=(cut, left, INITECH))
    return briefing(with_figures(details, renewals=days, plays=plays))


def to_the_owner_with_two_beneath() -> AlertMessage:
    return replace(many(), notices=(*to_the_owner().notices, *many().notices[1:]))


def to_the_owner_for_its_segments() -> AlertMessage:
    return replace(to_the_owner(), breakdown=many().notices[1:3])


def with_one_beneath(message: AlertMessage) -> AlertMessage:
    return replace(message, notices=(*message.notices, many("x" * 300).notices[1]))


HIGHEST = 600  # pixels, at a width of 700


@pytest.mark.parametrize(
    "build",
    [
        *MESSAGES.values(),
        to_somebody_else,
        to_the_owner,
        to_the_owner_with_two_beneath,
        to_the_owner_for_its_segments,
        lambda: with_one_beneath(to_the_owner()),
        lambda: with_one_beneath(told_alone(lambda: hostile("x" * 300))),
    ],
    ids=[
        *MESSAGES,
        "largest",
        "owner",
        "owner with two",
        "owner of segments",
        "owner with one",
        "long with one",
    ],
)
def test_an_alert_with_its_picture_fits_on_a_screen(build: Callable[[], AlertMessage]) -> None:
    picture = PICTURE_TITLE + HEIGHT / WIDTH * SCREEN[DESKTOP]

    assert height_of(alert_message(build()).blocks) + picture <= HIGHEST


def test_only_an_owner_reads_what_the_playbook_says_and_where_there_is_room() -> None:
    play = f"Playbook: {LONGEST_PLAY}"

    assert play in alert_message(to_the_owner()).text
    assert play in alert_message(to_the_owner_for_its_segments()).text
    assert play in details_message(to_the_owner().notices[0], names_shown=True).text
    assert play not in alert_message(to_the_owner_with_two_beneath()).text
    assert play not in details_message(to_the_owner().notices[0], names_shown=False).text
    other = replace(to_the_owner().notices[0].notice, recipient_id="U0OTHER99")
    beside = replace(to_the_owner().notices[0], notice=other)
    assert play not in alert_message(briefing(beside)).text


def test_an_owner_reads_of_their_accounts_once_and_of_the_others_beside() -> None:
    said = alert_message(to_the_owner()).text

    assert "Largest: Initech (−$8k)\nYours: Acme pays" in said
    assert "Globex left (competitor), it paid $9k MRR" in said
    assert "renews on 14 Dec 2027" in said


def test_above_two_others_the_accounts_are_behind_their_button_alone() -> None:
    message, one = alert_message(many()), alert_message(with_one_beneath(to_somebody_else()))

    assert "Largest" not in message.text
    assert "Largest" in one.text
    assert "alert_accounts" in buttons(message.blocks)


@pytest.mark.parametrize(
    ("details", "offered"),
    [
        pytest.param(recovered, ["alert_answer"], id="recovered"),
        pytest.param(
            provisional_drop, ["alert_accounts", "alert_answer", "alert_mute"], id="provisional"
        ),
        pytest.param(withdrawn, ["alert_answer"], id="withdrawn"),
        pytest.param(rule_changed, ["alert_answer"], id="rule-changed"),
        pytest.param(stale, ["alert_answer"], id="stale"),
        pytest.param(
            reminded,
            ["alert_acknowledge", "alert_snooze", "alert_answer", "alert_mute"],
            id="no-account-to-show",
        ),
    ],
)
def test_what_is_over_takes_no_acknowledgement(
    details: Callable[[], NoticeDetails], offered: list[str]
) -> None:
    assert buttons(alert_message(briefing(details())).blocks) == offered


def test_what_was_never_judged_has_no_buttons() -> None:
    details = failed()
    transition = replace(details.notice.transition, period=None, verdict=None)
    details = replace(details, notice=replace(details.notice, transition=transition))
    details = with_figures(details, history=())

    assert buttons(alert_message(briefing(details)).blocks) == []


def test_further_alerts_have_a_line_and_a_button_each() -> None:
    whole = many()
    blocks = alert_message(whole).blocks

    beside = [block["accessory"] for block in blocks if "accessory" in block]
    assert [button["action_id"] for button in beside] == [ALERT_DETAILS] * MOST_BESIDE
    assert [AlertRef.parse(button["value"]) for button in beside] == [
        details.ref for details in whole.notices[1 : MOST_BESIDE + 1]
    ]
    last = blocks[-1]["elements"][0]["text"]
    assert last.startswith(f"And {11 - MOST_BESIDE} more: /nrr alerts · Closed through")


def test_segments_under_the_companys_alert_are_named_in_one_line() -> None:
    message = alert_message(briefing(sustained(), breakdown=many().notices[1:3]))

    assert not any("accessory" in block for block in message.blocks)
    assert "It stands for the alerts of segment 0 98.0%, segment 1 88.0%." in message.text
    assert "more: /nrr alerts" not in message.text


@pytest.mark.parametrize(
    "message",
    [
        pytest.param(alert_message(briefing(sustained(), names_shown=False)), id="briefing"),
        pytest.param(details_message(sustained(), names_shown=False), id="details"),
    ],
)
def test_nobody_reads_an_account_that_they_may_not_see(message: Message) -> None:
    said = everything_in(message)

    assert not [name for name in NAMES if name in said]
    amounts = {short_money(one, "USD") for driver in DRIVERS for one in amounts_of(driver)}
    assert not [amount for amount in amounts - {short_money(0, "USD")} if f"{amount} " in said]
    assert message.text


def amounts_of(driver: AccountChange) -> tuple[int, ...]:
    return driver.opening, driver.closing, -driver.change


def test_owners_who_are_in_slack_are_shown_as_people() -> None:
    message = alert_message(to_somebody_else())

    assert '{"type": "user", "user_id": "U012AB3CD"}' in json.dumps(message.blocks)


def test_details_draw_the_months_beside_what_is_usual() -> None:
    message = details_message(sustained(), names_shown=True)

    [chart] = [one["chart"] for one in message.blocks if one["type"] == "data_visualization"]
    assert [series["name"] for series in chart["series"]] == ["NRR", "usual"]
    assert chart["series"][0]["data"][-1] == {"label": "Feb 26", "value": 98.0}
    assert {point["value"] for point in chart["series"][1]["data"]} == {102.0}
    assert message.plainer is not None
    assert "data_visualization" not in [block["type"] for block in message.plainer]


@pytest.mark.parametrize(
    ("details", "names"),
    [
        pytest.param(below_floor, ["12-month GRR", "level"], id="floor"),
        pytest.param(masked, ["12-month GRR", "level"], id="masking"),
        pytest.param(of_one_account, ["NRR"], id="one-account"),
        pytest.param(
            lambda: against_month_before(RuleKind.POINT_DROP), ["NRR", "before the drop"], id="own"
        ),
    ],
)
def test_a_level_is_drawn_where_all_months_can_be_read_against_it(
    details: Callable[[], NoticeDetails], names: list[str]
) -> None:
    blocks = details_message(details(), names_shown=True).blocks

    [chart] = [block["chart"] for block in blocks if block["type"] == "data_visualization"]
    assert [series["name"] for series in chart["series"]] == names


def test_without_a_verdict_the_months_are_drawn_alone() -> None:
    details = sustained()
    transition = replace(details.notice.transition, verdict=None)
    unjudged = replace(details, notice=replace(details.notice, transition=transition))

    blocks = details_message(unjudged, names_shown=True).blocks

    [chart] = [block["chart"] for block in blocks if block["type"] == "data_visualization"]
    assert [series["name"] for series in chart["series"]] == ["NRR"]


def test_slacks_own_chart_is_left_out_where_a_month_is_missing() -> None:
    details = sustained()
    *first, before, last = details.figures.history
    gap = with_figures(details, history=(*first, replace(before, value=None), last))

    message = details_message(gap, names_shown=True)

    assert "data_visualization" not in kinds(message.blocks)


def test_a_message_is_the_same_every_time() -> None:
    assert alert_message(many()) == alert_message(many())


def test_slacks_own_chart_says_of_what_its_points_are() -> None:
    told = {
        window: details_message(below_level(window=window), names_shown=True) for window in Window
    }

    charts = {
        window: next(one for one in message.blocks if one["type"] == "data_visualization")
        for window, message in told.items()
    }
    assert {window: chart["title"] for window, chart in charts.items()} == {
        Window.MONTH: "Monthly NRR",
        Window.QUARTER: "Quarterly NRR",
        Window.YEAR: "12-month NRR",
    }
    axes = {window: chart["chart"]["axis_config"] for window, chart in charts.items()}
    assert axes[Window.YEAR]["y_label"] == "12-month NRR, %"
    assert axes[Window.QUARTER]["categories"][-1] == "Q4 26"


def test_a_notice_of_no_month_leads_to_no_question() -> None:
    details = sustained()
    unjudged = replace(details.notice.transition, period=None)

    assert details.question == "2026-02"
    assert replace(details, notice=replace(details.notice, transition=unjudged)).question == ""
