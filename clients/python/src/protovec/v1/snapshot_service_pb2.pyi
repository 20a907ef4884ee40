from protovec.v1 import filter_pb2 as _filter_pb2
from protovec.v1 import index_pb2 as _index_pb2
from protovec.v1 import merge_pb2 as _merge_pb2
from protovec.v1 import persistence_pb2 as _persistence_pb2
from protovec.v1 import record_pb2 as _record_pb2
from protovec.v1 import snapshot_pb2 as _snapshot_pb2
from protovec.v1 import snapshot_diff_pb2 as _snapshot_diff_pb2
from protovec.v1 import snapshot_report_pb2 as _snapshot_report_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CreateSnapshotRequest(_message.Message):
    __slots__ = ("collection", "format", "compression_enabled", "filter")
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    COMPRESSION_ENABLED_FIELD_NUMBER: _ClassVar[int]
    FILTER_FIELD_NUMBER: _ClassVar[int]
    collection: str
    format: _persistence_pb2.SnapshotFormat
    compression_enabled: bool
    filter: _filter_pb2.Filter
    def __init__(self, collection: _Optional[str] = ..., format: _Optional[_Union[_persistence_pb2.SnapshotFormat, str]] = ..., compression_enabled: _Optional[bool] = ..., filter: _Optional[_Union[_filter_pb2.Filter, _Mapping]] = ...) -> None: ...

class CreateSnapshotResponse(_message.Message):
    __slots__ = ("records_written", "records_total", "snapshot")
    RECORDS_WRITTEN_FIELD_NUMBER: _ClassVar[int]
    RECORDS_TOTAL_FIELD_NUMBER: _ClassVar[int]
    SNAPSHOT_FIELD_NUMBER: _ClassVar[int]
    records_written: int
    records_total: int
    snapshot: _snapshot_pb2.Snapshot
    def __init__(self, records_written: _Optional[int] = ..., records_total: _Optional[int] = ..., snapshot: _Optional[_Union[_snapshot_pb2.Snapshot, _Mapping]] = ...) -> None: ...

class ListSnapshotsRequest(_message.Message):
    __slots__ = ("collection",)
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    collection: str
    def __init__(self, collection: _Optional[str] = ...) -> None: ...

class ListSnapshotsResponse(_message.Message):
    __slots__ = ("snapshots",)
    SNAPSHOTS_FIELD_NUMBER: _ClassVar[int]
    snapshots: _containers.RepeatedCompositeFieldContainer[_snapshot_pb2.Snapshot]
    def __init__(self, snapshots: _Optional[_Iterable[_Union[_snapshot_pb2.Snapshot, _Mapping]]] = ...) -> None: ...

class DeleteSnapshotRequest(_message.Message):
    __slots__ = ("collection", "snapshot_id")
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    SNAPSHOT_ID_FIELD_NUMBER: _ClassVar[int]
    collection: str
    snapshot_id: str
    def __init__(self, collection: _Optional[str] = ..., snapshot_id: _Optional[str] = ...) -> None: ...

class DeleteSnapshotResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ForceSaveRequest(_message.Message):
    __slots__ = ("collection",)
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    collection: str
    def __init__(self, collection: _Optional[str] = ...) -> None: ...

class ForceSaveResponse(_message.Message):
    __slots__ = ("persistence_status",)
    PERSISTENCE_STATUS_FIELD_NUMBER: _ClassVar[int]
    persistence_status: _persistence_pb2.PersistenceStatus
    def __init__(self, persistence_status: _Optional[_Union[_persistence_pb2.PersistenceStatus, _Mapping]] = ...) -> None: ...

class DownloadSnapshotRequest(_message.Message):
    __slots__ = ("collection", "snapshot_id", "offset")
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    SNAPSHOT_ID_FIELD_NUMBER: _ClassVar[int]
    OFFSET_FIELD_NUMBER: _ClassVar[int]
    collection: str
    snapshot_id: str
    offset: int
    def __init__(self, collection: _Optional[str] = ..., snapshot_id: _Optional[str] = ..., offset: _Optional[int] = ...) -> None: ...

class DownloadSnapshotResponse(_message.Message):
    __slots__ = ("offset", "data", "crc")
    OFFSET_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    CRC_FIELD_NUMBER: _ClassVar[int]
    offset: int
    data: bytes
    crc: int
    def __init__(self, offset: _Optional[int] = ..., data: _Optional[bytes] = ..., crc: _Optional[int] = ...) -> None: ...

class UploadSnapshotRequest(_message.Message):
    __slots__ = ("collection", "snapshot_id", "size_bytes", "sha256", "allow_unsealed", "offset", "data", "crc")
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    SNAPSHOT_ID_FIELD_NUMBER: _ClassVar[int]
    SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    ALLOW_UNSEALED_FIELD_NUMBER: _ClassVar[int]
    OFFSET_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    CRC_FIELD_NUMBER: _ClassVar[int]
    collection: str
    snapshot_id: str
    size_bytes: int
    sha256: bytes
    allow_unsealed: bool
    offset: int
    data: bytes
    crc: int
    def __init__(self, collection: _Optional[str] = ..., snapshot_id: _Optional[str] = ..., size_bytes: _Optional[int] = ..., sha256: _Optional[bytes] = ..., allow_unsealed: _Optional[bool] = ..., offset: _Optional[int] = ..., data: _Optional[bytes] = ..., crc: _Optional[int] = ...) -> None: ...

class UploadSnapshotResponse(_message.Message):
    __slots__ = ("snapshot",)
    SNAPSHOT_FIELD_NUMBER: _ClassVar[int]
    snapshot: _snapshot_pb2.Snapshot
    def __init__(self, snapshot: _Optional[_Union[_snapshot_pb2.Snapshot, _Mapping]] = ...) -> None: ...

class GetUploadRequest(_message.Message):
    __slots__ = ("collection", "snapshot_id")
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    SNAPSHOT_ID_FIELD_NUMBER: _ClassVar[int]
    collection: str
    snapshot_id: str
    def __init__(self, collection: _Optional[str] = ..., snapshot_id: _Optional[str] = ...) -> None: ...

class GetUploadResponse(_message.Message):
    __slots__ = ("received_bytes", "snapshot")
    RECEIVED_BYTES_FIELD_NUMBER: _ClassVar[int]
    SNAPSHOT_FIELD_NUMBER: _ClassVar[int]
    received_bytes: int
    snapshot: _snapshot_pb2.Snapshot
    def __init__(self, received_bytes: _Optional[int] = ..., snapshot: _Optional[_Union[_snapshot_pb2.Snapshot, _Mapping]] = ...) -> None: ...

class ValidateSnapshotRequest(_message.Message):
    __slots__ = ("collection", "snapshot_id", "allow_unsealed")
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    SNAPSHOT_ID_FIELD_NUMBER: _ClassVar[int]
    ALLOW_UNSEALED_FIELD_NUMBER: _ClassVar[int]
    collection: str
    snapshot_id: str
    allow_unsealed: bool
    def __init__(self, collection: _Optional[str] = ..., snapshot_id: _Optional[str] = ..., allow_unsealed: _Optional[bool] = ...) -> None: ...

class ValidateSnapshotResponse(_message.Message):
    __slots__ = ("bytes_checked", "bytes_total", "report")
    BYTES_CHECKED_FIELD_NUMBER: _ClassVar[int]
    BYTES_TOTAL_FIELD_NUMBER: _ClassVar[int]
    REPORT_FIELD_NUMBER: _ClassVar[int]
    bytes_checked: int
    bytes_total: int
    report: _snapshot_report_pb2.SnapshotReport
    def __init__(self, bytes_checked: _Optional[int] = ..., bytes_total: _Optional[int] = ..., report: _Optional[_Union[_snapshot_report_pb2.SnapshotReport, _Mapping]] = ...) -> None: ...

class RestoreSnapshotRequest(_message.Message):
    __slots__ = ("collection", "snapshot_id", "target_collection", "index_config", "filter")
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    SNAPSHOT_ID_FIELD_NUMBER: _ClassVar[int]
    TARGET_COLLECTION_FIELD_NUMBER: _ClassVar[int]
    INDEX_CONFIG_FIELD_NUMBER: _ClassVar[int]
    FILTER_FIELD_NUMBER: _ClassVar[int]
    collection: str
    snapshot_id: str
    target_collection: str
    index_config: _index_pb2.IndexConfig
    filter: _filter_pb2.Filter
    def __init__(self, collection: _Optional[str] = ..., snapshot_id: _Optional[str] = ..., target_collection: _Optional[str] = ..., index_config: _Optional[_Union[_index_pb2.IndexConfig, _Mapping]] = ..., filter: _Optional[_Union[_filter_pb2.Filter, _Mapping]] = ...) -> None: ...

class RestoreSnapshotResponse(_message.Message):
    __slots__ = ("records_restored", "records_total", "sequence")
    RECORDS_RESTORED_FIELD_NUMBER: _ClassVar[int]
    RECORDS_TOTAL_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    records_restored: int
    records_total: int
    sequence: int
    def __init__(self, records_restored: _Optional[int] = ..., records_total: _Optional[int] = ..., sequence: _Optional[int] = ...) -> None: ...

class MergeSnapshotRequest(_message.Message):
    __slots__ = ("collection", "snapshot_id", "source_collection", "policy", "dry_run")
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    SNAPSHOT_ID_FIELD_NUMBER: _ClassVar[int]
    SOURCE_COLLECTION_FIELD_NUMBER: _ClassVar[int]
    POLICY_FIELD_NUMBER: _ClassVar[int]
    DRY_RUN_FIELD_NUMBER: _ClassVar[int]
    collection: str
    snapshot_id: str
    source_collection: str
    policy: _merge_pb2.MergePolicy
    dry_run: bool
    def __init__(self, collection: _Optional[str] = ..., snapshot_id: _Optional[str] = ..., source_collection: _Optional[str] = ..., policy: _Optional[_Union[_merge_pb2.MergePolicy, str]] = ..., dry_run: _Optional[bool] = ...) -> None: ...

class MergeSnapshotResponse(_message.Message):
    __slots__ = ("records_merged", "records_total", "result")
    RECORDS_MERGED_FIELD_NUMBER: _ClassVar[int]
    RECORDS_TOTAL_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    records_merged: int
    records_total: int
    result: _merge_pb2.MergeResult
    def __init__(self, records_merged: _Optional[int] = ..., records_total: _Optional[int] = ..., result: _Optional[_Union[_merge_pb2.MergeResult, _Mapping]] = ...) -> None: ...

class MergeRecordsRequest(_message.Message):
    __slots__ = ("collection", "snapshot_chunk", "batch", "allow_unsealed", "policy", "dry_run")
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    SNAPSHOT_CHUNK_FIELD_NUMBER: _ClassVar[int]
    BATCH_FIELD_NUMBER: _ClassVar[int]
    ALLOW_UNSEALED_FIELD_NUMBER: _ClassVar[int]
    POLICY_FIELD_NUMBER: _ClassVar[int]
    DRY_RUN_FIELD_NUMBER: _ClassVar[int]
    collection: str
    snapshot_chunk: bytes
    batch: RecordBatch
    allow_unsealed: bool
    policy: _merge_pb2.MergePolicy
    dry_run: bool
    def __init__(self, collection: _Optional[str] = ..., snapshot_chunk: _Optional[bytes] = ..., batch: _Optional[_Union[RecordBatch, _Mapping]] = ..., allow_unsealed: _Optional[bool] = ..., policy: _Optional[_Union[_merge_pb2.MergePolicy, str]] = ..., dry_run: _Optional[bool] = ...) -> None: ...

class RecordBatch(_message.Message):
    __slots__ = ("records",)
    RECORDS_FIELD_NUMBER: _ClassVar[int]
    records: _containers.RepeatedCompositeFieldContainer[_record_pb2.VectorRecord]
    def __init__(self, records: _Optional[_Iterable[_Union[_record_pb2.VectorRecord, _Mapping]]] = ...) -> None: ...

class MergeRecordsResponse(_message.Message):
    __slots__ = ("result",)
    RESULT_FIELD_NUMBER: _ClassVar[int]
    result: _merge_pb2.MergeResult
    def __init__(self, result: _Optional[_Union[_merge_pb2.MergeResult, _Mapping]] = ...) -> None: ...

class DiffSnapshotsRequest(_message.Message):
    __slots__ = ("collection", "snapshot_id", "other_snapshot_id", "other_collection")
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    SNAPSHOT_ID_FIELD_NUMBER: _ClassVar[int]
    OTHER_SNAPSHOT_ID_FIELD_NUMBER: _ClassVar[int]
    OTHER_COLLECTION_FIELD_NUMBER: _ClassVar[int]
    collection: str
    snapshot_id: str
    other_snapshot_id: str
    other_collection: str
    def __init__(self, collection: _Optional[str] = ..., snapshot_id: _Optional[str] = ..., other_snapshot_id: _Optional[str] = ..., other_collection: _Optional[str] = ...) -> None: ...

class DiffSnapshotsResponse(_message.Message):
    __slots__ = ("differences", "summary")
    DIFFERENCES_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    differences: _containers.RepeatedCompositeFieldContainer[_snapshot_diff_pb2.RecordDifference]
    summary: _snapshot_diff_pb2.DifferenceSummary
    def __init__(self, differences: _Optional[_Iterable[_Union[_snapshot_diff_pb2.RecordDifference, _Mapping]]] = ..., summary: _Optional[_Union[_snapshot_diff_pb2.DifferenceSummary, _Mapping]] = ...) -> None: ...
