"""Searches: what is asked and what is found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from google.protobuf.field_mask_pb2 import FieldMask

from protovec._codec import decode, floats
from protovec._wire import field
from protovec.errors import FieldViolation, ProtovecError, invalid, make_error, status_of
from protovec.record import Record, VectorLike
from protovec.v1 import search_service_pb2
from protovec.v1.filter_pb2 import Filter


@dataclass(frozen=True, eq=False)
class Query:
    """One search; exactly one of ``vector``, ``record_id`` and ``content`` is given."""

    vector: VectorLike | None = None
    """A vector of the collection's dimension."""
    record_id: str | None = None
    """The record whose neighbours are searched; it is itself left out."""
    content: str | None = None
    """A text, which the collection's embedder makes a vector."""
    limit: int | None = None
    """Most results, 1 to 10,000. None: 10."""
    threshold: float | None = None
    """Least score of a result. None: no bound."""
    filter: Filter | None = None
    """Which records may be found; see ``where``. None: all."""
    fields: Sequence[str] | None = None
    """Fields to return, in proto names. None: all but the embedding; ``["*"]``: all."""
    exact: bool = False
    """Compare with every record instead of asking the index."""
    ef_search: int | None = None
    """Candidates asked of the graph, 1 to 10,000. None: the collection's."""
    embedding_model: str = ""
    """What made ``vector``; another than the collection's is refused. Empty: not checked."""


@dataclass(frozen=True, eq=False)
class Hit:
    """One record that was found."""

    record: Record
    score: float
    """Higher is more similar."""
    distance: float
    """Lower is more similar."""

    @property
    def id(self) -> str:
        """The record's id."""
        return self.record.id


@dataclass(frozen=True, eq=False)
class SearchResult:
    """What a search found."""

    hits: list[Hit]
    """Best first."""
    exact: bool
    """Whether every record that may be found was compared."""
    candidates: int
    """How many exact distances were considered."""


@dataclass(frozen=True, eq=False)
class SearchAnswer:
    """What came of one search of a stream."""

    index: int
    """Place of the query in the source, from 0."""
    query: Query
    """The query as it was given."""
    result: SearchResult | None
    """What it found; None when it was refused."""
    error: ProtovecError | None
    """Why it was refused; the searches after it go on."""


def mask(fields: Sequence[str] | None) -> FieldMask | None:
    """Give the message of names of fields."""
    if fields is None:
        return None
    if isinstance(fields, str):
        raise invalid("fields", f"fields is the text {fields!r}; give a list of names")
    return FieldMask(paths=fields)


def encode_query(query: Query, collection: str) -> bytes:
    """Encode a search. Raises InvalidArgumentError with the field."""
    given = [query.vector is not None, query.record_id is not None, query.content is not None]
    if sum(given) != 1:
        what = f"{sum(given)} of vector, record_id and content are given; give exactly one"
        raise invalid("query", what)
    request = search_service_pb2.SearchRequest(collection=collection)
    for name in ("record_id", "content", "limit", "threshold", "ef_search", "embedding_model"):
        value = getattr(query, name)
        if value is None:
            continue
        try:
            setattr(request, name, value)
        except (TypeError, ValueError) as error:
            raise invalid(name, f"{name} is {value!r}, which cannot be sent: {error}") from error
    request.exact = query.exact
    if query.filter is not None:
        request.filter.CopyFrom(query.filter)
    wanted = mask(query.fields)
    if wanted is not None:
        request.hit_mask.CopyFrom(wanted)
    encoded = request.SerializeToString()
    if query.vector is None:
        return encoded
    values = floats(query.vector, "vector").tobytes()
    return encoded + field(b"\x12", field(b"\x0a", values) if values else b"")


def search_result(answer: search_service_pb2.SearchResponse) -> SearchResult:
    """Give what a search found."""
    hits = [
        Hit(record=decode(one.record), score=one.similarity_score, distance=one.distance)
        for one in answer.results
    ]
    exact = answer.method == search_service_pb2.SEARCH_METHOD_EXACT
    return SearchResult(hits=hits, exact=exact, candidates=answer.candidate_count)


def search_error(refused: search_service_pb2.SearchError) -> ProtovecError:
    """Give why one search of a stream was refused."""
    violations = (FieldViolation(refused.field, refused.message),) if refused.field else ()
    return make_error(
        status_of(refused.code), refused.message, reason=refused.reason, field_violations=violations
    )
