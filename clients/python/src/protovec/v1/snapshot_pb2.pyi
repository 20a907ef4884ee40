import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from protovec.v1 import collection_pb2 as _collection_pb2
from protovec.v1 import index_pb2 as _index_pb2
from protovec.v1 import persistence_pb2 as _persistence_pb2
from protovec.v1 import record_pb2 as _record_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Codec(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CODEC_UNSPECIFIED: _ClassVar[Codec]
    CODEC_GZIP: _ClassVar[Codec]
CODEC_UNSPECIFIED: Codec
CODEC_GZIP: Codec

class StorageSnapshot(_message.Message):
    __slots__ = ("version", "dimension", "records", "index_config", "created_at", "collection", "metric", "embedding_model", "log_sequence", "checksums", "fragments", "footers")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    DIMENSION_FIELD_NUMBER: _ClassVar[int]
    RECORDS_FIELD_NUMBER: _ClassVar[int]
    INDEX_CONFIG_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    METRIC_FIELD_NUMBER: _ClassVar[int]
    EMBEDDING_MODEL_FIELD_NUMBER: _ClassVar[int]
    LOG_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    CHECKSUMS_FIELD_NUMBER: _ClassVar[int]
    FRAGMENTS_FIELD_NUMBER: _ClassVar[int]
    FOOTERS_FIELD_NUMBER: _ClassVar[int]
    version: str
    dimension: int
    records: _containers.RepeatedCompositeFieldContainer[_record_pb2.VectorRecord]
    index_config: _index_pb2.IndexConfig
    created_at: _timestamp_pb2.Timestamp
    collection: str
    metric: _collection_pb2.Metric
    embedding_model: str
    log_sequence: int
    checksums: _containers.RepeatedCompositeFieldContainer[Checksum]
    fragments: _containers.RepeatedCompositeFieldContainer[Fragment]
    footers: _containers.RepeatedCompositeFieldContainer[Footer]
    def __init__(self, version: _Optional[str] = ..., dimension: _Optional[int] = ..., records: _Optional[_Iterable[_Union[_record_pb2.VectorRecord, _Mapping]]] = ..., index_config: _Optional[_Union[_index_pb2.IndexConfig, _Mapping]] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., collection: _Optional[str] = ..., metric: _Optional[_Union[_collection_pb2.Metric, str]] = ..., embedding_model: _Optional[str] = ..., log_sequence: _Optional[int] = ..., checksums: _Optional[_Iterable[_Union[Checksum, _Mapping]]] = ..., fragments: _Optional[_Iterable[_Union[Fragment, _Mapping]]] = ..., footers: _Optional[_Iterable[_Union[Footer, _Mapping]]] = ...) -> None: ...

class Checksum(_message.Message):
    __slots__ = ("start", "length", "records", "crc")
    START_FIELD_NUMBER: _ClassVar[int]
    LENGTH_FIELD_NUMBER: _ClassVar[int]
    RECORDS_FIELD_NUMBER: _ClassVar[int]
    CRC_FIELD_NUMBER: _ClassVar[int]
    start: int
    length: int
    records: int
    crc: int
    def __init__(self, start: _Optional[int] = ..., length: _Optional[int] = ..., records: _Optional[int] = ..., crc: _Optional[int] = ...) -> None: ...

class Fragment(_message.Message):
    __slots__ = ("codec", "data", "record_count", "inflated_size", "crc")
    CODEC_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    RECORD_COUNT_FIELD_NUMBER: _ClassVar[int]
    INFLATED_SIZE_FIELD_NUMBER: _ClassVar[int]
    CRC_FIELD_NUMBER: _ClassVar[int]
    codec: Codec
    data: bytes
    record_count: int
    inflated_size: int
    crc: int
    def __init__(self, codec: _Optional[_Union[Codec, str]] = ..., data: _Optional[bytes] = ..., record_count: _Optional[int] = ..., inflated_size: _Optional[int] = ..., crc: _Optional[int] = ...) -> None: ...

class Footer(_message.Message):
    __slots__ = ("record_count", "part_length", "sha256")
    RECORD_COUNT_FIELD_NUMBER: _ClassVar[int]
    PART_LENGTH_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    record_count: int
    part_length: int
    sha256: bytes
    def __init__(self, record_count: _Optional[int] = ..., part_length: _Optional[int] = ..., sha256: _Optional[bytes] = ...) -> None: ...

class Snapshot(_message.Message):
    __slots__ = ("snapshot_id", "collection", "format", "size_bytes", "record_count", "create_time", "log_sequence", "sha256", "compressed")
    SNAPSHOT_ID_FIELD_NUMBER: _ClassVar[int]
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    RECORD_COUNT_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    LOG_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    COMPRESSED_FIELD_NUMBER: _ClassVar[int]
    snapshot_id: str
    collection: str
    format: _persistence_pb2.SnapshotFormat
    size_bytes: int
    record_count: int
    create_time: _timestamp_pb2.Timestamp
    log_sequence: int
    sha256: bytes
    compressed: bool
    def __init__(self, snapshot_id: _Optional[str] = ..., collection: _Optional[str] = ..., format: _Optional[_Union[_persistence_pb2.SnapshotFormat, str]] = ..., size_bytes: _Optional[int] = ..., record_count: _Optional[int] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., log_sequence: _Optional[int] = ..., sha256: _Optional[bytes] = ..., compressed: _Optional[bool] = ...) -> None: ...
