"""Any number of searches over one stream."""

from __future__ import annotations

import threading
from collections.abc import AsyncGenerator, AsyncIterable, Iterable

import grpc

from protovec import _methods as methods
from protovec._search import Query, SearchAnswer, encode_query, search_error, search_result
from protovec._transport import Duplex, Mailbox, Transport
from protovec._wire import field
from protovec.errors import ProtovecError, make_error
from protovec.v1 import search_service_pb2
from protovec.v1.search_service_pb2 import SearchStreamRequest, SearchStreamResponse

OPEN_SEARCHES = 256
"""How many queries are taken ahead of the answers that were read."""


class SearchStream:
    """One stream, which takes queries beside while its answers are read."""

    def __init__(
        self, transport: Transport, collection: str, queries: Iterable[Query] | AsyncIterable[Query]
    ) -> None:
        self._transport = transport
        self._collection = collection
        self._queries = queries
        self._lock = threading.Lock()
        # Queries that were sent and not answered, by request id, which is the place and one; and why
        # those among them that could not be sent were refused.
        self._sent: dict[int, tuple[Query, ProtovecError | None]] = {}
        self._failure: BaseException | None = None
        # The source had no query, and the call was cancelled for that.
        self._empty = False
        self._room: Mailbox[bool] = transport.mailbox()

    async def answers(self, timeout: float | None) -> AsyncGenerator[SearchAnswer, None]:
        """Give the answers, in any order."""
        call = self._transport.duplex(methods.SEARCH_STREAM, timeout)
        try:
            for _ in range(OPEN_SEARCHES):
                self._room.put(True)
            self._transport.spawn(self._feed(call))
            while True:
                try:
                    response = await call.receive()
                except ProtovecError:
                    if self._empty:
                        return
                    if self._failure is not None:
                        raise self._failure from None
                    raise
                if response is None:
                    break
                answer = self._answer(response)
                self._room.put(True)
                yield answer
            if self._failure is not None:
                raise self._failure
            if self._sent:
                what = "the server ended the stream before it was complete"
                raise make_error(grpc.StatusCode.INTERNAL, what)
        finally:
            self._room.put(False)
            call.cancel()

    async def _feed(self, call: Duplex[SearchStreamResponse]) -> None:
        count = 0
        try:
            async for query in self._transport.iterate(self._queries):
                if not await self._room.get():
                    return
                count += 1
                if not await call.send(self._encode(count, query)):
                    return
            if count == 0:
                # Without a first message the server would not know the collection.
                self._empty = True
                call.cancel()
                return
            await call.done()
        except BaseException as error:
            # What the caller's source raises is raised where the answers are read.
            self._failure = error
            call.cancel()

    def _encode(self, request_id: int, query: Query) -> bytes:
        refused: ProtovecError | None = None
        try:
            search = encode_query(query, "")
        except ProtovecError as error:
            # It is sent as a search for nothing: when that is refused, this one is handed out.
            refused, search = error, b""
        with self._lock:
            self._sent[request_id] = (query, refused)
        head = SearchStreamRequest(collection=self._collection, request_id=request_id)
        return head.SerializeToString() + field(b"\x1a", search)

    def _answer(self, response: search_service_pb2.SearchStreamResponse) -> SearchAnswer:
        request_id = response.request_id
        with self._lock:
            sent = self._sent.pop(request_id, None)
        if sent is None:
            what = f"the server answered request {request_id}, which is not under way"
            raise make_error(grpc.StatusCode.INTERNAL, what)
        query, refused = sent
        result = None
        if refused is None and response.WhichOneof("outcome") == "response":
            result = search_result(response.response)
        elif refused is None:
            refused = search_error(response.error)
        return SearchAnswer(index=request_id - 1, query=query, result=result, error=refused)
