from google.protobuf import field_mask_pb2 as _field_mask_pb2
from protovec.v1 import filter_pb2 as _filter_pb2
from protovec.v1 import record_pb2 as _record_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class SearchMethod(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SEARCH_METHOD_UNSPECIFIED: _ClassVar[SearchMethod]
    SEARCH_METHOD_EXACT: _ClassVar[SearchMethod]
    SEARCH_METHOD_INDEX: _ClassVar[SearchMethod]
SEARCH_METHOD_UNSPECIFIED: SearchMethod
SEARCH_METHOD_EXACT: SearchMethod
SEARCH_METHOD_INDEX: SearchMethod

class SearchRequest(_message.Message):
    __slots__ = ("collection", "vector", "record_id", "content", "limit", "threshold", "filter", "hit_mask", "exact", "ef_search", "embedding_model")
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    VECTOR_FIELD_NUMBER: _ClassVar[int]
    RECORD_ID_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    FILTER_FIELD_NUMBER: _ClassVar[int]
    HIT_MASK_FIELD_NUMBER: _ClassVar[int]
    EXACT_FIELD_NUMBER: _ClassVar[int]
    EF_SEARCH_FIELD_NUMBER: _ClassVar[int]
    EMBEDDING_MODEL_FIELD_NUMBER: _ClassVar[int]
    collection: str
    vector: Vector
    record_id: str
    content: str
    limit: int
    threshold: float
    filter: _filter_pb2.Filter
    hit_mask: _field_mask_pb2.FieldMask
    exact: bool
    ef_search: int
    embedding_model: str
    def __init__(self, collection: _Optional[str] = ..., vector: _Optional[_Union[Vector, _Mapping]] = ..., record_id: _Optional[str] = ..., content: _Optional[str] = ..., limit: _Optional[int] = ..., threshold: _Optional[float] = ..., filter: _Optional[_Union[_filter_pb2.Filter, _Mapping]] = ..., hit_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ..., exact: _Optional[bool] = ..., ef_search: _Optional[int] = ..., embedding_model: _Optional[str] = ...) -> None: ...

class Vector(_message.Message):
    __slots__ = ("values",)
    VALUES_FIELD_NUMBER: _ClassVar[int]
    values: _containers.RepeatedScalarFieldContainer[float]
    def __init__(self, values: _Optional[_Iterable[float]] = ...) -> None: ...

class SearchResponse(_message.Message):
    __slots__ = ("results", "method", "candidate_count")
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    METHOD_FIELD_NUMBER: _ClassVar[int]
    CANDIDATE_COUNT_FIELD_NUMBER: _ClassVar[int]
    results: _containers.RepeatedCompositeFieldContainer[SimilarityResult]
    method: SearchMethod
    candidate_count: int
    def __init__(self, results: _Optional[_Iterable[_Union[SimilarityResult, _Mapping]]] = ..., method: _Optional[_Union[SearchMethod, str]] = ..., candidate_count: _Optional[int] = ...) -> None: ...

class BatchSearchRequest(_message.Message):
    __slots__ = ("collection", "searches")
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    SEARCHES_FIELD_NUMBER: _ClassVar[int]
    collection: str
    searches: _containers.RepeatedCompositeFieldContainer[SearchRequest]
    def __init__(self, collection: _Optional[str] = ..., searches: _Optional[_Iterable[_Union[SearchRequest, _Mapping]]] = ...) -> None: ...

class BatchSearchResponse(_message.Message):
    __slots__ = ("responses",)
    RESPONSES_FIELD_NUMBER: _ClassVar[int]
    responses: _containers.RepeatedCompositeFieldContainer[SearchResponse]
    def __init__(self, responses: _Optional[_Iterable[_Union[SearchResponse, _Mapping]]] = ...) -> None: ...

class SearchStreamRequest(_message.Message):
    __slots__ = ("collection", "request_id", "search")
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    SEARCH_FIELD_NUMBER: _ClassVar[int]
    collection: str
    request_id: int
    search: SearchRequest
    def __init__(self, collection: _Optional[str] = ..., request_id: _Optional[int] = ..., search: _Optional[_Union[SearchRequest, _Mapping]] = ...) -> None: ...

class SearchStreamResponse(_message.Message):
    __slots__ = ("request_id", "response", "error")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    RESPONSE_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    request_id: int
    response: SearchResponse
    error: SearchError
    def __init__(self, request_id: _Optional[int] = ..., response: _Optional[_Union[SearchResponse, _Mapping]] = ..., error: _Optional[_Union[SearchError, _Mapping]] = ...) -> None: ...

class SearchError(_message.Message):
    __slots__ = ("code", "reason", "message", "field")
    CODE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    FIELD_FIELD_NUMBER: _ClassVar[int]
    code: int
    reason: str
    message: str
    field: str
    def __init__(self, code: _Optional[int] = ..., reason: _Optional[str] = ..., message: _Optional[str] = ..., field: _Optional[str] = ...) -> None: ...

class SimilarityResult(_message.Message):
    __slots__ = ("record", "similarity_score", "distance")
    RECORD_FIELD_NUMBER: _ClassVar[int]
    SIMILARITY_SCORE_FIELD_NUMBER: _ClassVar[int]
    DISTANCE_FIELD_NUMBER: _ClassVar[int]
    record: _record_pb2.VectorRecord
    similarity_score: float
    distance: float
    def __init__(self, record: _Optional[_Union[_record_pb2.VectorRecord, _Mapping]] = ..., similarity_score: _Optional[float] = ..., distance: _Optional[float] = ...) -> None: ...
