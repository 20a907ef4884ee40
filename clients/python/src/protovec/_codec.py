"""Records to the bytes of VectorRecord and back."""

from __future__ import annotations

import struct
from datetime import datetime, timedelta, timezone
from typing import Any

import numpy as np
from google.protobuf.timestamp_pb2 import Timestamp

from protovec._wire import field, varint
from protovec.errors import invalid
from protovec.ids import new_id
from protovec.metadata import from_proto, to_proto
from protovec.record import FloatArray, Record, VectorLike
from protovec.v1 import record_pb2

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_double = struct.Struct("<d").pack
_FLOATS = np.dtype("<f4")


def encode(record: Record, *, keep_times: bool = False, keep_revision: bool = False) -> bytes:
    """Encode a record; one without an id gets a UUIDv7.

    Fields are in the order of their numbers. Raises InvalidArgumentError with the path of the field.
    """
    if not isinstance(record, Record):
        raise invalid("", f"a record is a {type(record).__name__}; give a protovec.Record")
    parts = [field(b"\x0a", text(record.id, "id") or new_id().encode())]
    if record.content:
        parts.append(field(b"\x12", text(record.content, "content")))
    if record.title:
        parts.append(field(b"\x1a", text(record.title, "title")))
    if record.file_path is not None:
        parts.append(field(b"\x22", text(record.file_path, "file_path")))
    if record.extension is not None:
        parts.append(field(b"\x2a", text(record.extension, "extension")))
    if record.embedding is not None:
        values = floats(record.embedding, "embedding").tobytes()
        if values:
            parts.append(field(b"\x32", values))
    for key in record.metadata:
        name = f"metadata[{key!r}]"
        entry = field(b"\x0a", text(key, "metadata")) + field(b"\x12", _value(record, key, name))
        parts.append(field(b"\x3a", entry))
    if keep_times:
        for tag, name in ((b"\x42", "create_time"), (b"\x4a", "update_time")):
            time = getattr(record, name)
            if time is not None:
                parts.append(field(tag, timestamp(time, name).SerializeToString()))
    if keep_revision and record.revision:
        if not 0 < record.revision < 2**64:
            raise invalid("revision", f"revision is {record.revision}; it is below 2^64")
        parts.append(b"\x50" + varint(record.revision))
    return b"".join(parts)


def text(value: str, name: str) -> bytes:
    """Encode a text; InvalidArgumentError on ``name`` for what is none or has no UTF-8."""
    try:
        return value.encode()
    except UnicodeEncodeError as error:
        raise invalid(name, f"{name} is not UTF-8: {error}") from error
    except AttributeError as error:
        raise invalid(name, f"{name} is a {type(value).__name__}; it is a str") from error


def floats(values: VectorLike, name: str) -> FloatArray:
    """Give a vector as little-endian floats of 32 bits; InvalidArgumentError on ``name``."""
    try:
        # A number beyond 32 bits becomes an infinity, which the server refuses.
        with np.errstate(over="ignore"):
            array = np.asarray(values, _FLOATS)
    except (TypeError, ValueError) as error:
        raise invalid(name, f"{name} has values that are no numbers: {error}") from error
    if array.ndim != 1:
        raise invalid(name, f"{name} has the shape {array.shape}; it has one dimension")
    return array


def _value(record: Record, key: str, name: str) -> bytes:
    """Encode a value of metadata: the common kinds by hand."""
    value: Any = record.metadata[key]
    kind = type(value)
    if kind is str:
        return field(b"\x0a", text(value, name))
    if kind is int and 0 <= value < 2**63:
        return b"\x10" + varint(value)
    if kind is float:
        return b"\x19" + _double(value)
    return to_proto(value, name).SerializeToString()


def timestamp(time: datetime, name: str) -> Timestamp:
    """Give the message of a time; one without a zone is UTC. Exact to the microsecond."""
    if not isinstance(time, datetime):
        raise invalid(name, f"{name} is a {type(time).__name__}; give a datetime")
    aware = time if time.tzinfo is not None else time.replace(tzinfo=timezone.utc)
    since = aware - _EPOCH
    seconds = since.days * 86_400 + since.seconds
    return Timestamp(seconds=seconds, nanos=since.microseconds * 1000)


def datetime_of(message: Timestamp) -> datetime:
    """Give a time to the microsecond; OverflowError beyond the years 1 to 9999."""
    return _EPOCH + timedelta(seconds=message.seconds, microseconds=message.nanos // 1000)


def time_in(message: Any, name: str) -> datetime | None:
    """Give a time of a message; None when it is absent or no time."""
    if not message.HasField(name):
        return None
    try:
        return datetime_of(getattr(message, name))
    except OverflowError:
        return None


def decode(message: record_pb2.VectorRecord) -> Record:
    """Give the record of a message."""
    embedding = np.array(message.embedding, np.float32) if message.embedding else None
    metadata = {}
    for key, value in message.metadata.items():
        plain = from_proto(value)
        if plain is not None:
            metadata[key] = plain
    return Record(
        id=message.id,
        content=message.content,
        embedding=embedding,
        title=message.title,
        metadata=metadata,
        file_path=message.file_path if message.HasField("file_path") else None,
        extension=message.extension if message.HasField("extension") else None,
        create_time=time_in(message, "create_time"),
        update_time=time_in(message, "update_time"),
        revision=message.revision,
    )
