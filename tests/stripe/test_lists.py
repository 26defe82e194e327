import pytest

from tests.stripe.conftest import Get
from tests.stripe.refusals import StripeRefusal
from tests.stripe.server import FakeStripe

CUSTOMERS = ("ash", "bay", "fig", "ivy", "yam")


@pytest.fixture(autouse=True)
def customers(stripe: FakeStripe) -> None:
    for name in CUSTOMERS:
        stripe.story.tell(f"2026-01-10 subscribe {name} basic seat:2")


def ids(page: dict[str, object]) -> list[str]:
    assert isinstance(page["data"], list)
    return [one["id"].removeprefix("cus_") for one in page["data"]]


def test_lists_begin_with_the_newest_and_say_whether_there_is_more(get: Get) -> None:
    first = get("customers", ("limit", "2"))
    second = get("customers", ("limit", "2"), ("starting_after", "cus_ivy"))
    third = get("customers", ("limit", "2"), ("starting_after", "cus_bay"))

    assert [ids(first), ids(second), ids(third)] == [["yam", "ivy"], ["fig", "bay"], ["ash"]]
    assert [first["has_more"], second["has_more"], third["has_more"]] == [True, True, False]


def test_a_cursor_goes_on_when_something_newer_has_come(get: Get, stripe: FakeStripe) -> None:
    stripe.story.tell("2026-01-11 subscribe zinnia basic")

    assert ids(get("customers", ("limit", "2"), ("starting_after", "cus_ivy"))) == ["fig", "bay"]


@pytest.mark.parametrize(
    ("query", "code", "param"),
    [
        ([("limit", "101")], None, "limit"),
        ([("limit", "0")], None, "limit"),
        ([("limit", "ten")], "parameter_invalid_integer", "limit"),
        ([("colour", "red")], "parameter_unknown", "colour"),
        ([("starting_after", "cus_nobody")], "resource_missing", "starting_after"),
        ([("starting_after", "")], "parameter_invalid_empty", "starting_after"),
    ],
)
def test_what_a_list_does_not_take_is_refused(
    get: Get, query: list[tuple[str, str]], code: str | None, param: str
) -> None:
    with pytest.raises(StripeRefusal) as refused:
        get("customers", *query)

    error = refused.value.body["error"]
    assert (refused.value.status, error.get("code"), error["param"]) == (400, code, param)


def test_subscriptions_that_ended_are_left_out_unless_asked_for(
    get: Get, stripe: FakeStripe
) -> None:
    stripe.story.tell("2026-01-12 cancel ash")

    def names(*query: tuple[str, str]) -> int:
        return len(get("subscriptions", *query)["data"])

    assert [names(), names(("status", "all"))] == [4, 5]


def test_events_can_be_asked_for_by_type_and_time(get: Get, stripe: FakeStripe) -> None:
    stripe.story.tell("2026-02-01 cancel ash", "2026-02-02 cancel bay")

    def found(*query: tuple[str, str]) -> list[str]:
        return [one["data"]["object"]["id"] for one in get("events", *query)["data"]]

    deleted = ("types[]", "customer.subscription.deleted")
    assert found(deleted) == ["sub_bay", "sub_ash"]
    assert found(deleted, ("created[gte]", str(stripe.account.now))) == ["sub_bay"]
    assert found(deleted, ("limit", "1")) == ["sub_bay"]
    with pytest.raises(StripeRefusal, match="unknown parameter"):
        get("events", ("created[since]", "1"))
    with pytest.raises(StripeRefusal, match="up to 20"):
        get("events", *[("types[]", f"kind.{number}") for number in range(21)])


def test_events_are_gone_after_thirty_days(get: Get, stripe: FakeStripe) -> None:
    newest = get("events", ("types[]", "customer.created"))["data"][0]["id"]

    stripe.move_to("2026-02-09 12:00")
    assert get(f"events/{newest}")["type"] == "customer.created"
    stripe.move_to("2026-02-09 12:01")
    with pytest.raises(StripeRefusal, match="No such event"):
        get(f"events/{newest}")
    with pytest.raises(StripeRefusal, match="No such"):
        get("events", ("starting_after", newest))


def test_an_invoice_shows_ten_lines_and_lists_them_all(get: Get, stripe: FakeStripe) -> None:
    changes = [f"2026-01-{day} change ash seat:{day}" for day in range(12, 18)]
    stripe.story.tell(*changes)
    stripe.move_to("2026-02-11")

    invoice = get("invoices", ("subscription", "sub_ash"))["data"][0]
    first = get(f"invoices/{invoice['id']}/lines", ("limit", "10"))
    last = first["data"][-1]["id"]
    rest = get(f"invoices/{invoice['id']}/lines", ("starting_after", last))

    assert (len(invoice["lines"]["data"]), invoice["lines"]["has_more"]) == (10, True)
    assert (len(first["data"]), len(rest["data"]), rest["has_more"]) == (10, 4, False)


def test_objects_are_expanded_where_there_is_an_id_and_four_levels_deep(get: Get) -> None:
    page = get("subscriptions", ("expand[]", "data.customer"), ("expand[]", "data.latest_invoice"))

    assert page["data"][0]["customer"]["name"] == "Yam"
    assert page["data"][0]["latest_invoice"]["status"] == "paid"
    for path in ("data.items.data.price.product", "customer", "data.status", "data.colour"):
        with pytest.raises(StripeRefusal, match="cannot"):
            get("subscriptions", ("expand[]", path))


def test_tiers_are_shown_to_those_who_ask(get: Get) -> None:
    assert "tiers" not in get("prices/price_volume")
    assert len(get("prices/price_volume", ("expand[]", "tiers"))["tiers"]) == 2


def test_a_deleted_customer_is_in_no_list_and_says_so(get: Get, stripe: FakeStripe) -> None:
    stripe.story.tell("2026-01-12 delete ash")

    assert "ash" not in ids(get("customers"))
    assert get("customers/cus_ash") == {"id": "cus_ash", "object": "customer", "deleted": True}
    assert get("subscriptions/sub_ash")["status"] == "canceled"
