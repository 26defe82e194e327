"""Options that every `nrrbot import` takes."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from storage.importing.importer import FileRequest
from storage.importing.profiles.wishes import ColumnWishes, parse_wishes, read_wishes
from storage.importing.read_options import ReadOptions
from storage.importing.tables.table import TableOptions

STANDARD_INPUT = Path("-")

File = Annotated[
    Path,
    typer.Argument(
        help="A CSV, XLSX, ODS or JSON file with a header; - reads standard input.",
        show_default=False,
    ),
]
ColumnMaps = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        metavar="OURS=COLUMN",
        help="Take a column of ours from one of the file, as in account_id=CUSTOMER; of amounts"
        ' also amount=MRR/100, or "amount=MRR in EUR". May be given again.',
    ),
]
Only = Annotated[
    list[str] | None,
    typer.Option(metavar="COLUMNS", help="The only columns that become attributes: segment,plan."),
]
Ignore = Annotated[
    list[str] | None, typer.Option(metavar="COLUMNS", help="Columns that become no attributes.")
]
MappingFile = Annotated[
    Path | None,
    typer.Option(
        "--mapping",
        metavar="FILE.toml",
        help="A mapping that is kept. The one beside the file is used unasked: NAME.toml beside"
        " NAME.csv.",
    ),
]
CurrencyCode = Annotated[
    str | None, typer.Option(metavar="CODE", help="The currency of rows that name none: EUR.")
]
Encoding = Annotated[
    str | None, typer.Option(metavar="NAME", help="The encoding of a file that is not in UTF-8.")
]
Sheet = Annotated[str | None, typer.Option(metavar="NAME", help="The sheet of a workbook.")]
ClosedThrough = Annotated[
    str | None,
    typer.Option(metavar="YYYY-MM", help="Declare every month through this one closed."),
]
Through = Annotated[
    str | None,
    typer.Option(metavar="YYYY-MM-DD", help="Declare the data complete through this day."),
]
Complete = Annotated[
    bool,
    typer.Option(
        "--complete", help="What the file lacks has left: accounts of balances, contracts."
    ),
]
Drivers = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE.toml",
        help='What the file\'s words for drivers mean, in lines such as "Promo" = "discount_end".',
    ),
]
Yes = Annotated[bool, typer.Option("--yes", help="Agree to what would be asked.")]
Append = Annotated[
    bool, typer.Option("--append", help="Rows equal to those that are held are new ones.")
]
Held = Annotated[bool, typer.Option("--held", help="Skip the rows that are held.")]
Replaces = Annotated[
    bool, typer.Option("--replace", help="Reverse held rows of its days that the file lacks.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Check everything and store nothing.")]


def file_request(
    file: Path,
    typed: ColumnWishes,
    mapping: Path | None,
    *,
    table: TableOptions,
    reading: ReadOptions,
) -> FileRequest:
    """Build what a person says of a file: typed words count over a mapping that is kept.

    Raises
    ------
    MappingError
        If the mapping cannot be read.
    """
    beside = file.with_suffix(".toml") if file != STANDARD_INPUT and file.name else None
    kept = mapping or (beside if beside is not None and beside.is_file() else None)
    columns = typed if kept is None else typed.over(read_wishes(kept))
    return FileRequest(table=table, columns=columns, reading=reading)


def typed_wishes(
    kind: str | None,
    maps: list[str] | None,
    only: list[str] | None,
    ignore: list[str] | None,
    currency: str | None,
) -> ColumnWishes:
    """Read the options about columns.

    Raises
    ------
    MappingError
        If one is not written as it must be.
    """
    wishes = parse_wishes(maps or (), only or (), ignore or ())
    return replace(wishes, kind=kind, currency=currency or "")
