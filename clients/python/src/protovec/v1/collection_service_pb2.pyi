from google.protobuf import field_mask_pb2 as _field_mask_pb2
from protovec.v1 import aggregate_pb2 as _aggregate_pb2
from protovec.v1 import collection_pb2 as _collection_pb2
from protovec.v1 import filter_pb2 as _filter_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CreateCollectionRequest(_message.Message):
    __slots__ = ("collection", "config")
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    CONFIG_FIELD_NUMBER: _ClassVar[int]
    collection: str
    config: _collection_pb2.CollectionConfig
    def __init__(self, collection: _Optional[str] = ..., config: _Optional[_Union[_collection_pb2.CollectionConfig, _Mapping]] = ...) -> None: ...

class CreateCollectionResponse(_message.Message):
    __slots__ = ("collection",)
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    collection: _collection_pb2.Collection
    def __init__(self, collection: _Optional[_Union[_collection_pb2.Collection, _Mapping]] = ...) -> None: ...

class GetCollectionRequest(_message.Message):
    __slots__ = ("collection",)
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    collection: str
    def __init__(self, collection: _Optional[str] = ...) -> None: ...

class GetCollectionResponse(_message.Message):
    __slots__ = ("collection",)
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    collection: _collection_pb2.Collection
    def __init__(self, collection: _Optional[_Union[_collection_pb2.Collection, _Mapping]] = ...) -> None: ...

class ListCollectionsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListCollectionsResponse(_message.Message):
    __slots__ = ("collections",)
    COLLECTIONS_FIELD_NUMBER: _ClassVar[int]
    collections: _containers.RepeatedCompositeFieldContainer[_collection_pb2.Collection]
    def __init__(self, collections: _Optional[_Iterable[_Union[_collection_pb2.Collection, _Mapping]]] = ...) -> None: ...

class UpdateCollectionRequest(_message.Message):
    __slots__ = ("collection", "config", "update_mask")
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    CONFIG_FIELD_NUMBER: _ClassVar[int]
    UPDATE_MASK_FIELD_NUMBER: _ClassVar[int]
    collection: str
    config: _collection_pb2.CollectionConfig
    update_mask: _field_mask_pb2.FieldMask
    def __init__(self, collection: _Optional[str] = ..., config: _Optional[_Union[_collection_pb2.CollectionConfig, _Mapping]] = ..., update_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ...) -> None: ...

class UpdateCollectionResponse(_message.Message):
    __slots__ = ("collection",)
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    collection: _collection_pb2.Collection
    def __init__(self, collection: _Optional[_Union[_collection_pb2.Collection, _Mapping]] = ...) -> None: ...

class DeleteCollectionRequest(_message.Message):
    __slots__ = ("collection",)
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    collection: str
    def __init__(self, collection: _Optional[str] = ...) -> None: ...

class DeleteCollectionResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class AggregateRecordsRequest(_message.Message):
    __slots__ = ("collection", "filter", "centroid", "centroid_similarity", "content_lengths", "facets")
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    FILTER_FIELD_NUMBER: _ClassVar[int]
    CENTROID_FIELD_NUMBER: _ClassVar[int]
    CENTROID_SIMILARITY_FIELD_NUMBER: _ClassVar[int]
    CONTENT_LENGTHS_FIELD_NUMBER: _ClassVar[int]
    FACETS_FIELD_NUMBER: _ClassVar[int]
    collection: str
    filter: _filter_pb2.Filter
    centroid: bool
    centroid_similarity: bool
    content_lengths: bool
    facets: _containers.RepeatedCompositeFieldContainer[_aggregate_pb2.FacetRequest]
    def __init__(self, collection: _Optional[str] = ..., filter: _Optional[_Union[_filter_pb2.Filter, _Mapping]] = ..., centroid: _Optional[bool] = ..., centroid_similarity: _Optional[bool] = ..., content_lengths: _Optional[bool] = ..., facets: _Optional[_Iterable[_Union[_aggregate_pb2.FacetRequest, _Mapping]]] = ...) -> None: ...

class AggregateRecordsResponse(_message.Message):
    __slots__ = ("count", "centroid", "centroid_similarity", "content_lengths", "facets")
    COUNT_FIELD_NUMBER: _ClassVar[int]
    CENTROID_FIELD_NUMBER: _ClassVar[int]
    CENTROID_SIMILARITY_FIELD_NUMBER: _ClassVar[int]
    CONTENT_LENGTHS_FIELD_NUMBER: _ClassVar[int]
    FACETS_FIELD_NUMBER: _ClassVar[int]
    count: int
    centroid: _containers.RepeatedScalarFieldContainer[float]
    centroid_similarity: _aggregate_pb2.CentroidSimilarity
    content_lengths: _aggregate_pb2.ContentLengths
    facets: _containers.RepeatedCompositeFieldContainer[_aggregate_pb2.Facet]
    def __init__(self, count: _Optional[int] = ..., centroid: _Optional[_Iterable[float]] = ..., centroid_similarity: _Optional[_Union[_aggregate_pb2.CentroidSimilarity, _Mapping]] = ..., content_lengths: _Optional[_Union[_aggregate_pb2.ContentLengths, _Mapping]] = ..., facets: _Optional[_Iterable[_Union[_aggregate_pb2.Facet, _Mapping]]] = ...) -> None: ...
