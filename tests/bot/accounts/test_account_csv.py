import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.accounts.account_csv import inert, write_csv
from bot.accounts.account_table import LIST_COLUMNS, changes_table
from metrics.moved import Moved
from storage.ledger.account_changes import AccountChange


def account(
    name: str | None = "Acme", *, opening: int = 100, closing: int = 100, moved: Moved | None = None
) -> AccountChange:
    return AccountChange(
        account_id="acme",
        name=name,
        opening=opening,
        closing=closing,
        attributes={},
        moved=moved,
    )


def rows(*accounts: AccountChange) -> list[list[str]]:
    file = io.StringIO(newline="")
    write_csv(changes_table(accounts, currency="USD"), file)
    return list(csv.reader(io.StringIO(file.getvalue(), newline="")))


def test_each_account_says_what_became_of_it() -> None:
    header, *found = rows(account(), account(closing=0, moved=Moved.CHURNED))

    assert tuple(header) == LIST_COLUMNS
    assert [row[5] for row in found] == ["retained", "churned"]


def test_amounts_are_exact_and_numbers() -> None:
    assert rows(account(None, opening=123_456_789_012, closing=1))[1][2:4] == [
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
    header, row = rows(account(name))

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
    write_csv(changes_table([left], currency="USD"), file)
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
