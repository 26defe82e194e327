"""The file of an audit pack: a zip whose every byte follows from what its members hold.

It is written here, not by `zipfile`, so that the same members give the same bytes, and so that a
byte that was altered anywhere in it can be found.
"""

import struct
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import BinaryIO

from bot.errors import UsageError

STORED, DEFLATED = 0, 8
LARGEST = 2**32 - 1
"""Bytes that a zip without further extensions can tell of."""
_NEEDS, _UNIX = 20, 3
_UTF8 = 0x800
_TIME, _DATE = 0, 0x21  # midnight of 1 January 1980, the first moment that a zip knows
_OWNER_ALONE = 0o100600 << 16
_LEVEL = 6
_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_AT_ONCE = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedMember:
    """A member as it lies in the file: sizes in bytes, hashes as hexadecimal digits.

    Attributes
    ----------
    sha256, packed_sha256 : str
        Of what it holds, and of the same as it is compressed.
    """

    name: str
    method: int
    crc: int
    size: int
    packed_size: int
    sha256: str
    packed_sha256: str

    @property
    def header(self) -> bytes:
        """The bytes before it."""
        name = self.name.encode()
        sizes = self.crc, self.packed_size, self.size
        common = _NEEDS, _UTF8, self.method, _TIME, _DATE
        return _LOCAL.pack(b"PK\x03\x04", *common, *sizes, len(name), 0) + name


def directory(members: Sequence[PackedMember]) -> bytes:
    """Write the bytes behind the last member."""
    at, found = 0, b""
    for one in members:
        name = one.name.encode()
        common = _NEEDS, _UTF8, one.method, _TIME, _DATE
        sizes = one.crc, one.packed_size, one.size
        made_by = _UNIX << 8 | _NEEDS
        rest = len(name), 0, 0, 0, 0, _OWNER_ALONE, at
        found += _CENTRAL.pack(b"PK\x01\x02", made_by, *common, *sizes, *rest) + name
        at += len(one.header) + one.packed_size
    count = len(members)
    return found + _END.pack(b"PK\x05\x06", 0, 0, count, count, len(found), at, 0)


class ArchiveWriter:
    """Writes members one after the other, none of them held whole.

    Parameters
    ----------
    file : binary file
        Empty, and able to seek: what stands before a member is known behind it.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.members: list[PackedMember] = []

    @contextmanager
    def member(self, name: str, *, method: int = DEFLATED) -> Iterator["MemberSink"]:
        """Write a member through the sink."""
        start = self._file.tell()
        sink = MemberSink(self._file, method=method)
        blank = PackedMember(
            name=name, method=method, crc=0, size=0, packed_size=0, sha256="", packed_sha256=""
        )
        self._file.write(blank.header)
        yield sink
        packed = sink.closed_as(name)
        if self._file.tell() > LARGEST or packed.size > LARGEST:
            raise UsageError("an audit pack holds 4 GiB at most: take a shorter period or a scope")
        self.members.append(packed)
        end = self._file.tell()
        self._file.seek(start)
        self._file.write(packed.header)
        self._file.seek(end)

    def close(self) -> None:
        """Write what follows the last member."""
        self._file.write(directory(self.members))


class MemberSink:
    """Takes the text of a member, as a file would."""

    def __init__(self, file: BinaryIO, *, method: int) -> None:
        self._file, self._method = file, method
        self._packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        self._hash, self._packed_hash = sha256(), sha256()
        self._crc = self._size = self._packed_size = 0
        self._held: list[str] = []
        self._length = 0

    def write(self, text: str) -> int:
        """Take a piece of text."""
        self._held.append(text)
        self._length += len(text)
        if self._length >= _AT_ONCE:
            self._flush()
        return len(text)

    def closed_as(self, name: str) -> PackedMember:
        """Write the rest, and tell of the member."""
        self._flush()
        if self._method == DEFLATED:
            self._put(self._packer.flush())
        return PackedMember(
            name=name,
            method=self._method,
            crc=self._crc,
            size=self._size,
            packed_size=self._packed_size,
            sha256=self._hash.hexdigest(),
            packed_sha256=self._packed_hash.hexdigest(),
        )

    def _flush(self) -> None:
        content = "".join(self._held).encode()
        self._held, self._length = [], 0
        self._hash.update(content)
        self._crc = zlib.crc32(content, self._crc)
        self._size += len(content)
        self._put(self._packer.compress(content) if self._method == DEFLATED else content)

    def _put(self, packed: bytes) -> None:
        self._packed_hash.update(packed)
        self._packed_size += len(packed)
        self._file.write(packed)
