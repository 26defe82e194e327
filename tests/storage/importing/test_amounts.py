"""Amounts as people write them: taken where the whole column agrees, else refused."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.importing.amounts import AmountColumn, plain_amounts
from storage.importing.cells import CellError
from storage.importing.tables.table import Chunk, FileFacts, NamedTable
from storage.store.engine import Store
from tests.storage.histories import sweep
from tests.storage.stores import findings, import_text, rows

OTHER = "has other marks than other amounts of the column: write all like 1200.50"
PLAIN = "is not a plain number: write it like 1200.50 or -80"


def column(cells: list[str]) -> AmountColumn:
    def chunks() -> Iterator[Chunk]:
        yield Chunk(range(len(cells)), [[cell] for cell in cells], ())

    file = FileFacts("file", "", 0, 0)
    return AmountColumn(NamedTable(file, ("amount",), chunks), "amount")


def read(cells: list[str], currency: str = "EUR") -> list[int | str]:
    amounts, found = column(cells), list[int | str]()
    for cell in cells:
        try:
            found.append(amounts.parse(cell, currency))
        except CellError as error:
            found.append(str(error))
    return found


def doubt(whole: str, fraction: str) -> str:
    return f"may mean {whole}{fraction} or {whole}.{fraction}: write it like 1200 or 1.20"


@pytest.mark.parametrize(
    ("cells", "minor"),
    [
        (["1,200.00", "80", "-1,234,567.5"], [120_000, 8_000, -123_456_750]),
        (["1.200,00", "80", "-1.234.567,5"], [120_000, 8_000, -123_456_750]),
        (["1 200,00", "12,5"], [120_000, 1_250]),
        (["1\u00a0200,00", "1\u202f200.00"[:1]], [120_000, 100]),
        (["1 200", "1 200.50"], [120_000, 120_050]),
        (["1'200.00", "1\u2019200"], [120_000, 120_000]),
        (["1,20,000.00", "10,00,000"], [12_000_000, 100_000_000]),
        (["100,00", "80,5"], [10_000, 8_050]),
        (["1,200", "900", "12,000.50"], [120_000, 90_000, 1_200_050]),
        (["1.500", "1.234.567"], [150_000, 123_456_700]),  # proved by two marks
        (["1.500", "12,50"], [150_000, 1_250]),  # proved by a decimal comma
        (["12.500", "1200.000", "0.250"], [1_250, 120_000, 25]),  # all have three decimals
        (["1.5000", "1200.000"], [150, 120_000]),
        (["$1,200", "US$12,000", "($3,400)", "$1,125.50"], [120_000, 1_200_000, -340_000, 112_550]),
        (["-", "\u2013", "$ -", "$-", "- $", "$5"], [0, 0, 0, 0, 0, 500]),
        (
            ["(5.00)", "5.00-", "-5", "+5", "\u22125", "(1,200.00)"],
            [-500, -500, -500, 500, -500, -120_000],
        ),
        (
            ["1.200,00 \u20ac", "\u20ac5", "EUR 5", "5 eur", "-\u20ac5", "(5,00 \u20ac)"],
            [120_000, 500, 500, 500, -500, -500],
        ),
    ],
)
def test_a_column_that_agrees_is_read(cells: list[str], minor: list[int]) -> None:
    assert read(cells, "USD" if any("$" in cell for cell in cells) else "EUR") == minor


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (["1.500", "900"], [doubt("1", "500"), 90_000]),
        (["12.000", "-2.000"], [doubt("12", "000"), doubt("2", "000")]),
        (["\u20ac1,500"], [doubt("1", "500")]),  # half of the countries write it so, half not
        (["1.500", "12.50"], [doubt("1", "500"), 1_250]),  # decimals, but of another length
        (["1,500", "12,50"], [doubt("1", "500"), 1_250]),
        (["1,200.00", "1.200,00"], [OTHER, OTHER]),
        (["1,200.00", "12,50"], [OTHER, OTHER]),
        (["1 200", "1,200.5", "7"], [OTHER, OTHER, 700]),
        (["1,2,3"], [PLAIN]),
        (["1,2345.00", "1,200.00"], [PLAIN, 120_000]),
        (["0,500.00"], [PLAIN]),
        (["1,200.005"], ["has more than the 2 decimals of EUR: round it"]),
        (["5 USD"], ["is in USD, but the currency of the row is EUR"]),
        (["$5"], ["is in $, but the currency of the row is EUR"]),
        (
            ["5k", "5 %", "--5", "(-5)", "(5", "5)", "EUR 5 EUR", "- 5 -", "1e5", "inf", "\u0665"],
            [PLAIN] * 11,
        ),
    ],
)
def test_what_is_doubtful_is_refused(cells: list[str], said: list[int | str]) -> None:
    assert read(cells) == said


def test_three_decimals_are_clear_of_a_currency_that_has_them() -> None:
    assert read(["1.500", "12.000"], "KWD") == [1_500, 12_000]
    assert read(["1,500", "900"], "KWD") == [doubt("1", "500"), 900_000]
    assert read(["1,500", "12,5"], "KWD") == [1_500, 12_500]


def test_yen_have_no_decimals() -> None:
    assert read(["1.500", "\u00a51,200,000"], "JPY") == [doubt("1", "500"), 1_200_000]


def test_one_mark_before_three_digits_is_doubtful_where_no_cell_of_the_column_decides() -> None:
    assert read(["1,200", "900"]) == [doubt("1", "200"), 90_000]
    assert read(["1,200", "9,50"]) == [doubt("1", "200"), 950]
    assert read(["1,200", "1,200.50"]) == [120_000, 120_050]
    assert read(["1,200", "1,200,000"]) == [120_000, 120_000_000]


@sweep(examples=40)
@given(
    minors=st.lists(st.integers(-(10**12), 10**12), min_size=1, max_size=6),
    marks=st.sampled_from([",.", ".,", " ,", "'."]),
    money=st.sampled_from(["{}", "{} \u20ac", "EUR {}"]),
)
def test_every_column_of_one_style_comes_back(minors: list[int], marks: str, money: str) -> None:
    swap = str.maketrans({",": marks[0], ".": marks[1]})
    cells = [money.format(f"{Decimal(minor).scaleb(-2):,.2f}".translate(swap)) for minor in minors]

    assert read(cells) == minors


@sweep(examples=40)
@given(st.lists(st.text("0123456789.,' -()$", min_size=1, max_size=9), max_size=5))
def test_a_cell_is_never_read_as_two_amounts(cells: list[str]) -> None:
    for cell, found in zip(cells, read(cells, "USD"), strict=True):
        if isinstance(found, int):  # beside any others it is the same, or refused
            assert read([cell], "USD")[0] in (found, *map(str, read([cell], "USD")))


EU = "account_id,date,amount,currency,segment\n"


def test_thousands_of_the_continent_are_refused_cell_by_cell(store: Store) -> None:
    # 900 says nothing of the mark: lines 2, 3, 5 and 6 may be thousands or decimals.
    content = (
        f"{EU}nordlicht,2026-01-05,1.500,EUR,mid\nseehof,2026-01-07,12.000,EUR,ent\n"
        "kiosk,2026-01-09,900,EUR,smb\nseehof,2026-08-03,-2.000,EUR,\n"
        "nordlicht,2026-08-11,1.250,EUR,\n"
    )
    assert findings(store, content) == [
        (2, f"amount {doubt('1', '500')}"),
        (3, f"amount {doubt('12', '000')}"),
        (5, f"amount {doubt('2', '000')}"),
        (6, f"amount {doubt('1', '250')}"),
    ]
    import_text(store, content + 'bank,2026-01-05,"1.234.567,00",EUR,\n')
    assert rows(store, "SELECT sum(amount_minor) FROM ledger_movement") == [(124_821_700,)]


def test_semicolons_and_decimal_commas_land(store: Store) -> None:
    import_text(
        store,
        '"account_id";"date";"amount";"currency"\n"anna";"2026-01-05";"100,00";"EUR"\n'
        '"bert";"2026-01-05";"80,50";"EUR"\n',
    )
    assert rows(store, "SELECT account_id, amount_minor FROM ledger_movement ORDER BY 1") == [
        ("anna", 10_000),
        ("bert", 8_050),
    ]


@pytest.mark.parametrize(
    ("cells", "currency", "minor"),
    [
        (["1200.50", "-80.00", "+0.05"], "USD", [120_050, -8_000, 5]),
        (["9999999999999.99"], "USD", [999_999_999_999_999]),
        (["1200", "-80"], "JPY", [1_200, -80]),
        (["1.200", "-0.080"], "KWD", [1_200, -80]),
        (["99999999999.9999"], "CLF", [999_999_999_999_999]),
        (["1200.50", "-80"], "USD", None),  # not to the last decimal
        (["1.200"], "USD", None),  # it may mean thousands
        (["10000000000000.00"], "USD", None),  # it may be too large
        (["1.00\n2.00", "3.00"], "USD", None),
        ([" 1.00"], "USD", None),
        (["\u0661.00"], "USD", None),  # another script's digit
        (["1.00", ""], "USD", None),
    ],
)
def test_amounts_that_are_all_written_to_the_last_decimal_are_read_together(
    cells: list[str], currency: str, minor: list[int] | None
) -> None:
    lines = "".join(f"{cell}\n" for cell in cells)

    found = plain_amounts(lines, currency, count=len(cells))

    assert (None if found is None else found.tolist()) == minor
    assert minor is None or minor == read(cells, currency)
