"""What calls about collections and records give."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from protovec._codec import time_in
from protovec._enums import Metric, metric_name
from protovec.errors import ProtovecError
from protovec.v1 import collection_pb2, record_pb2, record_service_pb2


@dataclass(frozen=True)
class ServerInfo:
    """The server."""

    version: str
    snapshot_format_version: str


@dataclass(frozen=True)
class CollectionInfo:
    """A collection as it is."""

    name: str
    dimension: int
    metric: Metric
    embedding_model: str
    """Name of the model that made the embeddings. Empty: not said."""
    record_count: int
    sequence: int
    """Log sequence of the last change."""
    serving: bool
    """False: it is quarantined, since its files are damaged; ``state_message`` tells why."""
    state_message: str
    create_time: datetime | None
    message: collection_pb2.Collection = field(repr=False)
    """Everything that the server told, such as the index and how it is saved."""


@dataclass(frozen=True)
class UpsertResult:
    """What ``upsert`` did."""

    id: str
    created: bool
    """Whether the record did not exist; else it was replaced."""
    sequence: int
    """Log sequence of the write: the record's revision."""
    durable: bool
    """Whether the write is on stable storage."""
    update_time: datetime | None


@dataclass(frozen=True)
class RecordError:
    """Why one record of many was refused."""

    index: int
    """Its place in the records that were given, from 0."""
    id: str
    code: int
    """Number of the gRPC status that a single write would have got."""
    reason: str
    """Stable, such as ``INVALID_EMBEDDING``."""
    message: str
    field: str
    """Path of the field at fault, such as ``records[3].embedding``."""


@dataclass(frozen=True)
class RecordResult:
    """What became of one record of ``upsert_many``."""

    id: str
    created: bool
    error: RecordError | None
    """Why it was refused; None when it was written."""


@dataclass(frozen=True)
class LoadResult:
    """What ``insert_many`` did."""

    created: int
    updated: int
    failed: int
    errors: list[RecordError]
    """The first 1,000 refusals."""
    sequence: int
    """Log sequence of the last message; 0 when nothing was written."""
    durable: bool
    """Whether everything that is counted is on stable storage."""


@dataclass(frozen=True)
class LoadProgress:
    """How far ``insert_many`` is: what was handed over, not what is stored."""

    records: int
    bytes: int


@dataclass(frozen=True)
class IngestResult(LoadResult):
    """What ``ingest`` did, with what earlier runs under the same key did.

    ``errors`` are those that this run was told of: refusals whose acknowledgement was lost with a
    connection are counted only.
    """

    key: str
    """Name of the load: ``ingest`` with it and the same source goes on where this ended."""
    acknowledged_batches: int
    """Batches that are kept; give the number with the key."""
    reconnects: int
    """How often the load was opened again."""


@dataclass(frozen=True)
class IngestProgress:
    """How far ``ingest`` is, with what earlier runs under the same key did."""

    acknowledged: int
    """Records that are kept or were refused."""
    acknowledged_batches: int
    failed: int
    paused: bool
    """Whether the server has asked to wait."""
    reconnects: int


class IngestError(ProtovecError):
    """A load that failed; ``result`` tells how far it came."""

    def __init__(self, error: ProtovecError, result: IngestResult) -> None:
        super().__init__(
            error.code,
            error.message,
            reason=error.reason,
            field_violations=error.field_violations,
            retry_after=error.retry_after,
            metadata=error.metadata,
        )
        self.result = result


@dataclass(frozen=True)
class Deleted:
    """What ``delete``, ``delete_many`` and ``clear`` did."""

    count: int
    """Records that were deleted or, of a dry run, would have been."""
    sequence: int
    """Log sequence of the write; 0 when nothing was written."""
    durable: bool
    """Whether the write is on stable storage."""


LoadProgressCallback: TypeAlias = Callable[[LoadProgress], object]
IngestProgressCallback: TypeAlias = Callable[[IngestProgress], object]


def collection_info(message: collection_pb2.Collection) -> CollectionInfo:
    """Give what a message tells of a collection."""
    config = message.config
    return CollectionInfo(
        name=message.name,
        dimension=config.dimension,
        metric=metric_name(config.metric) or "cosine",
        embedding_model=config.embedding_model,
        record_count=message.record_count,
        sequence=message.sequence,
        serving=message.state == collection_pb2.COLLECTION_STATE_SERVING,
        state_message=message.state_message,
        create_time=time_in(message, "create_time"),
        message=message,
    )


def upsert_result(answer: record_service_pb2.UpsertRecordResponse) -> UpsertResult:
    """Give what became of a record."""
    return UpsertResult(
        id=answer.id,
        created=answer.outcome == record_pb2.WRITE_OUTCOME_CREATED,
        sequence=answer.sequence,
        durable=answer.durable,
        update_time=time_in(answer, "update_time"),
    )


def record_error(message: record_pb2.RecordError, offset: int = 0) -> RecordError:
    """Give a refusal; ``offset`` is the place of the request's first record among all."""
    return RecordError(
        index=message.index + offset,
        id=message.id,
        code=message.code,
        reason=message.reason,
        message=message.message,
        field=shift_path(message.field, offset),
    )


def record_results(messages: Iterable[record_pb2.RecordResult], offset: int) -> list[RecordResult]:
    """Give what became of the records of one call."""
    return [
        RecordResult(
            id=one.id,
            created=one.outcome == record_pb2.WRITE_OUTCOME_CREATED,
            error=record_error(one.error, offset) if one.HasField("error") else None,
        )
        for one in messages
    ]


def load_result(answer: record_service_pb2.BatchInsertResponse) -> LoadResult:
    """Give what a load did."""
    return LoadResult(
        created=answer.created_count,
        updated=answer.updated_count,
        failed=answer.failed_count,
        errors=[record_error(one) for one in answer.errors],
        sequence=answer.sequence,
        durable=answer.durable,
    )


def deleted(answer: Any, count: int) -> Deleted:
    """Give what a delete did."""
    return Deleted(count=count, sequence=answer.sequence, durable=answer.durable)


_place = re.compile(r"^(?:batch\.)?records\[(\d+)\]")


def shift_path(path: str, offset: int) -> str:
    """Make records[3].embedding of a request that began at record 1000 records[1003].embedding."""
    match = _place.match(path)
    if match is None:
        return path
    return f"records[{int(match[1]) + offset}]{path[match.end() :]}"
