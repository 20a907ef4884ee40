"""The snapshots of one collection."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO, TypeAlias

from protovec._blocking import run
from protovec._enums import MergePolicy, SnapshotFormat
from protovec._snapshot_models import (
    DifferenceCallback,
    DiffResult,
    MergeResult,
    ProgressCallback,
    SnapshotInfo,
    SnapshotReport,
)
from protovec.aio.snapshots import Path
from protovec.aio.snapshots import Snapshots as AioSnapshots
from protovec.record import Record
from protovec.v1.filter_pb2 import Filter

_Infos: TypeAlias = list[SnapshotInfo]


class Snapshots:
    """Snapshots are made, carried and compared on the server; ``protovec.snapshot`` reads their files.

    Calls have no deadline but a ``timeout``, in seconds. All raise ProtovecError.
    """

    def __init__(self, calls: AioSnapshots) -> None:
        self._calls = calls

    def create(
        self,
        *,
        format: SnapshotFormat | None = None,
        compressed: bool | None = None,
        filter: Filter | None = None,
        on_progress: ProgressCallback | None = None,
        timeout: float | None = None,
    ) -> SnapshotInfo:
        """Take a snapshot of the collection as it is when the call begins.

        ``format`` and ``compressed``: None as the collection's configuration says. ``filter``: which
        records go into it. ``on_progress`` is told of records.
        """
        return run(
            self._calls.create(
                format=format,
                compressed=compressed,
                filter=filter,
                on_progress=on_progress,
                timeout=timeout,
            )
        )

    def list(self, *, timeout: float | None = None) -> _Infos:
        """Tell the snapshots, newest first."""
        return run(self._calls.list(timeout=timeout))

    def delete(self, id: str, *, timeout: float | None = None) -> None:
        """Delete a snapshot. NotFoundError, reason SNAPSHOT_NOT_FOUND."""
        return run(self._calls.delete(id, timeout=timeout))

    def download(
        self, id: str, to: Path | BinaryIO, *, on_progress: ProgressCallback | None = None
    ) -> SnapshotInfo:
        """Write the file of a snapshot to a path, or to a file that is open for writing bytes.

        At a path it appears only once it is whole, in place of what is there. Every piece is checked
        against its CRC, the whole against its SHA-256: DataLossError, reason CHECKSUM_MISMATCH. Until
        the call returns, what an open file has is not known to be whole. A connection that breaks is
        made again and the download goes on.
        """
        return run(self._calls.download(id, to, on_progress=on_progress))

    def upload(
        self,
        file: Path | BinaryIO,
        *,
        id: str | None = None,
        allow_unsealed: bool = False,
        on_progress: ProgressCallback | None = None,
    ) -> SnapshotInfo:
        """Bring a snapshot file to the server, where it becomes a snapshot once it has been checked whole.

        ``file``: a path, or a file that is open for reading bytes and can be sought; it is read once
        before, for its length and SHA-256. ``id``: a UUIDv7, at most a day old; with that of an upload
        that broke off it goes on where that stopped. A connection that breaks is made again.
        """
        return run(self._calls.upload(file, id=id, allow_unsealed=allow_unsealed, on_progress=on_progress))

    def validate(
        self, id: str, *, allow_unsealed: bool = False, timeout: float | None = None
    ) -> SnapshotReport:
        """Read a snapshot whole on the server. Damage is in the report, not an error."""
        return run(self._calls.validate(id, allow_unsealed=allow_unsealed, timeout=timeout))

    def restore(
        self,
        id: str,
        *,
        into: str = "",
        filter: Filter | None = None,
        on_progress: ProgressCallback | None = None,
        timeout: float | None = None,
    ) -> int:
        """Replace the content of a collection, or make a new one, and tell how many records it has.

        ``into``: empty for the collection itself. ``filter``: which records to take.
        """
        return run(
            self._calls.restore(id, into=into, filter=filter, on_progress=on_progress, timeout=timeout)
        )

    def merge(
        self,
        file: Path | BinaryIO,
        *,
        policy: MergePolicy = "skip_existing",
        dry_run: bool = False,
        allow_unsealed: bool = False,
        timeout: float | None = None,
    ) -> MergeResult:
        """Merge the records of a snapshot file: all of them, or the call fails and none.

        ``dry_run``: check everything and count, but change nothing.
        """
        return run(
            self._calls.merge(
                file, policy=policy, dry_run=dry_run, allow_unsealed=allow_unsealed, timeout=timeout
            )
        )

    def merge_from(
        self,
        id: str,
        *,
        collection: str = "",
        policy: MergePolicy = "skip_existing",
        dry_run: bool = False,
        timeout: float | None = None,
    ) -> MergeResult:
        """Merge a snapshot on the server. ``collection``: the one it belongs to; empty for this one."""
        return run(
            self._calls.merge_from(id, collection=collection, policy=policy, dry_run=dry_run, timeout=timeout)
        )

    def merge_records(
        self,
        records: Iterable[Record],
        *,
        policy: MergePolicy = "skip_existing",
        dry_run: bool = False,
        timeout: float | None = None,
    ) -> MergeResult:
        """Merge records, whose times are kept: all of them, or the call fails and none."""
        return run(self._calls.merge_records(records, policy=policy, dry_run=dry_run, timeout=timeout))

    def diff(
        self,
        id: str,
        *,
        other: str = "",
        other_collection: str = "",
        on_difference: DifferenceCallback | None = None,
        timeout: float | None = None,
    ) -> DiffResult:
        """Compare a snapshot with another one or, without ``other``, with the collection as it is.

        ``other_collection``: the one that ``other`` belongs to; empty for this one. Compared is what
        clients write. ``on_difference`` is told of each record that the two do not share; what it raises
        ends the call.
        """
        return run(
            self._calls.diff(
                id,
                other=other,
                other_collection=other_collection,
                on_difference=on_difference,
                timeout=timeout,
            )
        )
