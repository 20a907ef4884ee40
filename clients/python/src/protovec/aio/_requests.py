"""Requests that are more than their fields."""

from __future__ import annotations

from protovec._enums import Metric, metric
from protovec.errors import invalid
from protovec.v1 import collection_pb2, collection_service_pb2, embedder_pb2


def create_request(
    name: str,
    dimension: int,
    compared_by: Metric,
    embedder: str | None,
    embedding_model: str,
    config: collection_pb2.CollectionConfig | None,
) -> collection_service_pb2.CreateCollectionRequest:
    """Give the request to create a collection. Raises InvalidArgumentError."""
    request = collection_service_pb2.CreateCollectionRequest(collection=name)
    if config is not None:
        request.config.CopyFrom(config)
    if dimension or config is None:
        try:
            request.config.dimension = dimension
        except (TypeError, ValueError) as error:
            what = f"dimension is {dimension!r}, which cannot be sent"
            raise invalid("config.dimension", what) from error
    if config is None or compared_by != "cosine":
        request.config.metric = metric(compared_by)
    if embedding_model:
        request.config.embedding_model = embedding_model
    if embedder == "builtin":
        request.config.embedder.builtin.CopyFrom(embedder_pb2.BuiltinEmbedder())
    elif embedder is not None:
        what = f"embedder is {embedder!r}; give 'builtin', or another kind in config.embedder"
        raise invalid("config.embedder", what)
    return request
