"""The manifest of an audit pack: what it is of, and the hashes of its members."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from bot.audit_pack.archive import PackedMember
from bot.audit_pack.faults import BrokenPackError

MANIFEST = "manifest.json"
FORMAT = "nrrbot audit pack 1"
LARGEST = 1024 * 1024
"""Bytes: a manifest names some fourteen members."""
_HASHES = ("sha256", "packed_sha256")


@dataclass(frozen=True, slots=True)
class MemberHash:
    """A member's name, its size in bytes, and its hashes as `PackedMember` has them."""

    name: str
    size: int
    sha256: str
    packed_sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The subject of a pack, as JSON, and its members in their order."""

    about: dict[str, Any]
    members: tuple[MemberHash, ...]

    @classmethod
    def of(cls, about: dict[str, Any], members: Sequence[PackedMember]) -> Self:
        """Tell of the members that were written."""
        return cls(
            about,
            tuple(MemberHash(one.name, one.size, one.sha256, one.packed_sha256) for one in members),
        )

    def text(self) -> str:
        """Write the manifest."""
        members = [
            {
                "name": one.name,
                "bytes": one.size,
                "sha256": one.sha256,
                "packed_sha256": one.packed_sha256,
            }
            for one in self.members
        ]
        document = {"format": FORMAT, **self.about, "members": members}
        return json.dumps(document, ensure_ascii=False, indent=2) + "\n"

    @classmethod
    def read(cls, content: bytes) -> Self:
        """Read a manifest.

        Raises
        ------
        BrokenPackError
            If it is none.
        """
        try:
            document = json.loads(content)
            kind, members = document.pop("format"), document.pop("members")
            found = tuple(_member(one) for one in members)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise BrokenPackError(f"{MANIFEST} is no manifest of an audit pack") from None
        if kind != FORMAT:
            raise BrokenPackError(
                f"{MANIFEST} is not of {FORMAT!r}: take the version that packed it"
            )
        return cls(document, found)


def _member(one: dict[str, Any]) -> MemberHash:
    name, size = one["name"], one["bytes"]
    hashes = [one[key] for key in _HASHES]
    if not (isinstance(size, int) and all(isinstance(text, str) for text in (name, *hashes))):
        raise TypeError
    return MemberHash(name, size, *hashes)
