"""Typed values to filter by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

from protovec.errors import invalid
from protovec.v1 import record_pb2

MetadataValue: TypeAlias = str | bool | int | float | Sequence[str]
"""What a value of metadata may be. Lists of texts come back as ``list``."""

Metadata: TypeAlias = Mapping[str, MetadataValue]
"""Metadata of a record: at most 256 keys of 1 to 255 bytes."""

_INT_MIN, _INT_MAX = -(2**63), 2**63 - 1


def to_proto(value: Any, name: str = "value") -> record_pb2.MetadataValue:
    """Give the message of a value; InvalidArgumentError on ``name`` for one that cannot be sent."""
    try:
        # bool is an int to Python, and not to the schema.
        if isinstance(value, (bool, np.bool_)):
            return record_pb2.MetadataValue(bool_value=bool(value))
        if isinstance(value, str):
            return record_pb2.MetadataValue(string_value=value)
        if isinstance(value, (int, np.integer)):
            if _INT_MIN <= value <= _INT_MAX:
                return record_pb2.MetadataValue(int_value=int(value))
            raise invalid(name, f"{name} is {value}, which does not fit into 64 bits")
        if isinstance(value, (float, np.floating)):
            return record_pb2.MetadataValue(double_value=float(value))
        if isinstance(value, (list, tuple)) and all(isinstance(one, str) for one in value):
            return record_pb2.MetadataValue(list_value=record_pb2.StringList(values=value))
    except (UnicodeError, ValueError) as error:
        raise invalid(name, f"{name} is not UTF-8: {error}") from error
    kind = type(value).__name__
    raise invalid(name, f"{name} is a {kind}; a value is a str, a bool, an int, a float or a list of str")


def from_proto(value: record_pb2.MetadataValue) -> MetadataValue | None:
    """Give the value of a message; None when it has none, or one of a newer schema."""
    kind = value.WhichOneof("kind")
    if kind is None:
        return None
    if kind == "list_value":
        return list(value.list_value.values)
    plain: MetadataValue = getattr(value, kind)
    return plain
