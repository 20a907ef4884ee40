"""Loads over one stream."""

from __future__ import annotations

import grpc

from protovec import _methods as methods
from protovec._enums import WriteMode, write_mode
from protovec._packer import records_field
from protovec._transport import A, Duplex, Transport
from protovec.aio._source import Source
from protovec.errors import make_error
from protovec.models import LoadProgress, LoadProgressCallback, LoadResult, load_result
from protovec.v1.record_service_pb2 import BatchInsertRequest


async def insert_many(
    transport: Transport,
    collection: str,
    source: Source,
    mode: WriteMode,
    on_progress: LoadProgressCallback | None,
    timeout: float | None,
) -> LoadResult:
    """Send everything that the source has."""
    head = BatchInsertRequest(collection=collection, write_mode=write_mode(mode))
    start: bytes | None = head.SerializeToString()
    records = size = 0
    call = transport.duplex(methods.BATCH_INSERT, timeout)
    messages = source.messages()
    try:
        async for bodies in messages:
            request = (start or b"") + records_field(b"\x12", bodies)
            start = None
            # A stream that the server has ended tells why by its answer.
            if not await call.send(request):
                break
            records, size = records + len(bodies), size + len(request)
            if on_progress is not None:
                on_progress(LoadProgress(records, size))
        if start is not None:
            # Without records a missing collection is told, too.
            await call.send(start)
        await call.done()
        return load_result(await only_answer(call))
    finally:
        call.cancel()
        await messages.aclose()


async def only_answer(call: Duplex[A]) -> A:
    """Give the one answer to a stream of requests."""
    answer = await call.receive()
    if answer is None:
        raise make_error(grpc.StatusCode.INTERNAL, "the server ended the call without an answer")
    # The end of the call, so that the server does not see a cancelled one.
    await call.receive()
    return answer
