"""The fixed facts of the snapshot file; proto/protovec/v1/snapshot.proto is the specification."""

from __future__ import annotations

import grpc

from protovec.errors import ProtovecError, make_error

VERSION = 0x0A
DIMENSION = 0x10
RECORD = 0x1A
INDEX_CONFIG = 0x22
CREATED_AT = 0x2A
COLLECTION = 0x32
METRIC = 0x38
EMBEDDING_MODEL = 0x42
LOG_SEQUENCE = 0x48
CHECKSUM = 0x52
FRAGMENT = 0x5A
FOOTER = 0x62

HEADER_TAGS = frozenset(
    (
        VERSION,
        DIMENSION,
        INDEX_CONFIG,
        CREATED_AT,
        COLLECTION,
        METRIC,
        EMBEDDING_MODEL,
        LOG_SEQUENCE,
    )
)
FORMAT_VERSION = "1.0.0"
FORMAT_MAJOR = 1
KNOWN_FIELD_MAX = 12

MIB = 1 << 20
DIMENSION_MAX = 65_536
RECORD_BYTES_MAX = 3 * MIB
BLOCK_BYTES = MIB
"""Bytes after which the writer puts a checksum, and of which it makes a compressed fragment."""
COVERED_BYTES_MAX = 16 * MIB
"""Most bytes between two checksums, and of one field."""
INFLATED_BYTES_MAX = 4 * MIB
HEADER_BYTES_MAX = 64 * 1024
"""Bounds what a hostile file makes us keep; headers take some hundred bytes."""

MOVED_HINT = (
    "the file is damaged, or a program decoded it and encoded it again, which moves the checksums to "
    "the end; such a program must clear `checksums` and `footers`, and the file be read with "
    "allow_unsealed"
)


class Damage(Exception):  # noqa: N818
    """What is wrong with the bytes of a file. Whoever knows the file's name adds it and the offset."""

    def __init__(self, message: str, offset: int | None = None) -> None:
        super().__init__(message)
        self.offset = offset


def corrupted(name: str, offset: int, records_read: int, damage: Damage) -> ProtovecError:
    """Give the error that callers get: DATA_LOSS, reason STORAGE_CORRUPTED."""
    return make_error(
        grpc.StatusCode.DATA_LOSS,
        f"{name}, offset {offset}: {damage} ({records_read} records were read)",
        reason="STORAGE_CORRUPTED",
        metadata={"file": name, "offset": str(offset), "records_read": str(records_read)},
    )
