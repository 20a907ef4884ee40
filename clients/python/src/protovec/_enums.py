"""The words of this package for the enums of the schema."""

from __future__ import annotations

from typing import Literal, TypeAlias

from protovec.errors import invalid
from protovec.v1 import collection_pb2, merge_pb2, persistence_pb2, record_pb2

Metric: TypeAlias = Literal["cosine", "dot", "euclidean"]
"""How a collection compares vectors."""

WriteMode: TypeAlias = Literal["upsert", "insert", "update"]
"""What a write does when the record exists, or does not: ``upsert`` creates or replaces it, ``insert``
refuses an existing one with ALREADY_EXISTS, ``update`` refuses a missing one with NOT_FOUND."""

MergePolicy: TypeAlias = Literal["skip_existing", "overwrite", "newest_wins", "fail"]
"""What happens to a merged record whose id exists: it is left out, it replaces the existing one, the
one with the later ``update_time`` stays, or nothing is merged."""

SnapshotFormat: TypeAlias = Literal["binary", "json"]
"""How a snapshot is written. Files of ``binary`` alone are read by ``protovec.snapshot``."""

_modes = {
    "upsert": record_pb2.WRITE_MODE_UPSERT,
    "insert": record_pb2.WRITE_MODE_INSERT,
    "update": record_pb2.WRITE_MODE_UPDATE,
}
_metrics = {
    "cosine": collection_pb2.METRIC_COSINE,
    "dot": collection_pb2.METRIC_DOT,
    "euclidean": collection_pb2.METRIC_EUCLIDEAN,
}
_policies = {
    "skip_existing": merge_pb2.MERGE_POLICY_SKIP_EXISTING,
    "overwrite": merge_pb2.MERGE_POLICY_OVERWRITE,
    "newest_wins": merge_pb2.MERGE_POLICY_NEWEST_WINS,
    "fail": merge_pb2.MERGE_POLICY_FAIL,
}
_formats = {
    "binary": persistence_pb2.SNAPSHOT_FORMAT_BINARY,
    "json": persistence_pb2.SNAPSHOT_FORMAT_JSON,
}


def _known(names: dict[str, object], name: str, field: str) -> None:
    if name not in names:
        known = ", ".join(repr(one) for one in names)
        raise invalid(field, f"{field} is {name!r}; it is one of {known}")


def write_mode(name: WriteMode) -> record_pb2.WriteMode:
    """Give the enum's value; InvalidArgumentError for a word that there is not."""
    _known({**_modes}, name, "write_mode")
    return _modes[name]


def metric(name: Metric, field: str = "config.metric") -> collection_pb2.Metric:
    """Give the enum's value; InvalidArgumentError for a word that there is not."""
    _known({**_metrics}, name, field)
    return _metrics[name]


def metric_name(value: int) -> Metric | None:
    """Give the word; None for a metric of a newer schema. Unset is cosine."""
    names: dict[int, Metric] = {0: "cosine", 1: "cosine", 2: "dot", 3: "euclidean"}
    return names.get(value)


def merge_policy(name: MergePolicy) -> merge_pb2.MergePolicy:
    """Give the enum's value; InvalidArgumentError for a word that there is not."""
    _known({**_policies}, name, "policy")
    return _policies[name]


def snapshot_format(name: SnapshotFormat | None) -> persistence_pb2.SnapshotFormat:
    """Give the enum's value; InvalidArgumentError for a word that there is not."""
    if name is None:
        return persistence_pb2.SNAPSHOT_FORMAT_UNSPECIFIED
    _known({**_formats}, name, "format")
    return _formats[name]
