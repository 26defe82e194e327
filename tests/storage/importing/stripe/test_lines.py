"""Items that were added without proration, in the history that invoices tell."""

from typing import Any

from storage.importing.stripe.course import course_of
from storage.importing.stripe.history import LineHistory
from storage.importing.stripe.lines import additions, lines_of
from storage.importing.stripe.objects import Json
from tests.storage.importing.stripe.objects import at, item, subscription
from tests.storage.importing.stripe.test_history import BASIC, KNOWN, PRO, new_line, said_of

ADDED = subscription(
    item(BASIC, id="si_1", created=at("2026-01-10")),
    item(PRO, id="si_2", created=at("2026-01-25")),
)


def line(one: Json, begins: str, ends: str, amount: int, of: str) -> Any:  # noqa: ANN401
    found = new_line(one, begins, ends, amount)
    found["parent"]["subscription_item_details"]["subscription_item"] = of
    return found


def told(*some: Json) -> list[tuple[str | None, str, str, int]]:
    lines = [*lines_of({"status": "paid", "lines": {"data": some}})]
    history = LineHistory([*lines, *additions(ADDED, lines)], KNOWN)
    return said_of(course_of([], history.snapshots(), "sub_1"))


def test_a_product_that_was_added_counts_from_its_day() -> None:
    assert told(
        line(BASIC, "2026-01-10", "2026-02-10", 10_000, "si_1"),
        line(BASIC, "2026-02-10", "2026-03-10", 10_000, "si_1"),
        line(PRO, "2026-02-10", "2026-03-10", 25_000, "si_2"),
    ) == [("prod_basic", "2026-01-10", "", 10_000), ("prod_pro", "2026-01-25", "", 25_000)]


def test_one_that_took_the_place_of_another_counts_from_its_first_invoice() -> None:
    assert told(
        line(BASIC, "2026-01-10", "2026-02-10", 10_000, "si_0"),
        line(PRO, "2026-02-10", "2026-03-10", 25_000, "si_2"),
    ) == [
        ("prod_basic", "2026-01-10", "2026-02-09", 10_000),
        ("prod_pro", "2026-02-10", "", 25_000),
    ]


def test_one_that_came_within_a_trial_counts_when_that_is_over() -> None:
    assert told(
        line(BASIC, "2026-01-10", "2026-02-10", 0, "si_1"),
        line(BASIC, "2026-02-10", "2026-03-10", 10_000, "si_1"),
        line(PRO, "2026-02-10", "2026-03-10", 25_000, "si_2"),
    ) == [("prod_basic", "2026-01-10", "", 10_000), ("prod_pro", "2026-02-10", "", 25_000)]
