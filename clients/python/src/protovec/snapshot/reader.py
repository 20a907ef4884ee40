"""Reads a snapshot file as a stream, without a server."""

from __future__ import annotations

import builtins
import os
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import BinaryIO

import grpc
from google.protobuf.message import DecodeError

from protovec._codec import decode
from protovec.errors import ProtovecError, make_error
from protovec.record import Record
from protovec.snapshot import _format as fmt
from protovec.snapshot._blocks import BlockReader
from protovec.snapshot._field import scan
from protovec.snapshot._format import Damage, corrupted
from protovec.snapshot._fragment import inflated
from protovec.snapshot._header import SnapshotHeader
from protovec.v1 import record_pb2


@dataclass(frozen=True)
class SnapshotSummary:
    """What a whole file has."""

    record_count: int
    """Records in all parts; one whose id comes again in a later part is counted twice."""
    parts: int
    sealed: bool
    """Whether every part has checksums and a footer, which were verified."""


class SnapshotReader:
    """The records of a file, to be iterated once. ``with`` closes it.

    Records of a sealed part come after the checksum that covers them has been verified; that the file is
    whole is known when the iteration has ended without an error. Across parts, of two records with one
    id the later one counts; both come.
    """

    def __init__(self, source: BinaryIO, name: str, allow_unsealed: bool) -> None:
        self._source = source
        self._name = name
        self._blocks = BlockReader(source, allow_unsealed)
        self._begun = False
        self._whole = False
        self._count = 0
        try:
            self._block = self._blocks.next()
        except Damage as damage:
            raise self._located(damage) from damage

    @property
    def header(self) -> SnapshotHeader:
        """What the part being read says of its records."""
        header = self._blocks.header
        assert header is not None
        return header

    @property
    def parts(self) -> int:
        """Parts that were begun so far."""
        return self._blocks.parts

    @property
    def sealed(self) -> bool:
        """Whether every part so far has checksums."""
        return self._blocks.sealed

    @property
    def record_count(self) -> int:
        """Records read so far."""
        return self._count

    def __iter__(self) -> Iterator[Record]:
        """Give the records in the order of the file.

        Raises DataLossError, reason STORAGE_CORRUPTED, at damage; its metadata has ``file``, ``offset``
        and ``records_read``.
        """
        for _, message in self._read():
            yield decode(message)

    def encoded(self) -> Iterator[bytes]:
        """Give the records as they stand in the file, which ``write`` writes byte for byte."""
        for body, _ in self._read():
            yield body

    def verify(self) -> SnapshotSummary:
        """Read and check all of the file, or what is left of it, and tell what it has."""
        if not self._begun:
            for _ in self._read():
                pass
        if not self._whole:
            raise self._misused("was not read to its end, so there is no summary")
        return SnapshotSummary(self._count, self.parts, self.sealed)

    def close(self) -> None:
        """Close the file; again is fine."""
        self._begun = True
        self._source.close()

    def __enter__(self) -> SnapshotReader:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _read(self) -> Generator[tuple[bytes, record_pb2.VectorRecord], None, None]:
        if self._begun:
            raise self._misused("has been read, is being read or was closed; open it again")
        self._begun = True
        try:
            while self._block is not None:
                data, offset = self._block
                for body, place in _bodies(data, offset):
                    message = self._decode(body, place)
                    self._count += 1
                    yield body, message
                self._block = self._blocks.next()
        except Damage as damage:
            raise self._located(damage) from damage
        self._whole = True

    def _decode(self, body: bytes, offset: int) -> record_pb2.VectorRecord:
        try:
            message = record_pb2.VectorRecord.FromString(body)
        except DecodeError as error:
            raise Damage(f"a record cannot be decoded: {error}", offset) from error
        values = len(message.embedding)
        if values != self.header.dimension:
            what = f"record {message.id!r} has an embedding of {values} values, the snapshot says"
            raise Damage(f"{what} {self.header.dimension}", offset)
        return message

    def _located(self, damage: Damage) -> ProtovecError:
        offset = self._blocks.offset if damage.offset is None else damage.offset
        return corrupted(self._name, offset, self._count, damage)

    def _misused(self, what: str) -> ProtovecError:
        return make_error(grpc.StatusCode.FAILED_PRECONDITION, f"{self._name} {what}")


def open(file: str | os.PathLike[str] | BinaryIO, *, allow_unsealed: bool = False) -> SnapshotReader:
    """Open a snapshot file: a path, or a file that is open for reading bytes.

    Compressed files and files of several parts are read, not JSON. ``allow_unsealed``: also read parts
    that have neither checksums nor a footer; damage of such parts cannot be told. Raises DataLossError,
    reason STORAGE_CORRUPTED, when the beginning is damaged, and OSError.
    """
    if not isinstance(file, (str, os.PathLike)):
        return SnapshotReader(file, str(getattr(file, "name", "snapshot")), allow_unsealed)
    source = builtins.open(file, "rb")  # noqa: SIM115
    try:
        return SnapshotReader(source, os.fspath(file), allow_unsealed)
    except BaseException:
        source.close()
        raise


def _bodies(block: bytes, offset: int) -> Iterator[tuple[bytes, int]]:
    """Give the records of a block, those in fragments too, and their place in the file."""
    at = 0
    while at < len(block):
        found = scan(block, at, len(block))
        if found is None:
            return
        value = block[found.value : found.end]
        place = offset + found.value
        if found.tag == fmt.RECORD:
            yield value, place
        elif found.tag == fmt.FRAGMENT:
            try:
                data = inflated(value)
                for body, _ in _bodies(data, 0):
                    yield body, place
            except Damage as damage:
                raise Damage(str(damage), place) from damage
        at = found.end
