"""Filters: ``where.all(where.eq("lang", "en"), where.gte("year", 2020))``.

Each function gives a message ``protovec.v1.Filter``, which every ``filter`` argument takes. A record
without a metadata key matches no test of it but :func:`missing`; a list of texts matches when one of
them does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from protovec._codec import timestamp
from protovec.metadata import MetadataValue, to_proto
from protovec.v1 import filter_pb2
from protovec.v1.filter_pb2 import Filter
from protovec.v1.record_pb2 import StringList

__all__ = [
    "Filter",
    "all",
    "any",
    "between",
    "contains",
    "content_length",
    "created",
    "ends_with",
    "eq",
    "exists",
    "extension_in",
    "extension_not_in",
    "gt",
    "gte",
    "ids",
    "lt",
    "lte",
    "missing",
    "ne",
    "none",
    "one_of",
    "starts_with",
    "title_contains",
    "updated",
]


def all(*filters: Filter) -> Filter:
    """Every one of them matches; without any, every record does."""
    return Filter(all_of=filter_pb2.FilterGroup(filters=filters))


def any(*filters: Filter) -> Filter:
    """At least one of them matches; without any, no record does."""
    return Filter(any_of=filter_pb2.FilterGroup(filters=filters))


def none(*filters: Filter) -> Filter:
    """None of them matches; without any, every record does."""
    return Filter(none_of=filter_pb2.FilterGroup(filters=filters))


def _metadata(**condition: object) -> Filter:
    return Filter(metadata=filter_pb2.MetadataCondition(**condition))  # type: ignore[arg-type]


def _range(key: str, **bounds: float | None) -> Filter:
    return _metadata(key=key, range=filter_pb2.NumberRange(**bounds))


def eq(key: str, value: MetadataValue) -> Filter:
    """The value is equal, case included; integers and floats compare as numbers."""
    return _metadata(key=key, equals=to_proto(value))


def ne(key: str, value: MetadataValue) -> Filter:
    """The key is there and its value is not equal."""
    return _metadata(key=key, not_equals=to_proto(value))


def contains(key: str, text: str) -> Filter:
    """The text contains this one, ignoring case."""
    return _metadata(key=key, contains=text)


def starts_with(key: str, text: str) -> Filter:
    """The text starts with this one, ignoring case."""
    return _metadata(key=key, starts_with=text)


def ends_with(key: str, text: str) -> Filter:
    """The text ends with this one, ignoring case."""
    return _metadata(key=key, ends_with=text)


def one_of(key: str, values: Iterable[MetadataValue]) -> Filter:
    """The value equals one of these, at most 1,024."""
    listed = filter_pb2.MetadataValueList(values=[to_proto(value) for value in values])
    return _metadata(key=key, one_of=listed)


def gt(key: str, bound: float) -> Filter:
    """The number is greater."""
    return _range(key, gt=bound)


def gte(key: str, bound: float) -> Filter:
    """The number is greater or equal."""
    return _range(key, gte=bound)


def lt(key: str, bound: float) -> Filter:
    """The number is less."""
    return _range(key, lt=bound)


def lte(key: str, bound: float) -> Filter:
    """The number is less or equal."""
    return _range(key, lte=bound)


def between(key: str, low: float, high: float) -> Filter:
    """The number lies between the bounds, both included."""
    return _range(key, gte=low, lte=high)


def exists(key: str) -> Filter:
    """The key is there."""
    return _metadata(key=key, exists=True)


def missing(key: str) -> Filter:
    """The key is not there."""
    return _metadata(key=key, exists=False)


def title_contains(text: str) -> Filter:
    """The title contains this text, ignoring case."""
    return Filter(title_contains=text)


def extension_in(extensions: Sequence[str]) -> Filter:
    """The extension is one of these, ignoring case."""
    return Filter(extension_in=StringList(values=extensions))


def extension_not_in(extensions: Sequence[str]) -> Filter:
    """The extension is none of these, ignoring case; a record without one does not match."""
    return Filter(extension_not_in=StringList(values=extensions))


def content_length(low: float | None = None, high: float | None = None) -> Filter:
    """The length of the content, in code points, lies between the bounds, both included."""
    return Filter(content_length=filter_pb2.NumberRange(gte=low, lte=high))


def ids(values: Iterable[str]) -> Filter:
    """The id is one of these, at most 10,000."""
    return Filter(ids=StringList(values=list(values)))


def created(start: datetime | None = None, end: datetime | None = None) -> Filter:
    """The record was created from ``start`` on, and before ``end``."""
    return Filter(create_time=_times(start, end))


def updated(start: datetime | None = None, end: datetime | None = None) -> Filter:
    """The record was last written from ``start`` on, and before ``end``."""
    return Filter(update_time=_times(start, end))


def _times(start: datetime | None, end: datetime | None) -> filter_pb2.TimeRange:
    return filter_pb2.TimeRange(
        start=None if start is None else timestamp(start, "start"),
        end=None if end is None else timestamp(end, "end"),
    )
