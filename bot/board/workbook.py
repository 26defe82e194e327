"""Writes sheets as a workbook: formulas with their results, numbers as numbers, words as words."""

from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from io import BytesIO

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from bot.board.cells import Cell, Form, SheetPage
from bot.board.pack import BoardPack
from bot.board.sheets import sheets_of
from bot.style.figures import NOT_DEFINED
from bot.style.names import period_name
from metrics.money import minor_digits, to_major

A4, WIDEST = 9, 1
_DIGITS = Context(prec=15, rounding=ROUND_HALF_EVEN)
"""A spreadsheet computes with no more: the result of a formula is what it would work out."""
_RATIO, _POINTS = "0.0%", "+0.0%;-0.0%;0.0%"


def workbook(pack: BoardPack) -> bytes:
    """Write a pack as an XLSX file; the same pack gives the same bytes."""
    file = BytesIO()
    # A name out of a ledger is never a formula, a link or a number.
    plain = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
    with Workbook(file, {"in_memory": True, **plain}) as book:
        book.set_properties(
            {
                "title": f"Board pack, {period_name(pack.period)}",
                "created": pack.grounds.data_as_of.replace(tzinfo=None),
            }
        )
        writer = _Writer(book, pack.grounds.currency)
        for page in sheets_of(pack):
            writer.write(page)
    return file.getvalue()


class _Writer:
    def __init__(self, book: Workbook, currency: str) -> None:
        self._book, self._currency = book, currency
        self._formats: dict[tuple[Form, bool], Format] = {}

    def write(self, page: SheetPage) -> None:
        sheet = self._book.add_worksheet(page.name)
        width = max(len(row) for row in page.rows)
        sheet.set_column(0, 0, page.first)
        sheet.set_column(1, width, page.other)
        for at, row in enumerate(page.rows):
            for column, cell in enumerate(row):
                if cell is not None:
                    self._put(sheet, at, column, cell)
        sheet.freeze_panes(page.frozen, 1)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(WIDEST, 0)
        sheet.print_area(0, 0, len(page.rows) - 1, width - 1)
        if page.frozen:
            sheet.repeat_rows(0, page.frozen - 1)
        sheet.set_footer("&L&A&RPage &P of &N")

    def _put(self, sheet: Worksheet, row: int, column: int, cell: Cell) -> None:
        shown = self._format(cell)
        if isinstance(cell.value, str):
            sheet.write_string(row, column, cell.value, shown)
        elif cell.formula:
            value = NOT_DEFINED if cell.value is None else f"{self._number(cell):f}"
            result = value if cell.value is None else Decimal(value)
            sheet.write_formula(row, column, cell.formula, shown, result)
        elif cell.value is None:
            sheet.write_string(row, column, NOT_DEFINED, shown)
        else:
            sheet.write_number(row, column, Fraction(self._number(cell)), shown)

    def _number(self, cell: Cell) -> Decimal:
        value = cell.value
        if isinstance(value, int):
            return to_major(value, self._currency) if cell.form is Form.MONEY else Decimal(value)
        exact = Fraction(value or 0)
        return _DIGITS.divide(Decimal(exact.numerator), Decimal(exact.denominator))

    def _format(self, cell: Cell) -> Format:
        key = (cell.form, cell.is_total)
        if key not in self._formats:
            self._formats[key] = self._book.add_format(self._look(*key))
        return self._formats[key]

    def _look(self, form: Form, is_total: bool) -> dict[str, object]:  # noqa: FBT001 - a key's half
        digits = minor_digits(self._currency)
        looks: dict[Form, dict[str, object]] = {
            Form.TEXT: {},
            Form.TITLE: {"bold": True, "font_size": 14},
            Form.HEAD: {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"},
            Form.NOTE: {"font_color": "#616061"},
            Form.MONEY: {"num_format": f"#,##0{'.' * bool(digits)}{'0' * digits}"},
            Form.COUNT: {"num_format": "#,##0"},
            Form.RATIO: {"num_format": _RATIO, "align": "right"},
            Form.POINTS: {"num_format": _POINTS, "align": "right"},
        }
        return {**looks[form], **({"bold": True, "top": 1} if is_total else {})}
