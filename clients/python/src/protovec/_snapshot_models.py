"""What calls about snapshots give."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

import grpc

from protovec._codec import time_in
from protovec._enums import SnapshotFormat
from protovec.errors import ProtovecError, make_error
from protovec.v1 import merge_pb2, persistence_pb2, snapshot_diff_pb2, snapshot_pb2

ProgressCallback: TypeAlias = Callable[[int, int], object]
"""Is told how much is done, and how much there is in all: records or, of transfers, bytes."""


@dataclass(frozen=True)
class SnapshotInfo:
    """A snapshot on the server."""

    id: str
    collection: str
    format: SnapshotFormat
    compressed: bool
    size_bytes: int
    record_count: int
    create_time: datetime | None
    sequence: int
    """Log sequence that it includes."""
    sha256: bytes
    """That of the file, 32 bytes."""


@dataclass(frozen=True)
class MergeConflict:
    """A merged record whose id existed."""

    id: str
    existing_update_time: datetime | None
    merged_update_time: datetime | None
    """None: it does not say."""
    replaced: bool


@dataclass(frozen=True)
class MergeResult:
    """What a merge did, or would do."""

    created: int
    replaced: int
    skipped: int
    conflicts: list[MergeConflict]
    """Some of the records whose ids existed, at most 100."""
    sequence: int
    """Log sequence of the merge; 0: a dry run."""
    durable: bool


@dataclass(frozen=True)
class Difference:
    """One record that two sets of records do not share."""

    id: str
    kind: Literal["added", "removed", "changed"]
    changed_fields: list[str]
    """Of a changed one: the fields that differ, in proto names."""


@dataclass(frozen=True)
class DiffResult:
    """How many records two sets share and do not share."""

    added: int
    removed: int
    changed: int
    unchanged: int


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with a snapshot."""

    kind: str
    """Such as ``CHECKSUM`` or ``DUPLICATE_ID``."""
    offset: int
    """Where in the file, in bytes."""
    record_id: str
    message: str


@dataclass(frozen=True)
class SnapshotReport:
    """What a validation found."""

    valid: bool
    record_count: int
    """Records that are intact."""
    sealed: bool
    part_count: int
    size_bytes: int
    finding_count: int
    findings: list[Finding]
    """The first of them."""


DifferenceCallback: TypeAlias = Callable[[Difference], object]


def incomplete(what: str) -> ProtovecError:
    """Give the error of an answer that lacks something."""
    return make_error(grpc.StatusCode.INTERNAL, f"the server's answer lacks {what}")


def snapshot_info(message: snapshot_pb2.Snapshot) -> SnapshotInfo:
    """Give what a message tells of a snapshot."""
    is_json = message.format == persistence_pb2.SNAPSHOT_FORMAT_JSON
    return SnapshotInfo(
        id=message.snapshot_id,
        collection=message.collection,
        format="json" if is_json else "binary",
        compressed=message.compressed,
        size_bytes=message.size_bytes,
        record_count=message.record_count,
        create_time=time_in(message, "create_time"),
        sequence=message.log_sequence,
        sha256=message.sha256,
    )


def merge_result(message: merge_pb2.MergeResult) -> MergeResult:
    """Give what a merge did."""
    conflicts = [
        MergeConflict(
            id=one.id,
            existing_update_time=time_in(one, "existing_update_time"),
            merged_update_time=time_in(one, "merged_update_time"),
            replaced=one.replaced,
        )
        for one in message.conflicts
    ]
    return MergeResult(
        created=message.created_count,
        replaced=message.replaced_count,
        skipped=message.skipped_count,
        conflicts=conflicts,
        sequence=message.sequence,
        durable=message.durable,
    )


def difference(message: snapshot_diff_pb2.RecordDifference) -> Difference | None:
    """Give a difference; None for a kind of a newer schema."""
    kinds: dict[int, Literal["added", "removed", "changed"]] = {
        1: "added",
        2: "removed",
        3: "changed",
    }
    kind = kinds.get(message.kind)
    if kind is None:
        return None
    return Difference(id=message.id, kind=kind, changed_fields=list(message.changed_fields.paths))


def diff_result(message: snapshot_diff_pb2.DifferenceSummary) -> DiffResult:
    """Give the counts of a comparison."""
    return DiffResult(
        added=message.added_count,
        removed=message.removed_count,
        changed=message.changed_count,
        unchanged=message.unchanged_count,
    )
