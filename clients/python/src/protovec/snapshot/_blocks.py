"""The state of reading a snapshot: puts fields together to blocks.

The bytes of a sealed part leave only after the checksum that covers them has been verified. Memory is
that of the bytes between two checksums, 16 MiB and one field at most, whatever a file says.
"""

from __future__ import annotations

import re
from typing import BinaryIO

from protovec.snapshot import _format as fmt
from protovec.snapshot._field import Field, scan
from protovec.snapshot._format import MOVED_HINT, Damage
from protovec.snapshot._fragment import decode_fragment
from protovec.snapshot._header import Agreement, SnapshotHeader, check_version
from protovec.snapshot._part import Part

_READ_BYTES = 256 * 1024


class BlockReader:
    """Reads blocks of records. Never decodes a record."""

    def __init__(self, source: BinaryIO, allow_unsealed: bool) -> None:
        self.parts = 0
        self.sealed = True
        self.header: SnapshotHeader | None = None
        """Of the last part whose header is complete."""
        self._source = source
        self._allow_unsealed = allow_unsealed
        self._data = bytearray()
        self._base = 0
        self._cursor = 0
        self._items = 0
        self._at_end = False
        self._part: Part | None = None
        self._agreement = Agreement()

    @property
    def offset(self) -> int:
        """Offset in the file of the field at hand."""
        return self._base + self._cursor

    def next(self) -> tuple[bytes, int] | None:
        """Give the whole fields of the next block that has records, and its offset; None at the end."""
        while True:
            found = self._scan()
            if found is not None:
                block = self._take(found)
                if block is not None:
                    return block
            elif self._at_end:
                return self._end()
            else:
                self._more()

    def _more(self) -> None:
        chunk = self._source.read(_READ_BYTES)
        self._data += chunk
        self._at_end = not chunk

    def _scan(self) -> Field | None:
        limit = len(self._data)
        if self.parts == 0:
            _check_opening(self._data)
        found = scan(self._data, self._cursor, limit)
        if found is None:
            return None
        length = found.end - self._cursor
        if length > fmt.COVERED_BYTES_MAX:
            most = fmt.COVERED_BYTES_MAX
            raise Damage(f"a field of {length} bytes, the most is {most}: the file is damaged")
        return found if found.end <= limit else None

    def _take(self, found: Field) -> tuple[bytes, int] | None:
        """Handle a field; a block when one with records is complete."""
        tag, number = found.tag, found.tag >> 3
        if tag == fmt.VERSION:
            # An unsealed part ends where the next begins; the version is then scanned once more.
            if self._part is not None:
                return self._end_unsealed(self._part)
            check_version(bytes(self._data[found.value : found.end]))
            self._part = Part(self.offset)
            self.parts += 1
        part = self._part
        if part is None:
            raise Damage(f"field {number} where a part must start: the file is damaged")
        if tag == fmt.CHECKSUM:
            return self._take_checksum(part, found)
        if tag == fmt.FOOTER:
            return self._take_footer(part, found)
        if tag in (fmt.RECORD, fmt.FRAGMENT):
            self._items += 1
        elif tag in fmt.HEADER_TAGS:
            encoded = bytes(self._data[self._cursor : found.end])
            part.add_header_field(tag, encoded, bytes(self._data[found.value : found.end]))
        elif number <= fmt.KNOWN_FIELD_MAX:
            raise Damage(f"field {number} has wire type {tag & 7}, which is not its type")
        self._cursor = found.end
        most = fmt.BLOCK_BYTES if part.sealed is False else fmt.COVERED_BYTES_MAX
        return None if self._cursor < most else self._unsealed_block(part)

    def _take_checksum(self, part: Part, found: Field) -> tuple[bytes, int] | None:
        if part.sealed is False:
            raise Damage(f"the first checksum of the part comes only here: {MOVED_HINT}")
        encoded = bytes(self._data[found.value : found.end])
        first = part.sealed is None
        with memoryview(self._data) as view, view[: self._cursor] as covered:
            part.verify_checksum(encoded, covered, self._base, lambda: _claimed(self._covered()))
        with memoryview(self._data) as view:
            part.digest.update(view[: found.end])
        if first:
            self._complete_header(part)
        return self._end_block(found.end)

    def _covered(self) -> bytes:
        return bytes(self._data[: self._cursor])

    def _take_footer(self, part: Part, found: Field) -> tuple[bytes, int] | None:
        if part.sealed is not True or self._cursor > 0:
            what = f"no checksum covers the {self._cursor} bytes before the footer: {MOVED_HINT}"
            raise Damage(what)
        part.verify_footer(bytes(self._data[found.value : found.end]), self.offset)
        self._part = None
        return self._end_block(found.end)

    def _unsealed_block(self, part: Part) -> tuple[bytes, int] | None:
        """End a block without a checksum, if there may be one."""
        if part.sealed or not self._allow_unsealed:
            raise Damage(
                f"no checksum within {fmt.COVERED_BYTES_MAX} bytes: the file is damaged or was never "
                "sealed; one made by another program is read with allow_unsealed"
            )
        if part.sealed is None:
            part.sealed = False
            self.sealed = False
            self.header = part.header()
        return self._end_block(self._cursor)

    def _end_unsealed(self, part: Part) -> tuple[bytes, int] | None:
        """End a part that has no footer, if it may have none; its last block, if it has records."""
        if part.sealed:
            raise Damage(
                f"the part that starts at offset {part.start} ends here without a footer: the file is "
                "truncated, copy it again or use another one"
            )
        if not self._allow_unsealed:
            raise Damage(
                f"the part that starts at offset {part.start} has neither checksums nor a footer: it is "
                "truncated, or another program made it and it is read with allow_unsealed"
            )
        self.sealed = False
        self._complete_header(part)
        self._part = None
        return self._end_block(self._cursor)

    def _end(self) -> tuple[bytes, int] | None:
        if self._cursor < len(self._data):
            raise Damage("the file ends within a field: it is truncated, copy it again")
        if self.parts == 0:
            raise Damage("the file is empty: it is truncated, copy it again")
        return None if self._part is None else self._end_unsealed(self._part)

    def _complete_header(self, part: Part) -> None:
        header = part.header()
        self._agreement.check(header)
        self.header = header

    def _end_block(self, following: int) -> tuple[bytes, int] | None:
        """End the block before the field at hand; the next one starts at ``following``."""
        block = (self._covered(), self._base) if self._items else None
        del self._data[:following]
        self._base += following
        self._cursor = 0
        self._items = 0
        return block


def _check_opening(data: bytearray) -> None:
    """Refuse at once, and in clear words, what does not begin as a binary snapshot does."""
    if not data or data[0] == fmt.VERSION:
        return
    if re.match(rb"[ \t\r\n]*\{", data[:64]):
        raise Damage(
            "the file is JSON, which is not read here; `protovec snapshot convert IN OUT.pb` makes it binary"
        )
    raise Damage("the file does not begin as a snapshot does: it is none, or it is damaged")


def _claimed(block: bytes) -> int:
    """Count the records in whole fields, with what fragments say that they have."""
    records, at = 0, 0
    while at < len(block):
        found = scan(block, at, len(block))
        if found is None:
            break
        if found.tag == fmt.RECORD:
            records += 1
        elif found.tag == fmt.FRAGMENT:
            records += decode_fragment(block[found.value : found.end]).record_count
        at = found.end
    return records
