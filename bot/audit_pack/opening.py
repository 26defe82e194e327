"""Opens an audit pack that anybody may have altered: nothing of it is believed or held whole."""

import csv
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from io import TextIOWrapper
from pathlib import Path
from typing import BinaryIO
from zipfile import BadZipFile, LargeZipFile, ZipFile

from bot.audit_pack.archive import DEFLATED, STORED, PackedMember, directory
from bot.audit_pack.faults import BrokenPackError
from bot.audit_pack.manifest import LARGEST, MANIFEST, Manifest, MemberHash
from bot.audit_pack.packing import MEMBERS
from bot.errors import UsageError
from bot.style.names import safe_name
from metrics.listing import few_of

_DAMAGE = (
    *(BadZipFile, LargeZipFile, zlib.error, struct.error, EOFError),
    *(NotImplementedError, RuntimeError, OSError, ValueError, IndexError),
)
"""Errors of `zipfile` on a file that is none, or was altered."""
_BEGINS = b"PK\x03\x04"
_AT_ONCE = 64 * 1024
_SMALL, _TIMES = 64 * 1024 * 1024, 200
"""A pack unpacks to so many bytes, or so many times its size: rows of text do not get smaller."""


@dataclass(frozen=True, slots=True)
class OpenPack:
    """A pack whose members are as its manifest says; ``sha256`` is the manifest's own hash."""

    zip: ZipFile
    manifest: Manifest
    sha256: str

    def rows(self, name: str) -> Iterator[dict[str, str]]:
        """Yield the rows of a table by the names of its columns.

        Raises
        ------
        BrokenPackError
            If it is no such table.
        """
        with self.zip.open(name) as packed, TextIOWrapper(packed, "utf-8", newline="") as text:
            reader = csv.DictReader(text, strict=True)
            try:
                for row in reader:
                    if None in row or None in row.values():
                        raise BrokenPackError(
                            f"{name} has another number of cells in line {reader.line_num}"
                        )
                    yield row
            except (csv.Error, UnicodeDecodeError):
                raise BrokenPackError(
                    f"{name} cannot be read as a table behind line {reader.line_num}"
                ) from None


@contextmanager
def opened_pack(path: Path) -> Iterator[OpenPack]:
    """Open a pack, and hold all that is in it against its manifest.

    Raises
    ------
    UsageError
        If it cannot be read.
    BrokenPackError
        If it is no pack, or something in it was altered, with the name of the member.
    """
    try:
        file = path.open("rb")
    except OSError:
        raise UsageError(f"the file {path} cannot be read: check its name and rights") from None
    with file, _opened(file) as zipped:
        _check_names(zipped)
        _check_sizes(zipped, size=path.stat().st_size)
        content = b"".join(_pieces(zipped, MANIFEST, most=LARGEST))
        manifest = Manifest.read(content)
        _check_members(zipped, manifest)
        _check_frame(file, zipped, manifest)
        yield OpenPack(zipped, manifest, sha256(content).hexdigest())


@contextmanager
def _opened(file: BinaryIO) -> Iterator[ZipFile]:
    begins = file.read(len(_BEGINS))
    try:
        zipped = ZipFile(file)
    except _DAMAGE:
        if begins == _BEGINS:
            raise BrokenPackError(
                "the file was cut off, or its end was altered: get it again"
            ) from None
        raise BrokenPackError("the file is no zip file, so it is no audit pack") from None
    with zipped:
        yield zipped


def _check_names(zipped: ZipFile) -> None:
    names, known = zipped.namelist(), {*MEMBERS, MANIFEST}
    for name in names:
        if name not in known:
            said = f"{safe_name(name)!r} is not a part of an audit pack"
            lacking = sorted(known - {*names})
            if lacking:
                raise BrokenPackError(f"{lacking[0]} is missing, and {said}: it was renamed")
            raise BrokenPackError(f"{said}: it was put there")
    for name in sorted(known):
        if names.count(name) != 1:
            how = "is missing" if name not in names else "is in it twice"
            raise BrokenPackError(f"{name} {how}")


def _check_sizes(zipped: ZipFile, *, size: int) -> None:
    most = max(_SMALL, _TIMES * size)
    if sum(one.file_size for one in zipped.infolist()) > most:
        raise BrokenPackError(
            f"the file unpacks to more than {_TIMES} times its size: it is no audit pack"
        )


_FAULTS = 2


def _check_members(zipped: ZipFile, manifest: Manifest) -> None:
    if [one.name for one in manifest.members] != MEMBERS:
        raise BrokenPackError(f"{MANIFEST} was altered: it does not name every member once")
    faults = {one.name: said for one in manifest.members if (said := _fault(zipped, one))}
    if len(faults) > 1:
        name = safe_name(str(manifest.about.get("name")))
        raise BrokenPackError(
            f"{few_of([*faults], _FAULTS)} are not what {MANIFEST} says: they were altered, or it"
            f" is that of another pack, {name}"
        )
    for said in faults.values():
        raise BrokenPackError(said)


def _fault(zipped: ZipFile, member: MemberHash) -> str | None:
    found, size = sha256(), 0
    try:
        for piece in _pieces(zipped, member.name, most=member.size):
            found.update(piece)
            size += len(piece)
    except BrokenPackError as error:
        return str(error)
    if (found.hexdigest(), size) != (member.sha256, member.size):
        return f"{member.name} was altered: it is not what {MANIFEST} says"
    return None


def _pieces(zipped: ZipFile, name: str, *, most: int) -> Iterator[bytes]:
    """Yield what a member holds, and no more than one piece beyond ``most`` bytes."""
    read = 0
    try:
        with zipped.open(name) as packed:
            while read <= most and (piece := packed.read(_AT_ONCE)):
                read += len(piece)
                yield piece
    except _DAMAGE:
        raise BrokenPackError(f"{name} was altered: it cannot be unpacked") from None
    if read > most:
        raise BrokenPackError(f"{name} was altered: it is larger than it should be")


def _check_frame(file: BinaryIO, zipped: ZipFile, manifest: Manifest) -> None:
    """Hold every byte of the file that is none of a member against what was written there."""
    hashes = {one.name: one.packed_sha256 for one in manifest.members}
    members, at = list[PackedMember](), 0
    for info in zipped.infolist():
        is_last = info.filename == MANIFEST
        member = PackedMember(
            name=info.filename,
            method=STORED if is_last else DEFLATED,
            crc=info.CRC,
            size=info.file_size,
            packed_size=info.compress_size,
            sha256="",
            packed_sha256="",
        )
        file.seek(at)
        head = file.read(len(member.header))
        packed = _hash_of(file, member.packed_size)
        is_whole = head == member.header and (is_last or packed == hashes[member.name])
        if not is_whole:
            raise BrokenPackError(
                f"{member.name} holds what it should, but bytes around it were altered, or another"
                " program has packed the file again: get it as it was written"
            )
        members.append(member)
        at += len(head) + member.packed_size
    file.seek(at)
    end = directory(members)
    if file.read(len(end) + 1) != end:
        raise BrokenPackError(
            "its files hold what they should, but the end of the zip file was altered"
        )


def _hash_of(file: BinaryIO, size: int) -> str:
    found = sha256()
    while size > 0 and (piece := file.read(min(size, _AT_ONCE))):
        found.update(piece)
        size -= len(piece)
    return found.hexdigest()
