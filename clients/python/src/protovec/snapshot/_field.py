"""Finds the bounds of one top-level field in bytes that may end anywhere.

It looks only at tags and lengths, because the bytes have not been checked yet. It refuses what no
encoder of proto3 writes: groups, field number 0, varints longer than their type.
"""

from __future__ import annotations

from typing import NamedTuple

from protovec.snapshot._format import Damage


class Field(NamedTuple):
    """A field in a buffer."""

    tag: int
    value: int
    """Where the value starts: for a length-delimited field after its length."""
    end: int
    """After the value. May lie beyond the buffer."""


def scan(data: bytes | bytearray | memoryview, at: int, limit: int) -> Field | None:
    """Scan the field at ``at``; None when the bytes end, at ``limit``, before its length is known."""
    read = _varint32(data, at, limit)
    if read is None:
        return None
    tag, value = read
    if tag < 8:
        raise Damage("a field with number 0: the file is damaged")
    kind = tag & 7
    if kind == 2:
        read = _varint32(data, value, limit)
        if read is None:
            return None
        length, value = read
        return Field(tag, value, value + length)
    if kind == 0:
        return _skip_varint(data, tag, value, limit)
    if kind == 1:
        return Field(tag, value, value + 8)
    if kind == 5:
        return Field(tag, value, value + 4)
    raise Damage(f"field {tag >> 3} has wire type {kind}, which proto3 does not use")


def _varint32(data: bytes | bytearray | memoryview, at: int, limit: int) -> tuple[int, int] | None:
    if at < limit and data[at] < 0x80:
        return data[at], at + 1
    value = 0
    for shift in range(0, 35, 7):
        if at >= limit:
            return None
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            if value >= 1 << 32:
                break
            return value, at
    raise Damage("a tag or length of more than 32 bits: the file is damaged")


def _skip_varint(data: bytes | bytearray | memoryview, tag: int, value: int, limit: int) -> Field | None:
    for at in range(value, value + 10):
        if at >= limit:
            return None
        if data[at] < 0x80:
            return Field(tag, value, at + 1)
    raise Damage(f"field {tag >> 3} is a varint of more than 10 bytes")
