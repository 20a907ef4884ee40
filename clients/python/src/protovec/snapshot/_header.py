"""The fields of a snapshot that are not records."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timezone

from google.protobuf.message import DecodeError
from google.protobuf.timestamp_pb2 import Timestamp

from protovec._codec import datetime_of, timestamp
from protovec._enums import Metric, metric, metric_name
from protovec._wire import field, varint
from protovec.errors import invalid
from protovec.snapshot._format import (
    DIMENSION_MAX,
    FORMAT_MAJOR,
    FORMAT_VERSION,
    Damage,
)
from protovec.v1 import index_pb2, snapshot_pb2

_TEXT_BYTES_MAX = 255


@dataclass(frozen=True)
class SnapshotHeader:
    """What a part of a snapshot says of its records."""

    version: str
    """Version of the format, such as 1.0.0."""
    dimension: int
    """Length of every embedding."""
    metric: Metric
    collection: str
    """Name of the collection that it was taken of. Empty: unknown."""
    embedding_model: str
    """Name of the model that made the embeddings. Empty: unknown."""
    created_at: datetime | None
    """The instant whose records these are. None: unknown."""
    log_sequence: int
    """Log sequence that it includes. 0: unknown."""
    index_config: index_pb2.IndexConfig | None
    """How to rebuild the index on load. None: the defaults."""


def encode_header(
    dimension: int,
    compared_by: Metric,
    collection: str,
    embedding_model: str,
    created_at: datetime | Timestamp | None,
    log_sequence: int,
    index_config: index_pb2.IndexConfig | None,
) -> bytes:
    """Encode a header in the order that every writer has. Raises InvalidArgumentError."""
    if not isinstance(dimension, int) or not 1 <= dimension <= DIMENSION_MAX:
        what = f"dimension is {dimension!r}; it is a whole number from 1 to {DIMENSION_MAX}"
        raise invalid("dimension", what)
    if not 0 <= log_sequence < 2**64:
        what = f"log_sequence is {log_sequence}; it is from 0 up to 64 bits"
        raise invalid("log_sequence", what)
    time = datetime.now(timezone.utc) if created_at is None else created_at
    if not isinstance(time, Timestamp):
        time = timestamp(time, "created_at")
    parts = [field(b"\x0a", FORMAT_VERSION.encode()), b"\x10" + varint(dimension)]
    if index_config is not None:
        parts.append(field(b"\x22", index_config.SerializeToString()))
    parts.append(field(b"\x2a", time.SerializeToString()))
    if collection:
        parts.append(field(b"\x32", _text(collection, "collection")))
    parts.append(b"\x38" + varint(metric(compared_by, "metric")))
    if embedding_model:
        parts.append(field(b"\x42", _text(embedding_model, "embedding_model")))
    if log_sequence:
        parts.append(b"\x48" + varint(log_sequence))
    return b"".join(parts)


def _text(value: str, name: str) -> bytes:
    encoded = value.encode("utf-8", "replace")
    if len(encoded) > _TEXT_BYTES_MAX:
        raise invalid(name, f"{name} has {len(encoded)} bytes; it has at most {_TEXT_BYTES_MAX}")
    return encoded


def decode_header(fields: bytes) -> SnapshotHeader:
    """Decode header fields, given one after the other with their tags. Raises Damage."""
    try:
        message = snapshot_pb2.StorageSnapshot.FromString(fields)
    except DecodeError as error:
        raise Damage(f"the header cannot be decoded: {error}") from error
    if not 1 <= message.dimension <= DIMENSION_MAX:
        got = f"dimension {message.dimension}" if message.dimension else "no dimension"
        raise Damage(f"{got}: one from 1 to {DIMENSION_MAX} must come before the records")
    compared_by = metric_name(message.metric)
    if compared_by is None:
        raise Damage(f"unknown metric {message.metric}: read it with a newer protovec")
    created_at: datetime | None = None
    if message.HasField("created_at"):
        try:
            created_at = datetime_of(message.created_at)
        except OverflowError as error:
            seconds = message.created_at.seconds
            raise Damage(f"created_at has {seconds} seconds, which are no time") from error
    return SnapshotHeader(
        version=message.version,
        dimension=message.dimension,
        metric=compared_by,
        collection=message.collection,
        embedding_model=message.embedding_model,
        created_at=created_at,
        log_sequence=message.log_sequence,
        index_config=message.index_config if message.HasField("index_config") else None,
    )


def check_version(value: bytes) -> None:
    """Raise Damage for a version that cannot be read; a newer minor can."""
    text = value.decode("latin-1") if len(value) <= 32 else ""
    match = re.fullmatch(r"([0-9]+)\.([0-9]+)\.([0-9]+)", text)
    if match is None:
        what = "the version is not of the form 1.0.0: the file is no snapshot, or it is damaged"
        raise Damage(what)
    if int(match[1]) > FORMAT_MAJOR:
        raise Damage(
            f"written in format {text}, this version of protovec reads {FORMAT_MAJOR}.x: use a newer one"
        )


class Agreement:
    """What the parts of a file say together."""

    def __init__(self) -> None:
        self._first: SnapshotHeader | None = None
        # The first part that has a model speaks for all; one without agrees with every model.
        self._model = ""

    def check(self, header: SnapshotHeader) -> None:
        """Raise Damage when a part cannot be in one file with those before."""
        first = self._first = self._first or header
        conflict = ""
        if header.dimension != first.dimension:
            conflict = f"dimension {header.dimension} instead of {first.dimension}"
        elif header.metric != first.metric:
            conflict = f"metric {header.metric} instead of {first.metric}"
        elif header.embedding_model and self._model not in ("", header.embedding_model):
            conflict = f"embedding model {header.embedding_model!r} instead of {self._model!r}"
        if conflict:
            raise Damage(f"{conflict} as in the parts before: such parts are no snapshot together")
        self._model = self._model or header.embedding_model
