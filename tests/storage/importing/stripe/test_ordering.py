"""Order of events within one second, which Stripe does not promise."""

from itertools import permutations
from typing import Any

from storage.importing.stripe.ordering import has_returns, in_order


def changed(key: str, before: int, after: int, *, created: int = 100) -> dict[str, Any]:
    return {
        "id": key,
        "type": "customer.subscription.updated",
        "created": created,
        "data": {
            "object": {"quantity": after, "items": {"data": [{"quantity": after}]}},
            "previous_attributes": {"quantity": before},
        },
    }


def test_within_a_second_each_begins_with_what_the_one_before_left() -> None:
    events = [
        changed("evt_c", 5, 7),
        changed("evt_a", 7, 9),
        {"id": "evt_z", "type": "customer.subscription.created", "created": 100},
        {"id": "evt_b", "type": "customer.subscription.deleted", "created": 100},
    ]

    for some in permutations(events):
        assert [one["id"] for one in in_order(some)] == ["evt_z", "evt_c", "evt_a", "evt_b"]


def test_an_event_that_is_read_twice_counts_once() -> None:
    first, second = changed("evt_b", 5, 7), changed("evt_a", 7, 9, created=101)

    assert [one["id"] for one in in_order([second, first, second])] == ["evt_b", "evt_a"]


def test_one_that_changed_something_else_comes_where_what_it_has_places_it() -> None:
    whole = {"quantity": 7, "description": "b", "items": {"data": [{"quantity": 7}]}}
    said = {"object": whole, "previous_attributes": {"description": "a"}}
    described = {**changed("evt_m", 0, 0), "data": said}
    first, last = changed("evt_z", 5, 7), changed("evt_a", 7, 9)
    first["data"]["object"]["description"] = "a"
    last["data"]["object"]["description"] = "b"

    for some in permutations([first, described, last]):
        assert [one["id"] for one in in_order(some)] == ["evt_z", "evt_m", "evt_a"]


def test_one_that_changed_nothing_and_has_what_was_before_comes_first() -> None:
    idle, grown = changed("evt_z", 1, 1), changed("evt_a", 1, 3)
    idle["data"]["previous_attributes"] = {}

    for some in permutations([idle, grown]):
        assert [one["id"] for one in in_order(some)][-1] == "evt_a"


def test_what_is_changed_and_changed_back_begins_with_what_the_second_before_left() -> None:
    there, back = changed("evt_z", 1, 3), changed("evt_a", 3, 1)
    earlier = changed("evt_m", 0, 1, created=99)

    for some in permutations([earlier, there, back]):
        assert [one["id"] for one in in_order(some)] == ["evt_m", "evt_z", "evt_a"]


def test_it_ends_with_what_stands_or_with_what_a_later_event_says_was_there() -> None:
    there, back = changed("evt_z", 1, 3), changed("evt_a", 3, 1)
    later = changed("evt_m", 1, 5, created=101)

    for some in permutations([there, back]):
        assert has_returns(some)
        assert [one["id"] for one in in_order(some, {"quantity": 1})] == ["evt_z", "evt_a"]
    for some in permutations([there, back, later]):
        assert [one["id"] for one in in_order(some)] == ["evt_z", "evt_a", "evt_m"]
    assert not has_returns([there, later])
