"""Small workbooks as the office programs write them: their parts, and nothing else."""

import io
import zipfile
from collections.abc import Mapping, Sequence

from storage.importing.report import column_letters

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
DAY, MOMENT = 1, 2
"""Styles of numbers that are shown as dates."""
Cell = str | float | bool | tuple[float, int]


def xlsx(sheets: Mapping[str, Sequence[Sequence[Cell]] | str], *, hidden: str = "") -> bytes:
    """Return a workbook of sheets, each as its rows of cells or as raw XML; "" is no cell."""
    names = list(sheets)
    parts = {
        "_rels/.rels": _relations({"xl/workbook.xml": "officeDocument"}),
        "xl/workbook.xml": (
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
            + "".join(
                f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"'
                + ' state="hidden"' * (name == hidden)
                + "/>"
                for n, name in enumerate(names, start=1)
            )
            + "</sheets></workbook>"
        ),
        "xl/_rels/workbook.xml.rels": _relations(
            {f"worksheets/sheet{n}.xml": "worksheet" for n, _ in enumerate(names, start=1)}
            | {"styles.xml": "styles"}
        ),
        "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><cellXfs count="3"><xf numFmtId="0"/>'
        '<xf numFmtId="14"/><xf numFmtId="22"/></cellXfs></styleSheet>',
    }
    for n, rows in enumerate(sheets.values(), start=1):
        data = rows if isinstance(rows, str) else "".join(map(_row, range(1, 10_000), rows))
        parts[f"xl/worksheets/sheet{n}.xml"] = (
            f'<worksheet xmlns="{_MAIN}"><sheetData>{data}</sheetData></worksheet>'
        )
    return zipped(parts)


def ods(rows: Sequence[Sequence[Cell]] | str) -> bytes:
    """Return an OpenDocument sheet."""
    data = rows if isinstance(rows, str) else "".join(map(_ods_row, rows))
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:'
            'opendocument:xmlns:manifest:1.0"/>',
            "content.xml": '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:'
            'xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
            ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body>'
            f'<office:spreadsheet><table:table table:name="Sheet1">{data}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        }
    )


def zipped(parts: Mapping[str, str]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return target.getvalue()


def _relations(targets: Mapping[str, str]) -> str:
    said = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for n, (target, kind) in enumerate(targets.items(), start=1)
    )
    return f'<Relationships xmlns="{_PACKAGE}">{said}</Relationships>'


def _row(number: int, cells: Sequence[Cell]) -> str:
    inner = "".join(
        _cell(f"{column_letters(place)}{number}", cell)
        for place, cell in enumerate(cells)
        if cell != ""
    )
    return f'<row r="{number}">{inner}</row>' if inner else ""


def _cell(where: str, cell: Cell) -> str:
    if isinstance(cell, bool):
        return f'<c r="{where}" t="b"><v>{int(cell)}</v></c>'
    if isinstance(cell, str):
        return f'<c r="{where}" t="inlineStr"><is><t>{cell}</t></is></c>'
    value, style = cell if isinstance(cell, tuple) else (cell, 0)
    return f'<c r="{where}" s="{style}"><v>{value!r}</v></c>'


def _ods_row(cells: Sequence[Cell]) -> str:
    inner = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
        if isinstance(cell, str)
        else f'<table:table-cell office:value-type="float" office:value="{cell!r}"/>'
        for cell in cells
    )
    return f"<table:table-row>{inner}</table:table-row>"
