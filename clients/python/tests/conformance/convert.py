"""Between the JSON of cases and what the client takes and gives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from google.protobuf import json_format

import protovec
from protovec.where import Filter

Json = dict[str, Any]


def record(told: Json) -> protovec.Record:
    fields = {key: value for key, value in told.items() if key not in ("embedding", "metadata")}
    embedding = told.get("embedding")
    metadata = {key: _value(value) for key, value in told.get("metadata", {}).items()}
    vector = None if embedding is None else np.array(embedding, np.float32)
    return protovec.Record(**fields, embedding=vector, metadata=metadata)


def _value(told: Any) -> Any:
    if isinstance(told, dict):
        return int(told["int"]) if "int" in told else float(told["double"])
    return told


def records(told: Any) -> Iterator[protovec.Record]:
    if isinstance(told, list):
        yield from (record(one) for one in told)
        return
    plan = told["generate"]
    first = plan.get("first", 0)
    for i in range(first, first + plan["count"]):
        values = [((i * 31 + j * 17) % 101) / 101 + 0.01 for j in range(plan["dimension"])]
        yield protovec.Record(
            id=f"g{i}",
            content="x" * plan.get("content_bytes", 0),
            embedding=values,
            metadata={"n": i, "even": i % 2 == 0},
        )


def filter_in(told: Json) -> Filter | None:
    if told.get("filter") is None:
        return None
    return json_format.ParseDict(told["filter"], Filter())


def query(told: Json) -> protovec.Query:
    names = ("vector", "record_id", "content", "limit", "threshold", "fields")
    given = {name: told[name] for name in names if name in told}
    return protovec.Query(**given, filter=filter_in(told), exact=told.get("exact", False))


def json_of_record(one: protovec.Record) -> Json:
    told: Json = {
        "id": one.id,
        "content": one.content,
        "title": one.title,
        "file_path": one.file_path,
        "extension": one.extension,
        "embedding": None if one.embedding is None else one.vector.tolist(),
        "metadata": dict(one.metadata),
        "revision": one.revision,
        "create_time": None if one.create_time is None else one.create_time.isoformat(),
        "update_time": None if one.update_time is None else one.update_time.isoformat(),
    }
    return told


def json_of_hits(result: protovec.SearchResult) -> Json:
    return {
        "hits": [
            {
                "id": hit.id,
                "score": hit.score,
                "distance": hit.distance,
                "record": json_of_record(hit.record),
            }
            for hit in result.hits
        ]
    }


def json_of_errors(errors: list[protovec.RecordError]) -> list[Json]:
    return [{"index": one.index, "id": one.id, "reason": one.reason, "field": one.field} for one in errors]


def json_of_load(result: protovec.LoadResult) -> Json:
    return {
        "created": result.created,
        "updated": result.updated,
        "failed": result.failed,
        "errors": json_of_errors(result.errors),
        "durable": result.durable,
    }


def json_of_results(results: list[protovec.RecordResult]) -> Json:
    errors = [one.error for one in results if one.error is not None]
    created = sum(one.created for one in results)
    return {
        "created": created,
        "updated": len(results) - created - len(errors),
        "failed": len(errors),
        "errors": json_of_errors(errors),
    }


def json_of_collection(info: protovec.CollectionInfo) -> Json:
    return {
        "name": info.name,
        "dimension": info.dimension,
        "metric": info.metric,
        "record_count": info.record_count,
        "embedding_model": info.embedding_model,
    }


def json_of_snapshot(info: protovec.SnapshotInfo) -> Json:
    return {
        "snapshot_id": info.id,
        "collection": info.collection,
        "format": info.format,
        "compressed": info.compressed,
        "record_count": info.record_count,
        "size_bytes": info.size_bytes,
    }


def json_of_error(error: protovec.ProtovecError) -> Json:
    field = error.field_violations[0].field if error.field_violations else None
    return {"code": error.code_name, "reason": error.reason, "field": field}
