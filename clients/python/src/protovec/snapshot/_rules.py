"""Holds a record to the rules of a server, so that what was written can be restored and merged."""

from __future__ import annotations

import math

import numpy as np
from google.protobuf.message import DecodeError

from protovec._enums import Metric
from protovec.errors import ProtovecError, invalid
from protovec.snapshot._format import RECORD_BYTES_MAX
from protovec.v1 import record_pb2

_ID_BYTES_MAX = 255
_KEYS_MAX = 256
_KEY_BYTES_MAX = 255
_LIST_VALUES_MAX = 1024
# Room for the times and the revision, which a server adds to a record of the full length.
_SERVER_FIELDS_BYTES_MAX = 64
# Squared norms must stay below the largest 32-bit float, or distances overflow.
_FLOAT_MAX = 3.4028234663852886e38
# About the smallest normal 32-bit float: below it a squared norm has no usable inverse.
_SQUARED_NORM_MIN = 1.2e-38


def check_record(body: bytes, dimension: int, metric: Metric) -> None:
    """Raise InvalidArgumentError with the field's path relative to the record."""
    if len(body) > RECORD_BYTES_MAX + _SERVER_FIELDS_BYTES_MAX:
        what = f"the record has {len(body)} bytes; the limit is {RECORD_BYTES_MAX}"
        raise invalid("", f"{what}: split its content")
    try:
        record = record_pb2.VectorRecord.FromString(body)
    except DecodeError as error:
        raise invalid("", f"the bytes are no encoded VectorRecord: {error}") from error
    id_bytes = len(record.id.encode())
    if not 1 <= id_bytes <= _ID_BYTES_MAX:
        raise invalid("id", f"id has {id_bytes} bytes; it has from 1 to {_ID_BYTES_MAX}")
    _check_embedding(record, dimension, metric)
    _check_metadata(record)


def _check_embedding(record: record_pb2.VectorRecord, dimension: int, metric: Metric) -> None:
    values = np.array(record.embedding, np.float64)
    if len(values) != dimension:
        what = f"embedding has {len(values)} values but the snapshot's dimension is {dimension}"
        raise _invalid_embedding(what)
    # In 64 bits no sum of squares of finite 32-bit floats overflows.
    squared_norm = float(values @ values)
    if not math.isfinite(squared_norm):
        raise _invalid_embedding("embedding has values that are not finite")
    what = f"embedding has a squared norm of {squared_norm:g}"
    if squared_norm >= _FLOAT_MAX:
        raise _invalid_embedding(f"{what}, which must be below {_FLOAT_MAX:g}; scale it down")
    if metric == "cosine" and squared_norm < _SQUARED_NORM_MIN:
        raise _invalid_embedding(f"{what}, which is no direction to compare by cosine")


def _check_metadata(record: record_pb2.VectorRecord) -> None:
    if len(record.metadata) > _KEYS_MAX:
        what = f"metadata has {len(record.metadata)} keys; it may have {_KEYS_MAX}"
        raise invalid("metadata", what)
    for key, value in record.metadata.items():
        key_bytes = len(key.encode())
        if not 1 <= key_bytes <= _KEY_BYTES_MAX:
            what = f"metadata has a key of {key_bytes} bytes; a key has 1 to {_KEY_BYTES_MAX}"
            raise invalid("metadata", what)
        name = f"metadata[{key!r}]"
        kind = value.WhichOneof("kind")
        if kind is None:
            raise invalid(name, f"{name} has no value")
        if kind == "double_value" and not math.isfinite(value.double_value):
            raise invalid(name, f"{name} is not finite")
        if kind == "list_value" and len(value.list_value.values) > _LIST_VALUES_MAX:
            count = len(value.list_value.values)
            raise invalid(name, f"{name} has {count} values; it has at most {_LIST_VALUES_MAX}")


def _invalid_embedding(what: str) -> ProtovecError:
    return invalid("embedding", what, reason="INVALID_EMBEDDING")
