from pathlib import Path

import pytest

from bot.demo import profiles
from metrics.drivers import KnownDriver, find_driver, plain_words
from metrics.pauses import PAUSE

GUIDES = {
    "upsell": "upsell",
    "cross_sell": "Cross-Sell",
    "seats": "removed seats",
    "usage": "Usage based",
    "price": "price pressure",
    "discount_end": "Discount expired",
    "unused": "not using",
    "shrink": "headcount reduction",
    "consolidation": "Consolidated",
    "downgrade": "tier downgrade",
    "competitor": "Switched to competitor",
    "involuntary": "payment_failed",
    "pause": "seasonal pause",
}
"""Reasons that the two guides and the policies speak of, each as somebody may write it."""


@pytest.mark.parametrize(("driver", "spelling"), GUIDES.items())
def test_each_reason_of_the_guides_is_known_by_its_name_and_as_people_write_it(
    driver: str, spelling: str
) -> None:
    assert find_driver(driver) == find_driver(spelling) == driver


@pytest.mark.parametrize(
    ("reason", "driver"),
    [
        ("customer_service", "service"),
        ("low_quality", "service"),
        ("missing_features", "product_fit"),
        ("switched_service", "competitor"),
        ("too_complex", "product_fit"),
        ("too_expensive", "price"),
        ("unused", "unused"),
    ],
)
def test_the_reasons_that_stripe_lets_people_cancel_for_are_known(reason: str, driver: str) -> None:
    assert find_driver(reason) == driver


@pytest.mark.parametrize("text", ["", " ", "Promo", "other", "expansion", "churn", "suspended"])
def test_a_word_that_says_no_reason_or_an_uncertain_one_is_not_guessed(text: str) -> None:
    assert find_driver(text) is None


@pytest.mark.parametrize("text", ["CROSS SELL", "cross--sell", "  Cross_sell.", "cross\u00a0sell"])
def test_letters_and_what_stands_between_words_do_not_matter(text: str) -> None:
    assert plain_words(text) == "cross_sell"


def test_what_the_sample_company_says_is_known() -> None:
    said = [*profiles.CHURN_DRIVERS, *profiles.CHURN_DRIVERS_AFTER_PRICE_RISE]
    said += profiles.CONTRACTION_DRIVERS
    said += [growth for profile in profiles.SEGMENTS.values() for growth in profile.growth]

    assert {name for name, _ in said} <= {driver.value for driver in KnownDriver}


def test_a_pause_is_known_by_the_name_that_the_policy_on_pauses_looks_for() -> None:
    assert find_driver("paused") == PAUSE


def test_the_page_on_data_lists_every_driver() -> None:
    page = (Path(__file__).parents[2] / "docs" / "data.md").read_text(encoding="utf-8")

    assert [name for name in KnownDriver if f"`{name}`" not in page] == []
