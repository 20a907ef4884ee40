import datetime

from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Durability(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DURABILITY_UNSPECIFIED: _ClassVar[Durability]
    DURABILITY_ALWAYS: _ClassVar[Durability]
    DURABILITY_INTERVAL: _ClassVar[Durability]
    DURABILITY_OS: _ClassVar[Durability]

class SnapshotFormat(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SNAPSHOT_FORMAT_UNSPECIFIED: _ClassVar[SnapshotFormat]
    SNAPSHOT_FORMAT_BINARY: _ClassVar[SnapshotFormat]
    SNAPSHOT_FORMAT_JSON: _ClassVar[SnapshotFormat]
DURABILITY_UNSPECIFIED: Durability
DURABILITY_ALWAYS: Durability
DURABILITY_INTERVAL: Durability
DURABILITY_OS: Durability
SNAPSHOT_FORMAT_UNSPECIFIED: SnapshotFormat
SNAPSHOT_FORMAT_BINARY: SnapshotFormat
SNAPSHOT_FORMAT_JSON: SnapshotFormat

class PersistenceConfig(_message.Message):
    __slots__ = ("auto_save_threshold", "compression_enabled", "format", "durability", "durability_interval")
    AUTO_SAVE_THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    COMPRESSION_ENABLED_FIELD_NUMBER: _ClassVar[int]
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    DURABILITY_FIELD_NUMBER: _ClassVar[int]
    DURABILITY_INTERVAL_FIELD_NUMBER: _ClassVar[int]
    auto_save_threshold: int
    compression_enabled: bool
    format: SnapshotFormat
    durability: Durability
    durability_interval: _duration_pb2.Duration
    def __init__(self, auto_save_threshold: _Optional[int] = ..., compression_enabled: _Optional[bool] = ..., format: _Optional[_Union[SnapshotFormat, str]] = ..., durability: _Optional[_Union[Durability, str]] = ..., durability_interval: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class PersistenceStatus(_message.Message):
    __slots__ = ("operations_since_save", "last_save_time", "last_save_sequence", "last_save_error", "base_size_bytes", "log_size_bytes", "saving")
    OPERATIONS_SINCE_SAVE_FIELD_NUMBER: _ClassVar[int]
    LAST_SAVE_TIME_FIELD_NUMBER: _ClassVar[int]
    LAST_SAVE_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    LAST_SAVE_ERROR_FIELD_NUMBER: _ClassVar[int]
    BASE_SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    LOG_SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    SAVING_FIELD_NUMBER: _ClassVar[int]
    operations_since_save: int
    last_save_time: _timestamp_pb2.Timestamp
    last_save_sequence: int
    last_save_error: str
    base_size_bytes: int
    log_size_bytes: int
    saving: bool
    def __init__(self, operations_since_save: _Optional[int] = ..., last_save_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., last_save_sequence: _Optional[int] = ..., last_save_error: _Optional[str] = ..., base_size_bytes: _Optional[int] = ..., log_size_bytes: _Optional[int] = ..., saving: _Optional[bool] = ...) -> None: ...
