from protovec.v1 import index_pb2 as _index_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class GetIndexRequest(_message.Message):
    __slots__ = ("collection",)
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    collection: str
    def __init__(self, collection: _Optional[str] = ...) -> None: ...

class GetIndexResponse(_message.Message):
    __slots__ = ("index",)
    INDEX_FIELD_NUMBER: _ClassVar[int]
    index: _index_pb2.IndexStats
    def __init__(self, index: _Optional[_Union[_index_pb2.IndexStats, _Mapping]] = ...) -> None: ...

class BuildIndexRequest(_message.Message):
    __slots__ = ("collection", "config")
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    CONFIG_FIELD_NUMBER: _ClassVar[int]
    collection: str
    config: _index_pb2.IndexConfig
    def __init__(self, collection: _Optional[str] = ..., config: _Optional[_Union[_index_pb2.IndexConfig, _Mapping]] = ...) -> None: ...

class BuildIndexResponse(_message.Message):
    __slots__ = ("indexed_records", "total_records", "index")
    INDEXED_RECORDS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_RECORDS_FIELD_NUMBER: _ClassVar[int]
    INDEX_FIELD_NUMBER: _ClassVar[int]
    indexed_records: int
    total_records: int
    index: _index_pb2.IndexStats
    def __init__(self, indexed_records: _Optional[int] = ..., total_records: _Optional[int] = ..., index: _Optional[_Union[_index_pb2.IndexStats, _Mapping]] = ...) -> None: ...

class DropIndexRequest(_message.Message):
    __slots__ = ("collection",)
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    collection: str
    def __init__(self, collection: _Optional[str] = ...) -> None: ...

class DropIndexResponse(_message.Message):
    __slots__ = ("index",)
    INDEX_FIELD_NUMBER: _ClassVar[int]
    index: _index_pb2.IndexStats
    def __init__(self, index: _Optional[_Union[_index_pb2.IndexStats, _Mapping]] = ...) -> None: ...
