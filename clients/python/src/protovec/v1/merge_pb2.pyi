import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class MergePolicy(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MERGE_POLICY_UNSPECIFIED: _ClassVar[MergePolicy]
    MERGE_POLICY_SKIP_EXISTING: _ClassVar[MergePolicy]
    MERGE_POLICY_OVERWRITE: _ClassVar[MergePolicy]
    MERGE_POLICY_NEWEST_WINS: _ClassVar[MergePolicy]
    MERGE_POLICY_FAIL: _ClassVar[MergePolicy]
MERGE_POLICY_UNSPECIFIED: MergePolicy
MERGE_POLICY_SKIP_EXISTING: MergePolicy
MERGE_POLICY_OVERWRITE: MergePolicy
MERGE_POLICY_NEWEST_WINS: MergePolicy
MERGE_POLICY_FAIL: MergePolicy

class MergeResult(_message.Message):
    __slots__ = ("created_count", "replaced_count", "skipped_count", "conflicts", "sequence", "durable")
    CREATED_COUNT_FIELD_NUMBER: _ClassVar[int]
    REPLACED_COUNT_FIELD_NUMBER: _ClassVar[int]
    SKIPPED_COUNT_FIELD_NUMBER: _ClassVar[int]
    CONFLICTS_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    DURABLE_FIELD_NUMBER: _ClassVar[int]
    created_count: int
    replaced_count: int
    skipped_count: int
    conflicts: _containers.RepeatedCompositeFieldContainer[MergeConflict]
    sequence: int
    durable: bool
    def __init__(self, created_count: _Optional[int] = ..., replaced_count: _Optional[int] = ..., skipped_count: _Optional[int] = ..., conflicts: _Optional[_Iterable[_Union[MergeConflict, _Mapping]]] = ..., sequence: _Optional[int] = ..., durable: _Optional[bool] = ...) -> None: ...

class MergeConflict(_message.Message):
    __slots__ = ("id", "existing_update_time", "merged_update_time", "replaced")
    ID_FIELD_NUMBER: _ClassVar[int]
    EXISTING_UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    MERGED_UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    REPLACED_FIELD_NUMBER: _ClassVar[int]
    id: str
    existing_update_time: _timestamp_pb2.Timestamp
    merged_update_time: _timestamp_pb2.Timestamp
    replaced: bool
    def __init__(self, id: _Optional[str] = ..., existing_update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., merged_update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., replaced: _Optional[bool] = ...) -> None: ...
