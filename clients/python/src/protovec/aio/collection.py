"""One collection, under asyncio."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable, Iterable, Sequence
from typing import TypeAlias

from protovec import _methods as methods
from protovec._checked_ids import checked_id, chunks
from protovec._codec import decode
from protovec._search import (
    Query,
    SearchAnswer,
    SearchResult,
    encode_query,
    mask,
    search_result,
)
from protovec._transport import Transport
from protovec._wire import field
from protovec.aio._search_stream import SearchStream
from protovec.aio._writes import Writes
from protovec.aio.snapshots import Snapshots
from protovec.errors import ProtovecError, invalid, within
from protovec.models import (
    CollectionInfo,
    collection_info,
)
from protovec.record import Record, VectorLike
from protovec.v1 import collection_service_pb2, record_service_pb2, search_service_pb2
from protovec.v1.filter_pb2 import Filter

_KEY_BYTES_MAX = 255
# In the class, `list` is a method.
_Found: TypeAlias = tuple[list[Record], list[str]]


class Collection(Writes):
    """A collection by its name. It makes no call before one is asked for.

    ``timeout`` is in seconds: None is the client's for calls with one answer, and none for streams;
    0 is none. Filters are messages that ``protovec.where`` makes. All calls raise ProtovecError.
    """

    def __init__(self, transport: Transport, name: str) -> None:
        super().__init__(transport, name)
        self.snapshots = Snapshots(transport, name)
        """The snapshots of this collection on the server."""

    async def describe(self, *, timeout: float | None = None) -> CollectionInfo:
        """Tell how the collection is."""
        request = collection_service_pb2.GetCollectionRequest(collection=self.name)
        answer = await self._transport.unary(methods.GET_COLLECTION, request, timeout)
        return collection_info(answer.collection)

    async def get(
        self, id: str, *, fields: Sequence[str] | None = None, timeout: float | None = None
    ) -> Record:
        """Read one record. NotFoundError, reason RECORD_NOT_FOUND, when there is none.

        ``fields``: those to read, in proto names; the id always comes. None: all.
        """
        request = record_service_pb2.GetRecordRequest(
            collection=self.name, id=checked_id(id), record_mask=mask(fields)
        )
        answer = await self._transport.unary(methods.GET, request, timeout)
        return decode(answer.record)

    async def get_many(
        self,
        ids: Iterable[str],
        *,
        fields: Sequence[str] | None = None,
        timeout: float | None = None,
    ) -> _Found:
        """Read records, in the order of the ids, and tell the ids that have none.

        More than 10,000 ids travel in several calls, each with the timeout.
        """
        found: list[Record] = []
        missing: list[str] = []
        for some in chunks(ids):
            request = record_service_pb2.BatchGetRecordsRequest(
                collection=self.name, ids=some, record_mask=mask(fields)
            )
            answer = await self._transport.unary(methods.BATCH_GET, request, timeout)
            found += (decode(one) for one in answer.records)
            missing += answer.missing_ids
        return found, missing

    async def list(
        self,
        *,
        filter: Filter | None = None,
        fields: Sequence[str] | None = None,
        page_size: int = 0,
        timeout: float | None = None,
    ) -> AsyncGenerator[Record, None]:
        """Read records page by page, in the byte order of their ids.

        Changes made meanwhile may appear. ``page_size``: 1 to 1,000; 0: 100. Each page has the timeout.
        """
        request = record_service_pb2.ListRecordsRequest(
            collection=self.name, filter=filter, record_mask=mask(fields)
        )
        _set_number(request, "page_size", page_size)
        while True:
            answer = await self._transport.unary(methods.LIST, request, timeout)
            for one in answer.records:
                yield decode(one)
            if not answer.next_page_token:
                return
            request.page_token = answer.next_page_token

    async def export(
        self,
        *,
        filter: Filter | None = None,
        fields: Sequence[str] | None = None,
        timeout: float | None = None,
    ) -> AsyncGenerator[Record, None]:
        """Read records as they are when the iteration begins, over one stream, in no order.

        Closing the iteration cancels the call.
        """
        request = record_service_pb2.ExportRecordsRequest(
            collection=self.name, filter=filter, record_mask=mask(fields)
        )
        answers = self._transport.stream(methods.EXPORT, request, timeout)
        try:
            async for answer in answers:
                for one in answer.records:
                    yield decode(one)
        finally:
            await answers.aclose()

    async def count(self, filter: Filter | None = None, *, timeout: float | None = None) -> int:
        """Count the records that match, exactly."""
        request = record_service_pb2.CountRecordsRequest(collection=self.name, filter=filter)
        return (await self._transport.unary(methods.COUNT, request, timeout)).count

    async def search(
        self,
        vector: VectorLike | None = None,
        *,
        record_id: str | None = None,
        content: str | None = None,
        limit: int | None = None,
        threshold: float | None = None,
        filter: Filter | None = None,
        fields: Sequence[str] | None = None,
        exact: bool = False,
        ef_search: int | None = None,
        embedding_model: str = "",
        timeout: float | None = None,
    ) -> SearchResult:
        """Find the records nearest to a vector, to a stored record or to a text, best first.

        The arguments are those of Query.
        """
        query = Query(
            vector=vector,
            record_id=record_id,
            content=content,
            limit=limit,
            threshold=threshold,
            filter=filter,
            fields=fields,
            exact=exact,
            ef_search=ef_search,
            embedding_model=embedding_model,
        )
        request = encode_query(query, self.name)
        return search_result(await self._transport.unary(methods.SEARCH, request, timeout))

    async def search_many(
        self, queries: Iterable[Query], *, timeout: float | None = None
    ) -> Sequence[SearchResult]:
        """Search several times in one call, at most 1,000. All are answered, or the call is refused."""
        request = search_service_pb2.BatchSearchRequest(collection=self.name).SerializeToString()
        for place, query in enumerate(queries):
            try:
                request += field(b"\x12", encode_query(query, ""))
            except ProtovecError as error:
                raise within(error, f"searches[{place}]") from error
        answer = await self._transport.unary(methods.BATCH_SEARCH, request, timeout)
        return [search_result(one) for one in answer.responses]

    async def search_stream(
        self, queries: Iterable[Query] | AsyncIterable[Query], *, timeout: float | None = None
    ) -> AsyncGenerator[SearchAnswer, None]:
        """Search any number of times over one stream, each answered as soon as it is ready, in any order.

        A search that is refused has an ``error`` and does not stop the others. At most 256 queries are
        taken ahead of the answers that were read. Closing the iteration cancels the call.
        """
        answers = SearchStream(self._transport, self.name, queries).answers(timeout)
        try:
            async for answer in answers:
                yield answer
        finally:
            await answers.aclose()


def _set_number(request: object, name: str, value: int) -> None:
    try:
        setattr(request, name, value)
    except (TypeError, ValueError) as error:
        raise invalid(name, f"{name} is {value!r}, which cannot be sent") from error
