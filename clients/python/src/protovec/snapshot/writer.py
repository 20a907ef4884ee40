"""Writes snapshot files as a stream, whole or not at all, without a server."""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from google.protobuf.timestamp_pb2 import Timestamp

from protovec._codec import encode
from protovec._enums import Metric
from protovec._wire import field
from protovec.errors import ProtovecError, within
from protovec.record import Record
from protovec.snapshot._format import BLOCK_BYTES
from protovec.snapshot._header import encode_header
from protovec.snapshot._rules import check_record
from protovec.v1 import index_pb2, snapshot_pb2

# Beyond this, text shrinks by another hundredth and takes half as long again; floats not at all.
_LEVEL = 4


@dataclass(frozen=True)
class WrittenSnapshot:
    """A file that was written."""

    record_count: int
    size_bytes: int
    sha256: bytes
    """SHA-256 of the file, 32 bytes."""


def write(
    path: str | os.PathLike[str],
    records: Iterable[Record | bytes],
    *,
    dimension: int,
    metric: Metric = "cosine",
    collection: str = "",
    embedding_model: str = "",
    compressed: bool = False,
    created_at: datetime | Timestamp | None = None,
    log_sequence: int = 0,
    index_config: index_pb2.IndexConfig | None = None,
) -> WrittenSnapshot:
    """Write a sealed snapshot file of one part, which servers and every other client read.

    ``records`` may be of any number, and may hold encoded records, such as ``encoded()`` of a reader
    gives, which are written byte for byte. Memory is a few MiB. The file is made under a temporary name
    and gets its own once it is whole and on stable storage; when anything fails there is no trace of it.

    ``created_at``: None is now. ``compressed``: texts shrink, embeddings hardly do. Ids must not occur
    twice, which is not checked. Raises InvalidArgumentError with the path of the field, such as
    ``records[3].embedding``, and OSError; what the source raises is raised as it is.
    """
    header = encode_header(
        dimension, metric, collection, embedding_model, created_at, log_sequence, index_config
    )
    target = Path(path)
    partial = target.with_name(f"{target.name}.{os.urandom(4).hex()}.tmp")
    try:
        with partial.open("xb") as file:
            part = _PartWriter(file, header, compressed)
            for place, record in enumerate(records):
                part.add(_body(record, place, dimension, metric))
            written = part.finish()
            file.flush()
            os.fsync(file.fileno())
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    _sync_directory(target.parent)
    return written


def _body(record: Record | bytes, place: int, dimension: int, metric: Metric) -> bytes:
    try:
        body = record
        if not isinstance(body, bytes):
            body = encode(body, keep_times=True, keep_revision=True)
        check_record(body, dimension, metric)
    except ProtovecError as error:
        raise within(error, f"records[{place}]") from error
    return body


def _sync_directory(path: Path) -> None:
    """Make a rename last. Windows has no such thing."""
    if os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class _PartWriter:
    """Header, records, a checksum after each block of them, the footer."""

    def __init__(self, file: BinaryIO, header: bytes, compressed: bool) -> None:
        self._file = file
        self._hash = hashlib.sha256()
        self._position = 0
        self._count = 0
        self._block = bytearray(header)
        self._block_records = 0
        # Records of the fragment being filled; None when records are not compressed.
        self._fragment = bytearray() if compressed else None
        self._fragment_records = 0

    def add(self, body: bytes) -> None:
        """Append an encoded record."""
        encoded = field(b"\x1a", body)
        if self._fragment is None:
            self._append(encoded, 1)
            return
        if self._fragment and len(self._fragment) + len(encoded) > BLOCK_BYTES:
            self._end_fragment(self._fragment)
        self._fragment += encoded
        self._fragment_records += 1

    def finish(self) -> WrittenSnapshot:
        """Seal the part."""
        if self._fragment:
            self._end_fragment(self._fragment)
        self._seal()
        footer = snapshot_pb2.Footer(
            record_count=self._count, part_length=self._position, sha256=self._hash.digest()
        )
        self._write(field(b"\x62", footer.SerializeToString()))
        return WrittenSnapshot(self._count, self._position, self._hash.digest())

    def _end_fragment(self, records: bytearray) -> None:
        packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, zlib.MAX_WBITS | 16)
        data = packer.compress(records) + packer.flush()
        fragment = snapshot_pb2.Fragment(
            codec=snapshot_pb2.CODEC_GZIP,
            data=data,
            record_count=self._fragment_records,
            inflated_size=len(records),
            crc=zlib.crc32(data),
        )
        self._append(field(b"\x5a", fragment.SerializeToString()), self._fragment_records)
        records.clear()
        self._fragment_records = 0

    def _append(self, encoded: bytes, records: int) -> None:
        if self._block and len(self._block) + len(encoded) > BLOCK_BYTES:
            self._seal()
        self._block += encoded
        self._block_records += records

    def _seal(self) -> None:
        """Write the block and the checksum that covers it, unless it is empty."""
        if not self._block:
            return
        block = bytes(self._block)
        checksum = snapshot_pb2.Checksum(
            start=self._position,
            length=len(block),
            records=self._block_records,
            crc=zlib.crc32(block),
        )
        self._count += self._block_records
        self._block.clear()
        self._block_records = 0
        self._write(block + field(b"\x52", checksum.SerializeToString()))

    def _write(self, data: bytes) -> None:
        self._hash.update(data)
        self._file.write(data)
        self._position += len(data)
