from collections import Counter
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.attribute_table import AttributeTable
from metrics.errors import ReconciliationError
from metrics.period_columns import TwoEnds, add_up
from metrics.period_sums import PeriodSums
from metrics.product_sums import ProductEnds, product_sums
from metrics.retention import NOTHING, OutsideCohort, Retention, switched
from metrics.segments import NO_VALUE

NAMES = ("core", "addon", NO_VALUE)
TABLE = AttributeTable([{"segment": "smb"}, {"segment": "mid"}])
PRODUCT = {name: (("product", name),) for name in NAMES}


@dataclass(frozen=True)
class Account:
    """MRR of each product in turn at the two ends, and at the rates of the close."""

    before: tuple[int, ...]
    after: tuple[int, ...]
    then: tuple[int, ...] = ()
    segment: int = 0
    is_known: bool = True
    has_pause: bool = False

    @property
    def is_paused(self) -> bool:
        return self.has_pause and any(self.before) and not any(self.after)

    @property
    def is_resumed(self) -> bool:
        return self.has_pause and any(self.after) and not any(self.before)


def sums_of(*accounts: Account) -> tuple[PeriodSums, PeriodSums]:
    """Return the sums of the whole, and those by product."""

    def each(name: str, dtype: type = np.int64) -> np.ndarray:
        return np.array([getattr(account, name) for account in accounts], dtype)

    def cells(name: str) -> list[int]:
        return [cell for one in accounts for cell in getattr(one, name)]

    converts = any(account.then for account in accounts)
    opening, closing = (
        np.array([sum(getattr(a, end)) for a in accounts], np.int64) for end in ("before", "after")
    )
    ends = TwoEnds(
        opening=opening,
        closing=closing,
        opening_sets=each("segment"),
        closing_sets=each("segment"),
        is_known=each("is_known", np.bool_),
        paused=np.flatnonzero(each("is_paused", np.bool_)),
        resumed=np.flatnonzero(each("is_resumed", np.bool_)),
        closing_then=np.array([sum(a.then) for a in accounts], np.int64) if converts else None,
    )
    rows = [(unit, place) for unit, one in enumerate(accounts) for place in range(len(one.before))]
    amounts = [np.array(cells(n), np.int64) for n in ("before", "after", "then")[: 2 + converts]]
    units, products = np.array(rows, np.int64).reshape(-1, 2).T
    by_product = product_sums(
        ends,
        ProductEnds.of(units, products, *amounts, products=len(NAMES)),
        table=TABLE,
        names=NAMES,
    )
    whole = PeriodSums(
        table=TABLE, sums=add_up(ends, sets=len(TABLE)), closing_total=int(closing.sum())
    )
    return whole, by_product


def row(**terms: int) -> Retention:
    return Retention(**{**dict.fromkeys(Retention.__slots__, 0), **terms})


def test_the_worked_case_of_the_definitions() -> None:
    # a and b pay 1,000 for core; the 10 of an addon that they took in February go in April.
    whole, rows = sums_of(
        Account((1_000_00, 5_00), (1_000_00, 0)), Account((1_000_00, 5_00), (1_000_00, 0))
    )
    by = rows.by("product")
    assert {name: (part.opening, part.nrr) for name, part in by.items()} == {
        "core": (2_000_00, Fraction(1)),
        "addon": (10_00, Fraction(0)),
    }
    assert whole.retention().contraction == 10_00
    assert switched(by, whole.retention()) == 0


@pytest.mark.parametrize(
    ("account", "core", "addon"),
    [
        pytest.param(
            Account((100, 0), (100, 30)),
            row(accounts_opening=1, accounts_retained=1, opening=100),
            row(expansion=30, cross_sold=30),
            id="a product that it did not have is expansion of that row",
        ),
        pytest.param(
            Account((100, 30), (100, 0)),
            row(accounts_opening=1, accounts_retained=1, opening=100),
            row(accounts_opening=1, accounts_retained=1, opening=30, contraction=30),
            id="one given up while the account stays is contraction of that row",
        ),
        pytest.param(
            Account((100, 30), (0, 0)),
            row(accounts_opening=1, opening=100, churn=100),
            row(accounts_opening=1, opening=30, churn=30),
            id="an account that leaves churns from each of its rows",
        ),
        pytest.param(
            Account((100, 30), (0, 0), has_pause=True),
            row(accounts_opening=1, accounts_retained=1, opening=100, contraction=100),
            row(accounts_opening=1, accounts_retained=1, opening=30, contraction=30),
            id="one that has paused contracts in each of them",
        ),
    ],
)
def test_a_row_is_classified_by_its_two_ends(
    account: Account, core: Retention, addon: Retention
) -> None:
    _, rows = sums_of(account)
    assert [rows.retention(PRODUCT[name]) for name in ("core", "addon")] == [core, addon]


def test_a_switch_is_a_loss_of_one_row_and_a_gain_of_another() -> None:
    whole, rows = sums_of(Account((100, 0), (20, 90)), Account((50, 0), (40, 0)))
    by = rows.by("product")
    assert (by["core"].contraction, by["addon"].expansion) == (90, 90)
    # The company lost 10; core lost 80 + 10, of which 80 were gained elsewhere.
    assert whole.retention().contraction == 10
    assert switched(by, whole.retention()) == 80


def test_a_row_without_an_opening_has_no_ratio_and_is_no_row_that_nobody_has() -> None:
    _, rows = sums_of(Account((100, 0), (100, 30)))
    by = rows.by("product")
    assert list(by) == ["core", "addon"]
    assert by["addon"].nrr is None
    assert rows.retention(PRODUCT[NO_VALUE]) == NOTHING


def test_accounts_outside_the_base_bring_their_products_with_them() -> None:
    _, rows = sums_of(
        Account((0, 0), (70, 5), is_known=False),
        Account((0, 0), (0, 9)),
        Account((0, 0), (3, 0), has_pause=True),
    )
    assert rows.outside_cohort(PRODUCT["core"]) == OutsideCohort(new=70, resumed=3)
    assert rows.outside_cohort(PRODUCT["addon"]) == OutsideCohort(new=5, returning=9)


def test_a_product_is_asked_for_beside_a_segment() -> None:
    _, rows = sums_of(Account((100, 7), (100, 7)), Account((40, 0), (30, 0), segment=1))
    assert {name: part.opening for name, part in rows.by("segment", PRODUCT["core"]).items()} == {
        "smb": 100,
        "mid": 40,
    }
    assert list(rows.by("product", (("segment", "mid"),))) == ["core"]


def test_the_rates_of_the_close_are_a_line_of_their_own_in_each_row() -> None:
    whole, rows = sums_of(
        Account((100, 10), (100, 10), then=(110, 9)), Account((0, 0), (5, 0), then=(6, 0))
    )
    assert whole.fx() == 10
    assert (rows.fx(PRODUCT["core"]), rows.fx(PRODUCT["addon"])) == (11, -1)
    assert rows.retention(PRODUCT["core"]).nrr == 1
    whole.check()
    rows.check()


def test_mrr_too_small_for_todays_rate_may_be_worth_something_at_the_close() -> None:
    _, rows = sums_of(Account((0, 0), (0, 0), then=(1, 0)), Account((5, 0), (5, 0), then=(5, 0)))
    assert rows.fx(PRODUCT["core"]) == 1
    assert rows.retention(PRODUCT["core"]).accounts_opening == 1


def test_no_product_is_below_zero() -> None:
    with pytest.raises(ReconciliationError):
        sums_of(Account((100, 0), (100, -1)))


money = st.just(0) | st.integers(0, 50) | st.integers(0, 10**15)
accounts = st.builds(
    Account,
    st.tuples(money, money, money),
    st.tuples(money, money, money) | st.just((0, 0, 0)),
    st.tuples(money, money, money),
    segment=st.integers(0, 1),
    is_known=st.booleans(),
    has_pause=st.booleans(),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(accounts, min_size=1, max_size=6))
def test_the_rows_add_up_to_the_whole(held: list[Account]) -> None:
    whole, rows = sums_of(*held)
    for scope in ((), (("segment", "smb"),), (("segment", "mid"),)):
        part, by = whole.retention(scope), rows.by("product", scope)
        assert sum(each.opening for each in by.values()) == part.opening
        assert sum(each.closing for each in by.values()) == part.closing
        assert rows.outside_cohort(scope) == whole.outside_cohort(scope)
        assert rows.fx(scope) == whole.fx(scope)
        # losses that were gains elsewhere are both: rows gain as much more as they lose
        gained = sum(each.expansion for each in by.values()) - part.expansion
        assert switched(by, part) == gained >= 0
    whole.check()
    rows.check()


@settings(max_examples=60, deadline=None)
@given(st.lists(accounts, min_size=1, max_size=6))
def test_each_row_is_what_its_accounts_come_to_one_by_one(held: list[Account]) -> None:
    _, rows = sums_of(*held)
    for place, name in enumerate(NAMES):
        expected = Counter(dict.fromkeys(Retention.__slots__, 0))
        for one in held:
            before, after, base = one.before[place], one.after[place], sum(one.before)
            stays = sum(one.after) > 0 or one.is_paused
            if not base:
                continue
            less = max(0, before - after)
            expected.update(
                accounts_opening=int(before > 0),
                accounts_retained=int(before > 0 and stays),
                opening=before,
                expansion=max(0, after - before),
                contraction=less if stays else 0,
                churn=0 if stays else less,
                cross_sold=0 if before else after,
            )
        assert rows.retention(PRODUCT[name]) == Retention(**expected)


def test_rows_that_do_not_add_up_to_the_whole_are_an_error() -> None:
    whole, rows = sums_of(Account((100, 30), (90, 30)))
    by = rows.by("product")
    with pytest.raises(ReconciliationError):
        switched({"core": by["core"]}, whole.retention())
