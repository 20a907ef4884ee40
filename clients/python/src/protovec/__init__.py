"""The Python client of Protovec, a vector store over gRPC.

``connect`` makes a client, ``protovec.aio.connect`` its twin for asyncio; ``protovec.snapshot`` reads
and writes snapshot files without a server.
"""

from protovec import aio, snapshot, where
from protovec._connection import TLS
from protovec._enums import MergePolicy, Metric, SnapshotFormat, WriteMode
from protovec._search import Hit, Query, SearchAnswer, SearchResult
from protovec._snapshot_models import (
    Difference,
    DiffResult,
    Finding,
    MergeConflict,
    MergeResult,
    SnapshotInfo,
    SnapshotReport,
)
from protovec._version import VERSION
from protovec.client import Client, connect
from protovec.collection import Collection
from protovec.errors import (
    AlreadyExistsError,
    DataLossError,
    DeadlineExceededError,
    FieldViolation,
    InvalidArgumentError,
    NotFoundError,
    PermissionDeniedError,
    ProtovecError,
    UnauthenticatedError,
    UnavailableError,
)
from protovec.ids import new_id
from protovec.models import (
    CollectionInfo,
    Deleted,
    IngestError,
    IngestProgress,
    IngestResult,
    LoadProgress,
    LoadResult,
    RecordError,
    RecordResult,
    ServerInfo,
    UpsertResult,
)
from protovec.record import Record, records_from
from protovec.snapshots import Snapshots

__version__ = VERSION

__all__ = [
    "TLS",
    "AlreadyExistsError",
    "Client",
    "Collection",
    "CollectionInfo",
    "DataLossError",
    "DeadlineExceededError",
    "Deleted",
    "DiffResult",
    "Difference",
    "FieldViolation",
    "Finding",
    "Hit",
    "IngestError",
    "IngestProgress",
    "IngestResult",
    "InvalidArgumentError",
    "LoadProgress",
    "LoadResult",
    "MergeConflict",
    "MergePolicy",
    "MergeResult",
    "Metric",
    "NotFoundError",
    "PermissionDeniedError",
    "ProtovecError",
    "Query",
    "Record",
    "RecordError",
    "RecordResult",
    "SearchAnswer",
    "SearchResult",
    "ServerInfo",
    "SnapshotFormat",
    "SnapshotInfo",
    "SnapshotReport",
    "Snapshots",
    "UnauthenticatedError",
    "UnavailableError",
    "UpsertResult",
    "WriteMode",
    "__version__",
    "aio",
    "connect",
    "new_id",
    "records_from",
    "snapshot",
    "where",
]
