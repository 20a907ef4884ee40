"""Loads that go on when a connection breaks or the server restarts."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import TypeAlias

import grpc

from protovec import _methods as methods
from protovec._enums import write_mode
from protovec._packer import records_field
from protovec._transport import Duplex, Mailbox, Transport
from protovec._wire import field, varint
from protovec.aio._ingest_load import WINDOW_BYTES, Batch, IngestLoad
from protovec.aio._resumption import Patience
from protovec.aio._source import Source
from protovec.errors import FieldViolation, ProtovecError, make_error
from protovec.models import IngestError, IngestResult, shift_path
from protovec.v1 import record_service_pb2
from protovec.v1.record_service_pb2 import IngestRecordsRequest, IngestRecordsResponse

# How long the end of a stream is waited for when everything is acknowledged.
_FAREWELL = 2.0
# The window bounds what waits for the connection.
_AHEAD = 1 << 20

_Incoming: TypeAlias = tuple[IngestRecordsResponse | None, ProtovecError | None]


class _Broken(Exception):  # noqa: N818
    """A stream that ended before everything was acknowledged."""

    def __init__(self, error: ProtovecError) -> None:
        super().__init__()
        self.error = error


class Ingest:
    """A load: one stream after the other, until everything is acknowledged."""

    def __init__(self, transport: Transport, collection: str, load: IngestLoad, source: Source) -> None:
        self._transport = transport
        self._collection = collection
        self._load = load
        self._source = source
        self._messages: AsyncGenerator[list[bytes], None] = source.messages()
        self._patience = Patience(load.options.give_up_after)
        self._open = self._paused = self._closing = False

    async def run(self) -> IngestResult:
        """Load. Raises IngestError, or what the source raises."""
        try:
            while True:
                try:
                    await self._stream()
                    return self._load.result()
                except _Broken as broken:
                    delay = self._patience.after(broken.error)
                await self._transport.sleep(delay)
        except ProtovecError as error:
            if error is self._source.failure:
                raise
            raise IngestError(error, self._load.result()) from error
        finally:
            await self._messages.aclose()

    async def _stream(self) -> None:
        """Open the load and send until everything is acknowledged. Raises _Broken when it ends."""
        load = self._load
        load.sent = 0
        self._open = self._paused = self._closing = False
        call = self._transport.duplex(methods.INGEST, None, _AHEAD)
        incoming: Mailbox[_Incoming] = self._transport.mailbox()
        try:
            self._transport.spawn(_receive_all(call, incoming))
            await call.send(self._opening())
            while not (self._open and load.complete):
                busy = await self._advance(call)
                answer = await incoming.get(0 if busy else self._wait())
                if answer is not None:
                    self._take(answer)
                elif not busy and self._patience.left <= 0:
                    raise self._patience.exhausted()
            await call.done()
            # The end of the stream, so that the server does not see a cancelled call.
            await incoming.get(_FAREWELL)
        finally:
            call.cancel()

    def _opening(self) -> IngestRecordsRequest:
        options = self._load.options
        level = record_service_pb2.INGEST_ACK_LEVEL_WRITTEN
        if options.durable:
            level = record_service_pb2.INGEST_ACK_LEVEL_DURABLE
        return IngestRecordsRequest(
            collection=self._collection,
            open=record_service_pb2.IngestOpen(
                idempotency_key=options.key,
                acknowledged_number=self._load.acknowledged_batches,
                write_mode=write_mode(options.mode),
                ack_level=level,
                stop_on_refusal=options.stop_on_refusal,
            ),
        )

    async def _advance(self, call: Duplex[IngestRecordsResponse]) -> bool:
        """Send a batch or take one from the source; False when there is nothing to do but to wait."""
        load = self._load
        if not self._open or self._paused or self._closing:
            return False
        batch = load.next()
        if batch is not None:
            await call.send(_encode(batch))
            return True
        if load.whole or load.bytes >= WINDOW_BYTES:
            return False
        try:
            bodies = await self._messages.__anext__()
        except StopAsyncIteration:
            load.finish()
        else:
            load.queue(records_field(b"\x12", bodies), len(bodies))
        return True

    def _wait(self) -> float | None:
        """Give the seconds to wait for the server; None: as long as it takes."""
        if self._open and (self._paused or not self._load.window):
            self._patience.renew()
            return None
        return max(self._patience.left, 0.001)

    def _take(self, incoming: _Incoming) -> None:
        response, error = incoming
        if error is not None:
            raise _Broken(self._in_source(error))
        if response is None:
            what = "the server ended the stream before it had acknowledged everything"
            if self._closing:
                what = "the server ends and takes no more batches"
            raise _Broken(_unavailable(what))
        kind = response.WhichOneof("message")
        if kind == "opened":
            if self._load.opened(response.opened):
                self._patience.gained()
            self._open = True
        elif kind == "ack":
            # The counts of a repeated one are not in it, but in the answer that opens the load again.
            if response.ack.repeated:
                raise _Broken(_unavailable("a batch was kept before it was sent"))
            self._load.acknowledge(response.ack)
            self._patience.gained()
        elif kind == "pause":
            self._paused = True
        elif kind == "resume":
            self._paused = False
        elif kind == "closing":
            self._closing = True
        self._load.progress(self._paused)

    def _in_source(self, error: ProtovecError) -> ProtovecError:
        """Give the error with places in the source instead of those in the batch, which is the due one.

        What was sent before it is acknowledged before a stream ends.
        """
        if self._load.sent > 0:
            first = self._load.window[0].first
            error.field_violations = tuple(
                FieldViolation(shift_path(one.field, first), one.description)
                for one in error.field_violations
            )
        return error


async def _receive_all(call: Duplex[IngestRecordsResponse], incoming: Mailbox[_Incoming]) -> None:
    try:
        while True:
            response = await call.receive()
            incoming.put((response, None))
            if response is None:
                return
    except ProtovecError as error:
        incoming.put((None, error))


def _encode(batch: Batch) -> bytes:
    return field(b"\x1a", b"\x08" + varint(batch.number) + batch.records)


def _unavailable(what: str) -> ProtovecError:
    return make_error(grpc.StatusCode.UNAVAILABLE, what)
