"""Compressed fragments.

A fragment may come from anybody: its length is bounded before anything is inflated, nothing is inflated
before its CRC has been verified, and what it inflates to is held to what it says.
"""

from __future__ import annotations

import zlib

from google.protobuf.message import DecodeError

from protovec.snapshot._field import scan
from protovec.snapshot._format import INFLATED_BYTES_MAX, KNOWN_FIELD_MAX, RECORD, Damage
from protovec.v1 import snapshot_pb2


def decode_fragment(encoded: bytes) -> snapshot_pb2.Fragment:
    """Decode the value of a ``fragments`` field."""
    try:
        return snapshot_pb2.Fragment.FromString(encoded)
    except DecodeError as error:
        raise Damage(f"compressed records cannot be decoded: {error}") from error


def inflated(encoded: bytes) -> bytes:
    """Inflate the value of a ``fragments`` field: whole fields, as many of them records as it says."""
    fragment = decode_fragment(encoded)
    if fragment.codec != snapshot_pb2.CODEC_GZIP:
        raise Damage(f"records compressed with codec {fragment.codec}, which is not known here")
    if zlib.crc32(fragment.data) != fragment.crc:
        count = len(fragment.data)
        raise Damage(f"the {count} bytes of compressed records do not match their CRC")
    size = fragment.inflated_size
    if size > INFLATED_BYTES_MAX:
        most = INFLATED_BYTES_MAX
        raise Damage(f"compressed records that inflate to {size} bytes, the most is {most}")
    data = _inflate(fragment.data, size)
    records = _count(data)
    if records != fragment.record_count:
        counted = fragment.record_count
        raise Damage(f"compressed records that count {counted} records, there are {records}")
    return data


def _inflate(data: bytes, size: int) -> bytes:
    # 16 beyond the window's size: the format of gzip. One byte more tells that there is more.
    inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        inflated = inflater.decompress(data, size + 1)
    except zlib.error as error:
        raise Damage(f"compressed records that cannot be inflated: {error}") from error
    if len(inflated) != size or not inflater.eof or inflater.unused_data:
        raise Damage(f"compressed records that do not inflate to the {size} bytes they say")
    return inflated


def _count(data: bytes) -> int:
    records, at = 0, 0
    while at < len(data):
        found = scan(data, at, len(data))
        if found is None or found.end > len(data):
            raise Damage("compressed records that end within a field")
        if found.tag == RECORD:
            records += 1
        elif found.tag >> 3 <= KNOWN_FIELD_MAX:
            raise Damage(f"field {found.tag >> 3} among compressed records, where none may be")
        at = found.end
    return records
