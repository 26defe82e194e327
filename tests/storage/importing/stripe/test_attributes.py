"""Attributes that are asked for: how they are named, and what events tell of them."""

from datetime import date
from typing import Any

import pytest

from storage.importing.profiles.wishes import MappingError
from storage.importing.stripe.attributes import ToldValue, new_values, parse_fields, told_by
from tests.storage.importing.stripe.objects import at

FIELDS = parse_fields(
    ["Segment = metadata.Sales segment", "plan=subscription.metadata.plan", "land=country"]
)
NOW = [ToldValue(at("2026-05-01"), "smb", "smb")]


def event(kind: str, said: Any, before: Any = None) -> Any:  # noqa: ANN401
    return {
        "type": f"customer.{kind}",
        "created": at("2026-03-01"),
        "data": {"object": said, "previous_attributes": before},
    }


def test_maps_name_fields_of_customers_and_subscriptions() -> None:
    assert [(name, one.holder, one.path) for name, one in FIELDS.items()] == [
        ("segment", "customer", ("metadata", "Sales segment")),
        ("plan", "subscription", ("metadata", "plan")),
        ("land", "customer", ("address", "country")),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("segment", "is OURS=FIELD, such as segment=metadata.segment, not"),
        ("segment=segment", "write metadata.KEY of a customer, subscription.metadata.KEY, country"),
        ("segment=metadata.", "the map segment=metadata. names no field of Stripe"),
        ("product=metadata.x", '"product" cannot name an attribute'),
        ("name=metadata.x", '"name" cannot name an attribute'),
        ("tenure=metadata.x", '"tenure" cannot name an attribute'),
        ("external_id:crm=metadata.x", '"external_id:crm" cannot name an attribute'),
    ],
)
def test_what_is_no_map_is_said_in_one_sentence(text: str, said: str) -> None:
    with pytest.raises(MappingError, match=said.replace(".", r"\.")):
        parse_fields([text])


@pytest.mark.parametrize(
    ("said", "before", "told"),
    [
        ({"address": {"country": "FR"}}, {"address": {"country": "DE"}}, [("FR", "DE")]),
        ({"address": {"country": "FR"}}, {"address": None}, [("FR", "")]),
        ({"address": None}, {"address": {"country": "DE"}}, [("", "DE")]),
        ({"address": {"country": "FR"}}, {"address": {"city": "Lyon"}}, []),
        ({"address": {"country": "FR"}}, {"phone": "030"}, []),
    ],
)
def test_an_event_tells_what_a_field_was_and_is(said: Any, before: Any, told: Any) -> None:  # noqa: ANN401
    found = told_by(FIELDS["land"], [event("updated", said, before)])

    assert [(one.value, one.before) for one in found] == told


def test_the_first_value_was_always_so_and_what_is_taken_away_stays() -> None:
    told = [ToldValue(at("2026-02-01"), "smb", ""), ToldValue(at("2026-03-01"), "", "smb")]

    assert [*new_values(told, (), {})] == [(None, "smb")]


def test_of_one_day_the_last_value_counts() -> None:
    first, second = at("2026-02-01 09:00"), at("2026-02-01 10:00")
    told = [ToldValue(first, "mid", "smb"), ToldValue(second, "large", "mid")]

    assert [*new_values(told, (), {None: "smb"})] == [(date(2026, 2, 1), "large")]


def test_an_attribute_is_mapped_once() -> None:
    with pytest.raises(MappingError, match="the attribute segment is mapped twice"):
        parse_fields(["segment=metadata.a", " Segment=metadata.b"])


@pytest.mark.parametrize(
    ("changes", "held", "last"),
    [
        ([("c", "b"), ("b", "a")], "a", "c"),  # as Stripe lists them: the newest first
        ([("b", "a"), ("a", "b")], "a", "a"),
        ([("a", "b"), ("b", "a")], "a", "a"),
        ([("c", "b"), ("b", "a")], "x", "c"),
    ],
)
def test_changes_of_one_second_go_on_from_one_another(changes: Any, held: str, last: str) -> None:  # noqa: ANN401
    told = [ToldValue(at("2026-02-01 09:00"), value, before) for value, before in changes]

    found = dict(new_values(told, (), {None: held}))

    assert found.get(date(2026, 2, 1), held) == last


def test_a_first_value_that_was_taken_back_is_said_again() -> None:
    told = [ToldValue(at("2026-02-01"), "mid", "smb")]

    assert [*new_values(told, (), {date(2026, 2, 1): "mid"})] == [(None, "smb")]
    assert [*new_values(told, (), {date(2026, 1, 1): "smb", date(2026, 2, 1): "mid"})] == []


def test_what_stands_now_is_news_only_where_nothing_of_it_counts() -> None:
    assert [*new_values((), NOW, {None: "smb"})] == []
    assert [*new_values((), NOW, {None: "large"})] == [(date(2026, 5, 1), "smb")]
    both = [ToldValue(NOW[0].moment, "large", "large"), *NOW]
    assert [*new_values((), both, {None: "large"})] == []
