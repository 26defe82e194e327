from dataclasses import replace
from typing import Any

import pytest

from bot.digests.choices import Choices, default_choices
from bot.digests.form import COMMON_ZONES, digest_form
from bot.message import Block
from metrics.schedules import read_zone
from tests.bot.sample_answers import HOSTILE_NAME
from tests.bot.shown import field
from tests.slack.block_kit import find_modal_errors

USUAL = default_choices(time_zone="Europe/Berlin", dimension="segment")


def with_content(**changes: Any) -> Choices:  # noqa: ANN401 - fields of DigestContent
    return replace(USUAL, content=replace(USUAL.content, **changes))


def form(choices: Choices = USUAL, **about: Any) -> Block:  # noqa: ANN401 - what the form is about
    return digest_form(
        choices, about={"channel_id": "C1", **about}, dimensions=("segment", "industry")
    )


@pytest.mark.parametrize(
    "choices",
    [
        pytest.param(USUAL, id="usual"),
        pytest.param(replace(USUAL, time_zone="America/Argentina/Ushuaia"), id="rare-zone"),
        pytest.param(with_content(dimension="gone"), id="dimension-that-is-gone"),
        pytest.param(with_content(scope=((HOSTILE_NAME, HOSTILE_NAME),)), id="hostile"),
    ],
)
def test_slack_takes_the_form(choices: Choices) -> None:
    assert find_modal_errors(form(choices)) == []
    assert find_modal_errors(form(choices, subscription_id=3)) == []


def test_however_many_dimensions_there_are_slack_takes_the_form() -> None:
    names = tuple(f"{HOSTILE_NAME} {number}" for number in range(200))

    view = digest_form(USUAL, about={}, dimensions=(*names, "x" * 151))

    assert find_modal_errors(view) == []
    assert len(field(view, "dimension")["options"]) == 100


def test_the_zone_that_is_chosen_is_the_first_of_the_list() -> None:
    zones = field(form(replace(USUAL, time_zone="America/Lima")), "time_zone")["options"]

    assert [zone["value"] for zone in zones[:2]] == ["America/Lima", "UTC"]


def test_every_zone_of_the_list_exists_once() -> None:
    assert len(set(COMMON_ZONES)) == len(COMMON_ZONES) < 100
    assert [read_zone(name).key for name in COMMON_ZONES] == list(COMMON_ZONES)


def test_a_change_of_time_says_from_when_it_counts() -> None:
    views = form(), form(subscription_id=3)
    said = [str(view["blocks"][-1]) for view in views]

    assert ["next week" in one for one in said] == [False, True]
