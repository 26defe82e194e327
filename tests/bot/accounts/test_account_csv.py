import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.accounts.account_csv import COLUMNS, LIST_COLUMNS, inert, write_accounts, write_cohort
from metrics.moved import Moved
from storage.ledger.account_changes import AccountChange, CohortMember


def rows(*members: CohortMember) -> list[list[str]]:
    file = io.StringIO(newline="")
    write_cohort(members, currency="USD", file=file)
    return list(csv.reader(io.StringIO(file.getvalue(), newline="")))


@pytest.mark.parametrize(
    ("opening", "closing", "outcome"),
    [
        pytest.param(100, 150, "expansion", id="pays-more"),
        pytest.param(100, 50, "contraction", id="pays-less"),
        pytest.param(100, 0, "churn", id="left"),
        pytest.param(100, 100, "retained", id="the-same"),
    ],
)
def test_each_account_says_what_became_of_it(opening: int, closing: int, outcome: str) -> None:
    header, row = rows(CohortMember("acme", "Acme", opening, closing))

    assert tuple(header) == COLUMNS
    assert row[0] == "acme"
    assert row[-1] == outcome


def test_an_account_that_has_only_paused_has_not_churned() -> None:
    assert rows(CohortMember("acme", "Acme", 100, 0, is_paused=True))[1][-1] == "paused"


def test_amounts_are_exact_and_numbers() -> None:
    assert rows(CohortMember("acme", None, 123_456_789_012, 1))[1][2:4] == [
        "1234567890.12",
        "0.01",
    ]


STARTS = ["=", "+", "-", "@", "\t", "\r", "\n", " =", "\ufeff+", "\u3000@", "\uff1d", "\x00"]


@pytest.mark.parametrize("start", STARTS)
def test_a_name_that_would_run_as_a_formula_is_only_shown(start: str) -> None:
    assert inert(f'{start}HYPERLINK("x")') == f'\'{start}HYPERLINK("x")'


def test_an_ordinary_name_is_left_as_it_is() -> None:
    assert inert("Acme = Co") == "Acme = Co"


@given(st.text(alphabet=st.sampled_from("=+-@ \t\r\n\"',;|\ufeff\uff1dAx1"), max_size=12))
def test_no_cell_of_text_begins_like_a_formula_and_none_is_lost(name: str) -> None:
    header, row = rows(CohortMember("acme", name, 100, 100))

    assert len(row) == len(header)
    assert row[1] in (name, f"'{name}")
    assert not row[1].lstrip(" \ufeff").startswith(("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d"))


def test_a_list_has_the_change_its_driver_and_the_owner_and_none_runs_as_a_formula() -> None:
    left = AccountChange(
        account_id="=1+1",
        name="@Acme",
        opening=100,
        closing=0,
        attributes={"owner": "+tess"},
        drivers={"-price": -100},
        moved=Moved.CHURNED,
    )
    file = io.StringIO(newline="")
    write_accounts([left], currency="USD", file=file)
    header, row = csv.reader(io.StringIO(file.getvalue(), newline=""))

    assert tuple(header) == LIST_COLUMNS
    assert row == [
        "'=1+1",
        "'@Acme",
        "1.00",
        "0.00",
        "USD",
        "churned",
        "-1.00",
        "'-price",
        "'+tess",
    ]
