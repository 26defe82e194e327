"""Bytes of a file from outside: whether they may be read, one hash, and what is no text in them."""

import codecs
import hashlib
import re
import stat
from collections.abc import Iterator
from pathlib import Path

from storage.errors import UnreadableFileError

BLOCK = 2**20  # also the longest line: a table's are shorter by far, and each is held whole
UTF_8 = "utf-8-sig"
WESTERN = "cp1252"
Stamp = tuple[int, int, int, int]
"""Device, inode, size and time of change: one of them differs once a file is replaced."""
_START = 2**10
_WORD = 30  # bytes around one that is no UTF-8
_CELL_ENDS = re.compile(rb"[,;\t|\r\n\"]")


def stamp_of(path: Path) -> Stamp:
    """Look at a regular file without opening it.

    Raises
    ------
    UnreadableFileError
        If it is none, or empty.
    """
    try:
        found = path.stat()
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:  # NUL is in no name
        raise UnreadableFileError("there is no such file") from error
    except OSError as error:
        raise unreadable() from error
    if not stat.S_ISREG(found.st_mode):
        raise UnreadableFileError("it is not a file")
    if not found.st_size:  # also what the machine calls a file, and what may never end
        raise empty()
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def require_unchanged(path: Path, stamp: Stamp) -> None:
    """Refuse a file that was replaced: rows of two states would be taken for one file."""
    if stamp_of(path) != stamp:
        raise UnreadableFileError("the file changed while it was read: import it again")


def empty() -> UnreadableFileError:
    """Say that there is nothing."""
    return UnreadableFileError("the file is empty: its first line must name the columns")


def unreadable() -> UnreadableFileError:
    """Say that the machine does not let the file be read."""
    return UnreadableFileError("the file cannot be read: check its name and rights")


def first_bytes(path: Path) -> bytes:
    """Read as much of a file as tells of what kind it is."""
    try:
        with path.open("rb") as file:
            return file.read(_START)
    except OSError as error:
        raise unreadable() from error


def blocks_of(path: Path, max_bytes: int) -> Iterator[bytes]:
    """Yield the bytes of a file that is not larger than the limit."""
    left = max_bytes + 1  # a byte more shows that there is more, also of a file that grows
    try:
        with path.open("rb") as file:
            while left and (block := file.read(min(BLOCK, left))):
                left -= len(block)
                yield block
    except OSError as error:
        raise unreadable() from error
    if not left:
        raise too_large(max_bytes)


def too_large(max_bytes: int) -> UnreadableFileError:
    """Say that the file is larger than the limit."""
    return UnreadableFileError(
        f"the file is larger than the limit of {max_bytes // 2**20} MiB:"
        " split it, or raise NRRBOT_MAX_IMPORT_MIB"
    )


class Survey:
    """One look at every byte of a file, for its hash and for bytes that are no text."""

    def __init__(self, encoding: str = UTF_8, *, long_lines: bool = False) -> None:
        self.sha256 = hashlib.sha256()
        self.size = 0
        self.line_breaks = 0
        self._encoding, self._long_lines = encoding, long_lines
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self._problem: UnreadableFileError | None = None

    def add(self, block: bytes) -> None:
        """Look at the next bytes; a fault is kept: that a file is too large is said first."""
        self._look(block, final=False)
        self.sha256.update(block)
        self.size += len(block)

    def end(self) -> None:
        """Raise the first fault."""
        self._look(b"", final=True)
        if self._problem:
            raise self._problem

    def _look(self, block: bytes, *, final: bool) -> None:
        if self._problem:
            return
        try:
            text = self._decoder.decode(block, final)
        except UnicodeError as error:
            self._problem = self._no_text(error, block)
            return
        line = self.line_breaks + 1
        if "\0" in text:
            line += text[: text.index("\0")].count("\n")
            self._problem = _nul(line)
        elif self._is_too_long(text, block):
            self._problem = UnreadableFileError(
                f"line {line} is longer than 1 MiB: end each row with a line break"
            )
        self.line_breaks += text.count("\n")

    def _is_too_long(self, text: str, block: bytes) -> bool:
        if self._long_lines or len(block) < BLOCK:
            return False
        return "\n" not in text and "\r" not in text

    def _no_text(self, error: UnicodeError, block: bytes) -> UnreadableFileError:
        if not isinstance(error, UnicodeDecodeError):  # of a byte order mark that is missing
            return UnreadableFileError(f"the file is not {self._encoding}: name another --encoding")
        line = self.line_breaks + 1 + error.object[: error.start].count(b"\n")
        if self._encoding != UTF_8:
            return UnreadableFileError(
                f"line {line} is not {self._encoding}: name another --encoding"
            )
        if b"\0" in block:
            return _nul(self.line_breaks + 1 + block[: block.index(b"\0")].count(b"\n"))
        if word := _western_word(error.object, error.start):
            return UnreadableFileError(
                f'line {line} is not UTF-8; as {WESTERN} it says "{word}": if that is right, add'
                f" --encoding {WESTERN}, else save the file as CSV in UTF-8"
            )
        return UnreadableFileError(f"line {line} is not UTF-8: save it as CSV in UTF-8")


def _nul(line: int) -> UnreadableFileError:
    return UnreadableFileError(f"line {line} holds a NUL byte: save it as CSV in UTF-8")


def _western_word(data: bytes, place: int) -> str:
    """Read the cell around a byte as Western Excel writes it; empty where that makes no word."""
    before = _CELL_ENDS.split(data[max(0, place - _WORD) : place])[-1]
    behind = _CELL_ENDS.split(data[place : place + _WORD])[0]
    word = (before + behind).decode(WESTERN, "replace").strip()
    letter = data[place : place + 1].decode(WESTERN, "replace")
    is_word = word.isprintable() and "\N{REPLACEMENT CHARACTER}" not in word
    return word if is_word and (letter.isalpha() or letter == "€") else ""


def encoding_of(path: Path, said: str | None) -> str:
    """Tell a text's encoding: by its byte order mark, else as was said, else UTF-8.

    Raises
    ------
    UnreadableFileError
        If what was said is no encoding.
    """
    start = first_bytes(path)
    if start.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if said is None or start.startswith(codecs.BOM_UTF8):
        return UTF_8
    try:
        "".encode(said)
        codecs.getincrementaldecoder(said)().decode(b"", final=True)
        name = codecs.lookup(said).name
    except (LookupError, TypeError, UnicodeError, ValueError):
        raise UnreadableFileError(
            f'--encoding "{said}" is not known: write it like utf-8, cp1252 or latin-1'
        ) from None
    return UTF_8 if name == "utf-8" else name
