"""A board pack as a message: its levels, what a board has to know, and the files that come."""

from bot.board.pack import BoardPack
from bot.board.wording import board_lines, levels_line
from bot.style.grounds import footer
from bot.style.parts import Footer, Headline, Parts, Quiet, Said

FILES = "As a workbook (XLSX) and as pages to print (PDF)."


def pack_parts(pack: BoardPack, *notes: str) -> Parts:
    """Compose what a terminal prints of a pack, and what comes with its files."""
    _, *lines = board_lines(pack)
    return (
        Headline(f"Board pack · {levels_line(pack)}"),
        Said(*lines),
        Quiet(*notes),
        Footer(footer(pack.grounds)),
    )
