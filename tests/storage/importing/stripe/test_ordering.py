"""Order of events within one second, which Stripe does not promise."""

from itertools import permutations
from typing import Any

from storage.importing.stripe.ordering import in_order


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
