"""Ids that callers give."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from protovec.errors import invalid

_IDS_MAX = 10_000


def checked_id(id: str) -> str:
    """Give an id that can be sent; InvalidArgumentError for others."""
    try:
        id.encode()
    except (UnicodeEncodeError, AttributeError) as error:
        raise invalid("id", f"{id!r} is no text of UTF-8") from error
    return id


def chunks(ids: Iterable[str]) -> Iterator[list[str]]:
    """Give as many ids at a time as a server takes in one call."""
    some: list[str] = []
    for id in ids:
        some.append(checked_id(id))
        if len(some) == _IDS_MAX:
            yield some
            some = []
    if some:
        yield some
