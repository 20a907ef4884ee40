from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class IndexKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    INDEX_KIND_UNSPECIFIED: _ClassVar[IndexKind]
    INDEX_KIND_HNSW: _ClassVar[IndexKind]
    INDEX_KIND_FLAT: _ClassVar[IndexKind]

class Quantization(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    QUANTIZATION_UNSPECIFIED: _ClassVar[Quantization]
    QUANTIZATION_F32: _ClassVar[Quantization]
    QUANTIZATION_F16: _ClassVar[Quantization]
    QUANTIZATION_BF16: _ClassVar[Quantization]
    QUANTIZATION_I8: _ClassVar[Quantization]
INDEX_KIND_UNSPECIFIED: IndexKind
INDEX_KIND_HNSW: IndexKind
INDEX_KIND_FLAT: IndexKind
QUANTIZATION_UNSPECIFIED: Quantization
QUANTIZATION_F32: Quantization
QUANTIZATION_F16: Quantization
QUANTIZATION_BF16: Quantization
QUANTIZATION_I8: Quantization

class IndexConfig(_message.Message):
    __slots__ = ("kind", "connectivity", "expansion_add", "ef_search", "quantization")
    KIND_FIELD_NUMBER: _ClassVar[int]
    CONNECTIVITY_FIELD_NUMBER: _ClassVar[int]
    EXPANSION_ADD_FIELD_NUMBER: _ClassVar[int]
    EF_SEARCH_FIELD_NUMBER: _ClassVar[int]
    QUANTIZATION_FIELD_NUMBER: _ClassVar[int]
    kind: IndexKind
    connectivity: int
    expansion_add: int
    ef_search: int
    quantization: Quantization
    def __init__(self, kind: _Optional[_Union[IndexKind, str]] = ..., connectivity: _Optional[int] = ..., expansion_add: _Optional[int] = ..., ef_search: _Optional[int] = ..., quantization: _Optional[_Union[Quantization, str]] = ...) -> None: ...

class IndexStats(_message.Message):
    __slots__ = ("config", "indexed_records", "pending_records", "tombstones", "graph_bytes", "vector_bytes", "filter_bytes", "filter_pending_records", "build")
    CONFIG_FIELD_NUMBER: _ClassVar[int]
    INDEXED_RECORDS_FIELD_NUMBER: _ClassVar[int]
    PENDING_RECORDS_FIELD_NUMBER: _ClassVar[int]
    TOMBSTONES_FIELD_NUMBER: _ClassVar[int]
    GRAPH_BYTES_FIELD_NUMBER: _ClassVar[int]
    VECTOR_BYTES_FIELD_NUMBER: _ClassVar[int]
    FILTER_BYTES_FIELD_NUMBER: _ClassVar[int]
    FILTER_PENDING_RECORDS_FIELD_NUMBER: _ClassVar[int]
    BUILD_FIELD_NUMBER: _ClassVar[int]
    config: IndexConfig
    indexed_records: int
    pending_records: int
    tombstones: int
    graph_bytes: int
    vector_bytes: int
    filter_bytes: int
    filter_pending_records: int
    build: IndexBuild
    def __init__(self, config: _Optional[_Union[IndexConfig, _Mapping]] = ..., indexed_records: _Optional[int] = ..., pending_records: _Optional[int] = ..., tombstones: _Optional[int] = ..., graph_bytes: _Optional[int] = ..., vector_bytes: _Optional[int] = ..., filter_bytes: _Optional[int] = ..., filter_pending_records: _Optional[int] = ..., build: _Optional[_Union[IndexBuild, _Mapping]] = ...) -> None: ...

class IndexBuild(_message.Message):
    __slots__ = ("config", "indexed_records", "total_records")
    CONFIG_FIELD_NUMBER: _ClassVar[int]
    INDEXED_RECORDS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_RECORDS_FIELD_NUMBER: _ClassVar[int]
    config: IndexConfig
    indexed_records: int
    total_records: int
    def __init__(self, config: _Optional[_Union[IndexConfig, _Mapping]] = ..., indexed_records: _Optional[int] = ..., total_records: _Optional[int] = ...) -> None: ...
