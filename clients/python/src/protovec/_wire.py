"""The few parts of protobuf's encoding that records and messages of records are written with.

A list of 384 numbers goes into its field as one piece of bytes. Doing that by hand is several times
as fast as handing each number to a message.
"""

from __future__ import annotations


def varint(value: int) -> bytes:
    """Encode a whole number from 0 up to 64 bits."""
    if value < 0x80:
        return _single[value]
    parts = bytearray()
    while value >= 0x80:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    parts.append(value)
    return bytes(parts)


def field(tag: bytes, body: bytes) -> bytes:
    """Encode a length-delimited field; ``tag`` is its encoded tag."""
    return tag + varint(len(body)) + body


def size_of_field(length: int) -> int:
    """Tell what a body of so many bytes takes as a field with a tag of one byte."""
    return 1 + (max(length.bit_length(), 1) + 6) // 7 + length


_single = tuple(bytes((value,)) for value in range(0x80))
