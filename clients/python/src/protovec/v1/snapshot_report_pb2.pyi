import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from protovec.v1 import collection_pb2 as _collection_pb2
from protovec.v1 import index_pb2 as _index_pb2
from protovec.v1 import persistence_pb2 as _persistence_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class SnapshotFindingKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SNAPSHOT_FINDING_KIND_UNSPECIFIED: _ClassVar[SnapshotFindingKind]
    SNAPSHOT_FINDING_KIND_MISSING: _ClassVar[SnapshotFindingKind]
    SNAPSHOT_FINDING_KIND_TRUNCATED: _ClassVar[SnapshotFindingKind]
    SNAPSHOT_FINDING_KIND_CHECKSUM: _ClassVar[SnapshotFindingKind]
    SNAPSHOT_FINDING_KIND_MALFORMED: _ClassVar[SnapshotFindingKind]
    SNAPSHOT_FINDING_KIND_WRONG_DIMENSION: _ClassVar[SnapshotFindingKind]
    SNAPSHOT_FINDING_KIND_INVALID_EMBEDDING: _ClassVar[SnapshotFindingKind]
    SNAPSHOT_FINDING_KIND_INVALID_RECORD: _ClassVar[SnapshotFindingKind]
    SNAPSHOT_FINDING_KIND_DUPLICATE_ID: _ClassVar[SnapshotFindingKind]
    SNAPSHOT_FINDING_KIND_NEWER_VERSION: _ClassVar[SnapshotFindingKind]
    SNAPSHOT_FINDING_KIND_UNSEALED: _ClassVar[SnapshotFindingKind]
    SNAPSHOT_FINDING_KIND_INCONSISTENT_PARTS: _ClassVar[SnapshotFindingKind]
    SNAPSHOT_FINDING_KIND_EMPTY: _ClassVar[SnapshotFindingKind]
SNAPSHOT_FINDING_KIND_UNSPECIFIED: SnapshotFindingKind
SNAPSHOT_FINDING_KIND_MISSING: SnapshotFindingKind
SNAPSHOT_FINDING_KIND_TRUNCATED: SnapshotFindingKind
SNAPSHOT_FINDING_KIND_CHECKSUM: SnapshotFindingKind
SNAPSHOT_FINDING_KIND_MALFORMED: SnapshotFindingKind
SNAPSHOT_FINDING_KIND_WRONG_DIMENSION: SnapshotFindingKind
SNAPSHOT_FINDING_KIND_INVALID_EMBEDDING: SnapshotFindingKind
SNAPSHOT_FINDING_KIND_INVALID_RECORD: SnapshotFindingKind
SNAPSHOT_FINDING_KIND_DUPLICATE_ID: SnapshotFindingKind
SNAPSHOT_FINDING_KIND_NEWER_VERSION: SnapshotFindingKind
SNAPSHOT_FINDING_KIND_UNSEALED: SnapshotFindingKind
SNAPSHOT_FINDING_KIND_INCONSISTENT_PARTS: SnapshotFindingKind
SNAPSHOT_FINDING_KIND_EMPTY: SnapshotFindingKind

class SnapshotReport(_message.Message):
    __slots__ = ("valid", "format", "compressed", "sealed", "version", "part_count", "size_bytes", "record_count", "dimension", "metric", "embedding_model", "collection", "created_at", "log_sequence", "index_config", "finding_count", "findings")
    VALID_FIELD_NUMBER: _ClassVar[int]
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    COMPRESSED_FIELD_NUMBER: _ClassVar[int]
    SEALED_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    PART_COUNT_FIELD_NUMBER: _ClassVar[int]
    SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    RECORD_COUNT_FIELD_NUMBER: _ClassVar[int]
    DIMENSION_FIELD_NUMBER: _ClassVar[int]
    METRIC_FIELD_NUMBER: _ClassVar[int]
    EMBEDDING_MODEL_FIELD_NUMBER: _ClassVar[int]
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    LOG_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    INDEX_CONFIG_FIELD_NUMBER: _ClassVar[int]
    FINDING_COUNT_FIELD_NUMBER: _ClassVar[int]
    FINDINGS_FIELD_NUMBER: _ClassVar[int]
    valid: bool
    format: _persistence_pb2.SnapshotFormat
    compressed: bool
    sealed: bool
    version: str
    part_count: int
    size_bytes: int
    record_count: int
    dimension: int
    metric: _collection_pb2.Metric
    embedding_model: str
    collection: str
    created_at: _timestamp_pb2.Timestamp
    log_sequence: int
    index_config: _index_pb2.IndexConfig
    finding_count: int
    findings: _containers.RepeatedCompositeFieldContainer[SnapshotFinding]
    def __init__(self, valid: _Optional[bool] = ..., format: _Optional[_Union[_persistence_pb2.SnapshotFormat, str]] = ..., compressed: _Optional[bool] = ..., sealed: _Optional[bool] = ..., version: _Optional[str] = ..., part_count: _Optional[int] = ..., size_bytes: _Optional[int] = ..., record_count: _Optional[int] = ..., dimension: _Optional[int] = ..., metric: _Optional[_Union[_collection_pb2.Metric, str]] = ..., embedding_model: _Optional[str] = ..., collection: _Optional[str] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., log_sequence: _Optional[int] = ..., index_config: _Optional[_Union[_index_pb2.IndexConfig, _Mapping]] = ..., finding_count: _Optional[int] = ..., findings: _Optional[_Iterable[_Union[SnapshotFinding, _Mapping]]] = ...) -> None: ...

class SnapshotFinding(_message.Message):
    __slots__ = ("kind", "offset", "record_id", "message")
    KIND_FIELD_NUMBER: _ClassVar[int]
    OFFSET_FIELD_NUMBER: _ClassVar[int]
    RECORD_ID_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    kind: SnapshotFindingKind
    offset: int
    record_id: str
    message: str
    def __init__(self, kind: _Optional[_Union[SnapshotFindingKind, str]] = ..., offset: _Optional[int] = ..., record_id: _Optional[str] = ..., message: _Optional[str] = ...) -> None: ...
