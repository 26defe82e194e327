"""Packing of integer arrays: the narrowest type, raw, so that to unpack is to look at the bytes."""

import struct
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.integer]
"""An array of integers, of any width; those from a store must not be written to."""
Key = tuple[int, ...]
"""The key of a table's row: a month and a chunk, or one of them."""
Packed = Mapping[str, bytes]
"""The cells of a row beside its key, by the names of their columns."""

_HEAD = struct.Struct("<BxxxI")  # eight bytes, so that the cells behind it are aligned
_TYPES = tuple(np.dtype(name) for name in ("<u1", "<i1", "<u2", "<i2", "<u4", "<i4", "<i8"))
_CONSTANT, _TABLE = 0x10, 0x20
_LIMITS = tuple((int(of.min), int(of.max)) for of in map(np.iinfo, _TYPES))
_WIDEST = len(_TYPES) - 1
_FEW = 256  # distinct values that one byte can number


def pack(values: Whole) -> bytes:
    """Pack whole numbers; equal arrays give equal bytes, whatever their types."""
    least, most = (int(values.min()), int(values.max())) if values.size else (0, 0)
    code = _narrowest(least, most)
    head = _HEAD.pack(code | (_CONSTANT if least == most else 0), values.size)
    if least == most:
        return head + np.array(least, _TYPES[code]).tobytes()
    if code == _WIDEST:
        distinct, numbers = np.unique(values, return_inverse=True)
        if distinct.size <= _FEW:  # moments of imports: eight bytes each, and few of them
            table = np.array([distinct.size, *distinct.tolist()], "<i8").tobytes()
            head = _HEAD.pack(code | _TABLE, values.size)
            return head + table + numbers.astype(np.uint8).tobytes()
    return head + values.astype(_TYPES[code], copy=False).tobytes()


def unpack(packed: bytes) -> Whole:
    """Unpack whole numbers, read only and, where they are raw, without a copy."""
    form, size = _HEAD.unpack_from(packed)
    kind = _TYPES[form & 0x0F]
    if form & _CONSTANT:
        return np.ndarray(size, kind, packed, _HEAD.size, (0,))  # the same cell again and again
    if form & _TABLE:
        count = int(np.frombuffer(packed, "<i8", 1, _HEAD.size)[0])
        distinct = np.frombuffer(packed, "<i8", count, _HEAD.size + 8)
        found = distinct[np.frombuffer(packed, np.uint8, size, _HEAD.size + 8 * (count + 1))]
        found.flags.writeable = False
        return found
    return np.frombuffer(packed, kind, size, _HEAD.size)


def _narrowest(least: int, most: int) -> int:
    return next(code for code, (low, high) in enumerate(_LIMITS) if low <= least and most <= high)
