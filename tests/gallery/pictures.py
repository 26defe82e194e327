"""The two pictures of README: an answer as the terminal shows it, and the digest's chart."""

import html
import io
import re
import struct
import zlib
from pathlib import Path

from rich.console import Console
from rich.text import Text

from bot.answers.answers import Answers
from bot.answers.terminal import print_reply
from bot.demo.uses import QUESTION, main_digest
from bot.digests.chart import digest_pictures
from storage.delivery.parcels import Picture

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
ANSWER, DIGEST = FOLDER / "answer.svg", FOLDER / "digest.png"

_COLUMNS = 80
_FONTS = re.compile(r"\s*@font-face {.*?}", re.DOTALL)
_WORDS = b"Description\0\0\0\0\0"  # an iTXt chunk: keyword, not compressed, no language
_HEADER = 33  # of a PNG: its signature and the first chunk


def answer_picture(answers: Answers) -> str:
    """Draw the answer to the demo's question as a terminal prints it, as SVG."""
    console = Console(
        record=True, width=_COLUMNS, file=io.StringIO(), force_terminal=True, legacy_windows=False
    )
    console.print(Text(f"/nrr {QUESTION}", style="bold cyan"))
    print_reply(answers.ask(QUESTION), console)
    drawn = console.export_svg(title="nrrbot", unique_id="nrrbot")
    return _FONTS.sub("", drawn)  # GitHub shows no picture that loads a font from elsewhere


def digest_picture(answers: Answers) -> Picture:
    """Draw the picture of the usual digest."""
    [picture] = digest_pictures(main_digest(answers))
    return picture


def words_of_svg(drawn: str) -> str:
    """Read the text of an SVG, whatever its layout."""
    return " ".join(html.unescape(" ".join(re.findall(r"<text[^>]*>([^<]*)", drawn))).split())


def with_words(picture: Picture) -> bytes:
    """Write the words of a picture into its PNG, from which `words_of_png` reads them."""
    data = b"iTXt" + _WORDS + picture.alt_text.encode()
    chunk = struct.pack(">I", len(data) - 4) + data + struct.pack(">I", zlib.crc32(data))
    return picture.png[:_HEADER] + chunk + picture.png[_HEADER:]


def words_of_png(png: bytes) -> str:
    """Read the words that were written into a PNG."""
    size, name = struct.unpack_from(">I4s", png, _HEADER)
    data = png[_HEADER + 8 : _HEADER + 8 + size]
    if name != b"iTXt" or not data.startswith(_WORDS):
        return ""
    return data.removeprefix(_WORDS).decode()
