"""Two systems side by side: the likely reason of each difference, by hand."""

from datetime import date

import numpy as np
import pytest

from metrics.reconciliation import AccountBooks, Mismatch, compare_accounts

MAY, JUNE, JULY, AUGUST = (date(2026, month, 1) for month in (5, 6, 7, 8))
MONTHS = (MAY, JUNE, JULY, AUGUST)
STATED = frozenset({1, 2})  # June and July; May and August are not in the file


def cause(there: list[int], here: list[int], *, paused: tuple[int, ...] = ()) -> Mismatch:
    """The cause of the first difference of one account; MRR at the end of May to August."""
    pauses = np.array([[place in paused] for place in range(4)])
    books = AccountBooks(
        accounts=["acme"],
        months=MONTHS,
        stated=STATED,
        known=4,
        there={"USD": np.array([there]).T},
        here={"USD": np.array([here]).T},
        paused=pauses,
    )
    return next(month.accounts[0].cause for month in compare_accounts(books) if month.accounts)


@pytest.mark.parametrize(
    ("there", "here", "expected"),
    [
        pytest.param([0, 50, 50, 0], [0, 0, 0, 0], Mismatch.ONLY_THERE, id="only-there"),
        pytest.param([0, 0, 0, 0], [0, 50, 50, 50], Mismatch.ONLY_HERE, id="only-here"),
        pytest.param(
            [0, 40, 90, 0], [40, 90, 90, 90], Mismatch.LATER_THERE, id="a-month-later-there"
        ),
        pytest.param(
            [0, 40, 90, 0], [40, 40, 40, 90], Mismatch.LATER_HERE, id="a-month-later-here"
        ),
        pytest.param(
            [0, 40, 40, 0], [40, 40, 45, 45], Mismatch.LATER_THERE, id="perhaps-in-august"
        ),
        pytest.param([0, 40, 40, 0], [40, 60, 60, 60], Mismatch.AMOUNT, id="never-the-same"),
        pytest.param([0, 41, 41, 0], [40, 40, 40, 40], Mismatch.AMOUNT, id="a-cent"),
    ],
)
def test_the_likely_reason(there: list[int], here: list[int], expected: Mismatch) -> None:
    assert cause(there, here) is expected


def test_an_account_that_is_paused_here_is_no_loss_there() -> None:
    assert cause([0, 40, 40, 0], [40, 40, 0, 40], paused=(2,)) is Mismatch.PAUSE


def test_an_account_that_pays_in_another_currency_differs_in_both() -> None:
    nothing, forty = np.zeros((4, 1), np.int64), np.array([[0, 40, 40, 40]]).T
    books = AccountBooks(
        accounts=["acme"],
        months=MONTHS,
        stated=STATED,
        known=4,
        there={"EUR": nothing, "USD": forty},
        here={"EUR": forty, "USD": nothing},
        paused=np.zeros((4, 1), np.bool_),
    )

    found = [
        (month.month, month.currency, month.difference, one.cause)
        for month in compare_accounts(books)
        for one in month.accounts
    ]

    assert found == [
        (JUNE, "EUR", 40, Mismatch.CURRENCY),
        (JUNE, "USD", -40, Mismatch.CURRENCY),
        (JULY, "EUR", 40, Mismatch.CURRENCY),
        (JULY, "USD", -40, Mismatch.CURRENCY),
    ]


def test_accounts_that_make_each_other_good_do_not_agree() -> None:
    books = AccountBooks(
        accounts=["acme", "bolt", "cube"],
        months=MONTHS,
        stated=frozenset({1}),
        known=2,
        there={"USD": np.array([[0, 0, 0], [70, 20, 5], [0, 0, 0], [0, 0, 0]])},
        here={"USD": np.array([[60, 30, 5], [60, 30, 5], [0, 0, 0], [0, 0, 0]])},
        paused=np.zeros((4, 3), np.bool_),
    )

    [june] = compare_accounts(books)

    assert (june.difference, june.agrees) == (0, False)
    assert [(one.account, one.difference) for one in june.accounts] == [("acme", -10), ("bolt", 10)]
