"""The methods that the client calls: their paths, and how their messages are encoded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeAlias, TypeVar

from protovec.v1 import (
    collection_service_pb2 as collections,
)
from protovec.v1 import (
    record_service_pb2 as records,
)
from protovec.v1 import (
    search_service_pb2 as search,
)
from protovec.v1 import (
    server_service_pb2 as server,
)
from protovec.v1 import (
    snapshot_service_pb2 as snapshots,
)

Answer = TypeVar("Answer", covariant=True)


class Encodable(Protocol):
    """A message of protobuf."""

    def SerializeToString(self) -> bytes:  # noqa: N802
        """Encode it."""


Request: TypeAlias = Encodable | bytes
"""A request, or one that is encoded already: those with records are."""


def serialize(request: Request) -> bytes:
    """Encode a request, unless it is."""
    return request if isinstance(request, bytes) else request.SerializeToString()


@dataclass(frozen=True)
class Method(Generic[Answer]):
    """A method of a service."""

    path: str
    decode: Callable[[bytes], Answer]


def _path(service: str, method: str) -> str:
    return f"/protovec.v1.{service}/{method}"


SERVER_INFO = Method(_path("ServerService", "GetServerInfo"), server.GetServerInfoResponse.FromString)

_C = "CollectionService"
CREATE_COLLECTION = Method(_path(_C, "CreateCollection"), collections.CreateCollectionResponse.FromString)
GET_COLLECTION = Method(_path(_C, "GetCollection"), collections.GetCollectionResponse.FromString)
LIST_COLLECTIONS = Method(_path(_C, "ListCollections"), collections.ListCollectionsResponse.FromString)
DELETE_COLLECTION = Method(_path(_C, "DeleteCollection"), collections.DeleteCollectionResponse.FromString)

_R = "RecordService"
UPSERT = Method(_path(_R, "UpsertRecord"), records.UpsertRecordResponse.FromString)
BATCH_UPSERT = Method(_path(_R, "BatchUpsertRecords"), records.BatchUpsertRecordsResponse.FromString)
GET = Method(_path(_R, "GetRecord"), records.GetRecordResponse.FromString)
BATCH_GET = Method(_path(_R, "BatchGetRecords"), records.BatchGetRecordsResponse.FromString)
DELETE = Method(_path(_R, "DeleteRecord"), records.DeleteRecordResponse.FromString)
BATCH_DELETE = Method(_path(_R, "BatchDeleteRecords"), records.BatchDeleteRecordsResponse.FromString)
COUNT = Method(_path(_R, "CountRecords"), records.CountRecordsResponse.FromString)
LIST = Method(_path(_R, "ListRecords"), records.ListRecordsResponse.FromString)
EXPORT = Method(_path(_R, "ExportRecords"), records.ExportRecordsResponse.FromString)
CLEAR = Method(_path(_R, "ClearRecords"), records.ClearRecordsResponse.FromString)
BATCH_INSERT = Method(_path(_R, "BatchInsert"), records.BatchInsertResponse.FromString)
INGEST = Method(_path(_R, "IngestRecords"), records.IngestRecordsResponse.FromString)

_Q = "SearchService"
SEARCH = Method(_path(_Q, "Search"), search.SearchResponse.FromString)
BATCH_SEARCH = Method(_path(_Q, "BatchSearch"), search.BatchSearchResponse.FromString)
SEARCH_STREAM = Method(_path(_Q, "SearchStream"), search.SearchStreamResponse.FromString)

_S = "SnapshotService"
CREATE_SNAPSHOT = Method(_path(_S, "CreateSnapshot"), snapshots.CreateSnapshotResponse.FromString)
LIST_SNAPSHOTS = Method(_path(_S, "ListSnapshots"), snapshots.ListSnapshotsResponse.FromString)
DELETE_SNAPSHOT = Method(_path(_S, "DeleteSnapshot"), snapshots.DeleteSnapshotResponse.FromString)
DOWNLOAD = Method(_path(_S, "DownloadSnapshot"), snapshots.DownloadSnapshotResponse.FromString)
UPLOAD = Method(_path(_S, "UploadSnapshot"), snapshots.UploadSnapshotResponse.FromString)
GET_UPLOAD = Method(_path(_S, "GetUpload"), snapshots.GetUploadResponse.FromString)
VALIDATE = Method(_path(_S, "ValidateSnapshot"), snapshots.ValidateSnapshotResponse.FromString)
RESTORE = Method(_path(_S, "RestoreSnapshot"), snapshots.RestoreSnapshotResponse.FromString)
MERGE_SNAPSHOT = Method(_path(_S, "MergeSnapshot"), snapshots.MergeSnapshotResponse.FromString)
MERGE_RECORDS = Method(_path(_S, "MergeRecords"), snapshots.MergeRecordsResponse.FromString)
DIFF = Method(_path(_S, "DiffSnapshots"), snapshots.DiffSnapshotsResponse.FromString)
