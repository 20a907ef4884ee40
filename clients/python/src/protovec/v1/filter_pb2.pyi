import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from protovec.v1 import record_pb2 as _record_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Filter(_message.Message):
    __slots__ = ("all_of", "any_of", "none_of", "metadata", "title_contains", "extension_in", "extension_not_in", "content_length", "ids", "create_time", "update_time")
    ALL_OF_FIELD_NUMBER: _ClassVar[int]
    ANY_OF_FIELD_NUMBER: _ClassVar[int]
    NONE_OF_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    TITLE_CONTAINS_FIELD_NUMBER: _ClassVar[int]
    EXTENSION_IN_FIELD_NUMBER: _ClassVar[int]
    EXTENSION_NOT_IN_FIELD_NUMBER: _ClassVar[int]
    CONTENT_LENGTH_FIELD_NUMBER: _ClassVar[int]
    IDS_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    all_of: FilterGroup
    any_of: FilterGroup
    none_of: FilterGroup
    metadata: MetadataCondition
    title_contains: str
    extension_in: _record_pb2.StringList
    extension_not_in: _record_pb2.StringList
    content_length: NumberRange
    ids: _record_pb2.StringList
    create_time: TimeRange
    update_time: TimeRange
    def __init__(self, all_of: _Optional[_Union[FilterGroup, _Mapping]] = ..., any_of: _Optional[_Union[FilterGroup, _Mapping]] = ..., none_of: _Optional[_Union[FilterGroup, _Mapping]] = ..., metadata: _Optional[_Union[MetadataCondition, _Mapping]] = ..., title_contains: _Optional[str] = ..., extension_in: _Optional[_Union[_record_pb2.StringList, _Mapping]] = ..., extension_not_in: _Optional[_Union[_record_pb2.StringList, _Mapping]] = ..., content_length: _Optional[_Union[NumberRange, _Mapping]] = ..., ids: _Optional[_Union[_record_pb2.StringList, _Mapping]] = ..., create_time: _Optional[_Union[TimeRange, _Mapping]] = ..., update_time: _Optional[_Union[TimeRange, _Mapping]] = ...) -> None: ...

class FilterGroup(_message.Message):
    __slots__ = ("filters",)
    FILTERS_FIELD_NUMBER: _ClassVar[int]
    filters: _containers.RepeatedCompositeFieldContainer[Filter]
    def __init__(self, filters: _Optional[_Iterable[_Union[Filter, _Mapping]]] = ...) -> None: ...

class MetadataCondition(_message.Message):
    __slots__ = ("key", "equals", "not_equals", "contains", "starts_with", "ends_with", "one_of", "range", "exists")
    KEY_FIELD_NUMBER: _ClassVar[int]
    EQUALS_FIELD_NUMBER: _ClassVar[int]
    NOT_EQUALS_FIELD_NUMBER: _ClassVar[int]
    CONTAINS_FIELD_NUMBER: _ClassVar[int]
    STARTS_WITH_FIELD_NUMBER: _ClassVar[int]
    ENDS_WITH_FIELD_NUMBER: _ClassVar[int]
    ONE_OF_FIELD_NUMBER: _ClassVar[int]
    RANGE_FIELD_NUMBER: _ClassVar[int]
    EXISTS_FIELD_NUMBER: _ClassVar[int]
    key: str
    equals: _record_pb2.MetadataValue
    not_equals: _record_pb2.MetadataValue
    contains: str
    starts_with: str
    ends_with: str
    one_of: MetadataValueList
    range: NumberRange
    exists: bool
    def __init__(self, key: _Optional[str] = ..., equals: _Optional[_Union[_record_pb2.MetadataValue, _Mapping]] = ..., not_equals: _Optional[_Union[_record_pb2.MetadataValue, _Mapping]] = ..., contains: _Optional[str] = ..., starts_with: _Optional[str] = ..., ends_with: _Optional[str] = ..., one_of: _Optional[_Union[MetadataValueList, _Mapping]] = ..., range: _Optional[_Union[NumberRange, _Mapping]] = ..., exists: _Optional[bool] = ...) -> None: ...

class MetadataValueList(_message.Message):
    __slots__ = ("values",)
    VALUES_FIELD_NUMBER: _ClassVar[int]
    values: _containers.RepeatedCompositeFieldContainer[_record_pb2.MetadataValue]
    def __init__(self, values: _Optional[_Iterable[_Union[_record_pb2.MetadataValue, _Mapping]]] = ...) -> None: ...

class NumberRange(_message.Message):
    __slots__ = ("gt", "gte", "lt", "lte")
    GT_FIELD_NUMBER: _ClassVar[int]
    GTE_FIELD_NUMBER: _ClassVar[int]
    LT_FIELD_NUMBER: _ClassVar[int]
    LTE_FIELD_NUMBER: _ClassVar[int]
    gt: float
    gte: float
    lt: float
    lte: float
    def __init__(self, gt: _Optional[float] = ..., gte: _Optional[float] = ..., lt: _Optional[float] = ..., lte: _Optional[float] = ...) -> None: ...

class TimeRange(_message.Message):
    __slots__ = ("start", "end")
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    start: _timestamp_pb2.Timestamp
    end: _timestamp_pb2.Timestamp
    def __init__(self, start: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
