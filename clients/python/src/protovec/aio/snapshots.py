"""The snapshots of one collection, under asyncio."""

from __future__ import annotations

import os
from collections.abc import AsyncIterable, Iterable
from typing import Any, BinaryIO, TypeAlias

from protovec import _methods as methods
from protovec._enums import MergePolicy, SnapshotFormat, merge_policy, snapshot_format
from protovec._snapshot_models import (
    DifferenceCallback,
    DiffResult,
    MergeResult,
    ProgressCallback,
    SnapshotInfo,
    SnapshotReport,
    diff_result,
    difference,
    incomplete,
    merge_result,
    snapshot_info,
)
from protovec._transport import A, Transport
from protovec.aio import _transfers
from protovec.aio._report import snapshot_report
from protovec.aio._source import Source
from protovec.record import Record
from protovec.v1 import snapshot_service_pb2 as messages
from protovec.v1.filter_pb2 import Filter

Path: TypeAlias = str | os.PathLike[str]
_Infos: TypeAlias = list[SnapshotInfo]


class Snapshots:
    """Snapshots are made, carried and compared on the server; ``protovec.snapshot`` reads their files.

    Calls have no deadline but a ``timeout``, in seconds. All raise ProtovecError.
    """

    def __init__(self, transport: Transport, collection: str) -> None:
        self._transport = transport
        self._collection = collection

    async def create(
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
        request = messages.CreateSnapshotRequest(
            collection=self._collection,
            format=snapshot_format(format),
            compression_enabled=compressed,
            filter=filter,
        )
        last = await self._last(methods.CREATE_SNAPSHOT, request, timeout, on_progress, "written")
        if last is None or not last.HasField("snapshot"):
            raise incomplete("a snapshot")
        return snapshot_info(last.snapshot)

    async def list(self, *, timeout: float | None = None) -> _Infos:
        """Tell the snapshots, newest first."""
        request = messages.ListSnapshotsRequest(collection=self._collection)
        answer = await self._transport.unary(methods.LIST_SNAPSHOTS, request, timeout)
        return [snapshot_info(one) for one in answer.snapshots]

    async def delete(self, id: str, *, timeout: float | None = None) -> None:
        """Delete a snapshot. NotFoundError, reason SNAPSHOT_NOT_FOUND."""
        request = messages.DeleteSnapshotRequest(collection=self._collection, snapshot_id=id)
        await self._transport.unary(methods.DELETE_SNAPSHOT, request, timeout)

    async def download(
        self, id: str, to: Path | BinaryIO, *, on_progress: ProgressCallback | None = None
    ) -> SnapshotInfo:
        """Write the file of a snapshot to a path, or to a file that is open for writing bytes.

        At a path it appears only once it is whole, in place of what is there. Every piece is checked
        against its CRC, the whole against its SHA-256: DataLossError, reason CHECKSUM_MISMATCH. Until
        the call returns, what an open file has is not known to be whole. A connection that breaks is
        made again and the download goes on.
        """
        return await _transfers.download(self._transport, self._collection, id, to, on_progress)

    async def upload(
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
        return await _transfers.upload(
            self._transport, self._collection, file, id, allow_unsealed, on_progress
        )

    async def validate(
        self, id: str, *, allow_unsealed: bool = False, timeout: float | None = None
    ) -> SnapshotReport:
        """Read a snapshot whole on the server. Damage is in the report, not an error."""
        request = messages.ValidateSnapshotRequest(
            collection=self._collection, snapshot_id=id, allow_unsealed=allow_unsealed
        )
        last = await self._last(methods.VALIDATE, request, timeout)
        if last is None or not last.HasField("report"):
            raise incomplete("a report")
        return snapshot_report(last.report)

    async def restore(
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
        request = messages.RestoreSnapshotRequest(
            collection=self._collection, snapshot_id=id, target_collection=into, filter=filter
        )
        last = await self._last(methods.RESTORE, request, timeout, on_progress, "restored")
        if last is None:
            raise incomplete("the outcome")
        return last.records_restored

    async def merge(
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
        head = self._merge_head(policy, dry_run)
        head.allow_unsealed = allow_unsealed
        return await _transfers.merge_file(self._transport, head, file, timeout)

    async def merge_from(
        self,
        id: str,
        *,
        collection: str = "",
        policy: MergePolicy = "skip_existing",
        dry_run: bool = False,
        timeout: float | None = None,
    ) -> MergeResult:
        """Merge a snapshot on the server. ``collection``: the one it belongs to; empty for this one."""
        request = messages.MergeSnapshotRequest(
            collection=self._collection,
            snapshot_id=id,
            source_collection=collection,
            policy=merge_policy(policy),
            dry_run=dry_run,
        )
        last = await self._last(methods.MERGE_SNAPSHOT, request, timeout)
        if last is None or not last.HasField("result"):
            raise incomplete("the result of the merge")
        return merge_result(last.result)

    async def merge_records(
        self,
        records: Iterable[Record] | AsyncIterable[Record],
        *,
        policy: MergePolicy = "skip_existing",
        dry_run: bool = False,
        timeout: float | None = None,
    ) -> MergeResult:
        """Merge records, whose times are kept: all of them, or the call fails and none."""
        head = self._merge_head(policy, dry_run)
        source = Source(self._transport, records, keep_times=True)
        return await _transfers.merge_records(self._transport, head, source, timeout)

    async def diff(
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
        request = messages.DiffSnapshotsRequest(
            collection=self._collection,
            snapshot_id=id,
            other_snapshot_id=other,
            other_collection=other_collection,
        )
        answers = self._transport.stream(methods.DIFF, request, timeout)
        last = None
        try:
            async for last in answers:
                for message in last.differences:
                    one = difference(message)
                    if one is not None and on_difference is not None:
                        on_difference(one)
        finally:
            await answers.aclose()
        if last is None or not last.HasField("summary"):
            raise incomplete("the summary")
        return diff_result(last.summary)

    def _merge_head(self, policy: MergePolicy, dry_run: bool) -> messages.MergeRecordsRequest:
        return messages.MergeRecordsRequest(
            collection=self._collection, policy=merge_policy(policy), dry_run=dry_run
        )

    async def _last(
        self,
        method: methods.Method[A],
        request: methods.Request,
        timeout: float | None,
        on_progress: ProgressCallback | None = None,
        verb: str = "",
    ) -> A | None:
        """Give the last answer of a stream, the others of which tell progress."""
        answers = self._transport.stream(method, request, timeout)
        last: A | None = None
        try:
            async for last in answers:
                if on_progress is not None:
                    told: Any = last
                    on_progress(getattr(told, f"records_{verb}"), told.records_total)
        finally:
            await answers.aclose()
        return last
