"""One part of a snapshot while it is read: what its checksums and its footer must say."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable

from google.protobuf.message import DecodeError

from protovec.snapshot._format import (
    COLLECTION,
    EMBEDDING_MODEL,
    HEADER_BYTES_MAX,
    MOVED_HINT,
    Damage,
)
from protovec.snapshot._header import SnapshotHeader, decode_header
from protovec.v1 import snapshot_pb2


class Part:
    """Nothing is decoded from a sealed part before a checksum covers it, the version aside."""

    def __init__(self, start: int) -> None:
        self.start = start
        """Offset of its first byte in the file."""
        self.sealed: bool | None = None
        """None until the first checksum, or until there is none for too long."""
        self.digest = hashlib.sha256()
        """Has every byte up to the block being read."""
        self._records = 0
        self._header = b""
        self._seen: set[int] = set()

    def add_header_field(self, tag: int, encoded: bytes, value: bytes) -> None:
        """Keep a header field: its bytes with the tag, and its value alone."""
        number = tag >> 3
        if tag in self._seen:
            raise Damage(f"header field {number} occurs twice in the part")
        if self.sealed:
            raise Damage(f"header field {number} comes after the first checksum of the part")
        if tag in (COLLECTION, EMBEDDING_MODEL):
            try:
                value.decode()
            except UnicodeDecodeError as error:
                raise Damage(f"header field {number} is not valid UTF-8") from error
        self._seen.add(tag)
        self._header += encoded
        if len(self._header) > HEADER_BYTES_MAX:
            raise Damage(f"the header takes more than {HEADER_BYTES_MAX} bytes")

    def header(self) -> SnapshotHeader:
        """Decode the header fields so far."""
        return decode_header(self._header)

    def verify_checksum(
        self, encoded: bytes, covered: memoryview, offset: int, count: Callable[[], int]
    ) -> None:
        """Check a checksum against the bytes since the one before, which start at ``offset``.

        ``count`` counts the records in them, once they are known to be whole.
        """
        try:
            checksum = snapshot_pb2.Checksum.FromString(encoded)
        except DecodeError as error:
            raise Damage(f"a checksum cannot be decoded: {error}") from error
        start = offset - self.start
        if checksum.start != start or checksum.length != len(covered):
            raise Damage(
                f"this checksum covers {checksum.length} bytes from {checksum.start} of its part, but "
                f"it follows {len(covered)} bytes from {start}: {MOVED_HINT}"
            )
        if checksum.crc != zlib.crc32(covered):
            raise Damage(
                f"the {len(covered)} bytes before this checksum do not match it: the file is damaged, "
                "copy it again or use another one"
            )
        records = count()
        if checksum.records != records:
            counted = checksum.records
            raise Damage(f"this checksum counts {counted} records, there are {records}")
        self._records += records
        self.sealed = True

    def verify_footer(self, encoded: bytes, offset: int) -> None:
        """Check the footer, which starts at ``offset`` of the file."""
        try:
            footer = snapshot_pb2.Footer.FromString(encoded)
        except DecodeError as error:
            raise Damage(f"the footer cannot be decoded: {error}") from error
        length = offset - self.start
        if footer.record_count != self._records:
            counted = footer.record_count
            raise Damage(f"the footer counts {counted} records, the part has {self._records}")
        if footer.part_length != length:
            told = footer.part_length
            raise Damage(f"the footer ends a part of {told} bytes, this one has {length}")
        if footer.sha256 != self.digest.digest():
            what = "the SHA-256 of the part is not the one in its footer: the file is damaged"
            raise Damage(what)
