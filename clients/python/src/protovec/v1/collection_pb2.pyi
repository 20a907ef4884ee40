import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from protovec.v1 import embedder_pb2 as _embedder_pb2
from protovec.v1 import index_pb2 as _index_pb2
from protovec.v1 import persistence_pb2 as _persistence_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Metric(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    METRIC_UNSPECIFIED: _ClassVar[Metric]
    METRIC_COSINE: _ClassVar[Metric]
    METRIC_DOT: _ClassVar[Metric]
    METRIC_EUCLIDEAN: _ClassVar[Metric]

class CollectionState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    COLLECTION_STATE_UNSPECIFIED: _ClassVar[CollectionState]
    COLLECTION_STATE_SERVING: _ClassVar[CollectionState]
    COLLECTION_STATE_QUARANTINED: _ClassVar[CollectionState]
METRIC_UNSPECIFIED: Metric
METRIC_COSINE: Metric
METRIC_DOT: Metric
METRIC_EUCLIDEAN: Metric
COLLECTION_STATE_UNSPECIFIED: CollectionState
COLLECTION_STATE_SERVING: CollectionState
COLLECTION_STATE_QUARANTINED: CollectionState

class CollectionConfig(_message.Message):
    __slots__ = ("dimension", "metric", "index", "embedding_model", "persistence", "embedder")
    DIMENSION_FIELD_NUMBER: _ClassVar[int]
    METRIC_FIELD_NUMBER: _ClassVar[int]
    INDEX_FIELD_NUMBER: _ClassVar[int]
    EMBEDDING_MODEL_FIELD_NUMBER: _ClassVar[int]
    PERSISTENCE_FIELD_NUMBER: _ClassVar[int]
    EMBEDDER_FIELD_NUMBER: _ClassVar[int]
    dimension: int
    metric: Metric
    index: _index_pb2.IndexConfig
    embedding_model: str
    persistence: _persistence_pb2.PersistenceConfig
    embedder: _embedder_pb2.EmbedderConfig
    def __init__(self, dimension: _Optional[int] = ..., metric: _Optional[_Union[Metric, str]] = ..., index: _Optional[_Union[_index_pb2.IndexConfig, _Mapping]] = ..., embedding_model: _Optional[str] = ..., persistence: _Optional[_Union[_persistence_pb2.PersistenceConfig, _Mapping]] = ..., embedder: _Optional[_Union[_embedder_pb2.EmbedderConfig, _Mapping]] = ...) -> None: ...

class Collection(_message.Message):
    __slots__ = ("name", "collection_id", "config", "state", "state_message", "record_count", "sequence", "create_time", "persistence_status")
    NAME_FIELD_NUMBER: _ClassVar[int]
    COLLECTION_ID_FIELD_NUMBER: _ClassVar[int]
    CONFIG_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    STATE_MESSAGE_FIELD_NUMBER: _ClassVar[int]
    RECORD_COUNT_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    PERSISTENCE_STATUS_FIELD_NUMBER: _ClassVar[int]
    name: str
    collection_id: str
    config: CollectionConfig
    state: CollectionState
    state_message: str
    record_count: int
    sequence: int
    create_time: _timestamp_pb2.Timestamp
    persistence_status: _persistence_pb2.PersistenceStatus
    def __init__(self, name: _Optional[str] = ..., collection_id: _Optional[str] = ..., config: _Optional[_Union[CollectionConfig, _Mapping]] = ..., state: _Optional[_Union[CollectionState, str]] = ..., state_message: _Optional[str] = ..., record_count: _Optional[int] = ..., sequence: _Optional[int] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., persistence_status: _Optional[_Union[_persistence_pb2.PersistenceStatus, _Mapping]] = ...) -> None: ...
