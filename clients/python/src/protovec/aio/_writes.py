"""Writing records, under asyncio."""

from __future__ import annotations

from collections.abc import AsyncIterable, Iterable

import grpc

from protovec import _methods as methods
from protovec._checked_ids import checked_id, chunks
from protovec._codec import encode
from protovec._enums import WriteMode, write_mode
from protovec._packer import Packer, records_field
from protovec._transport import Transport
from protovec._wire import field
from protovec.aio._ingest import Ingest
from protovec.aio._ingest_load import IngestLoad, IngestOptions
from protovec.aio._loads import insert_many
from protovec.aio._source import Source
from protovec.errors import ProtovecError, invalid, make_error, within
from protovec.ids import new_id
from protovec.models import (
    Deleted,
    IngestProgressCallback,
    IngestResult,
    LoadProgressCallback,
    LoadResult,
    RecordResult,
    UpsertResult,
    deleted,
    record_results,
    upsert_result,
)
from protovec.record import Record
from protovec.v1 import record_service_pb2
from protovec.v1.filter_pb2 import Filter

_KEY_BYTES_MAX = 255


class Writes:
    """The calls of a collection that write."""

    def __init__(self, transport: Transport, name: str) -> None:
        self._transport = transport
        self.name = name

    async def upsert(
        self,
        record: Record,
        *,
        mode: WriteMode = "upsert",
        if_revision: int | None = None,
        timeout: float | None = None,
    ) -> UpsertResult:
        """Write one record.

        ``if_revision``: only if the stored record has this revision, else ABORTED, reason
        REVISION_MISMATCH.
        """
        try:
            body = encode(record)
        except ProtovecError as error:
            raise within(error, "record") from error
        head = record_service_pb2.UpsertRecordRequest(
            collection=self.name, write_mode=write_mode(mode), expected_revision=if_revision
        )
        request = head.SerializeToString() + field(b"\x12", body)
        return upsert_result(await self._transport.unary(methods.UPSERT, request, timeout))

    async def upsert_many(
        self,
        records: Iterable[Record],
        *,
        mode: WriteMode = "upsert",
        all_or_nothing: bool = False,
        timeout: float | None = None,
    ) -> list[RecordResult]:
        """Write records and give a result for each; refused ones do not stop the others.

        Many records travel in several calls, one after the other, each with the timeout. A call that
        fails leaves what earlier ones wrote; the error's metadata tells how many records were answered,
        as ``answered_records``. ``all_or_nothing`` refuses the whole when one record is refused; all of
        them must then fit into one call: at most 10,000, and below 16 MiB.
        """
        head = record_service_pb2.BatchUpsertRecordsRequest(
            collection=self.name, write_mode=write_mode(mode), all_or_nothing=all_or_nothing
        ).SerializeToString()
        results: list[RecordResult] = []
        packer = Packer()

        async def send() -> None:
            bodies = packer.take()
            request = head + records_field(b"\x12", bodies)
            answer = await self._transport.unary(methods.BATCH_UPSERT, request, timeout)
            if len(answer.results) != len(bodies):
                what = f"the server sent {len(answer.results)} results for {len(bodies)} records"
                raise make_error(grpc.StatusCode.INTERNAL, what)
            results.extend(record_results(answer.results, len(results)))

        try:
            for place, record in enumerate(records):
                try:
                    body = encode(record)
                except ProtovecError as error:
                    raise within(error, f"records[{place}]") from error
                if not all_or_nothing and not packer.fits(body):
                    await send()
                if packer.add(body) and not all_or_nothing:
                    await send()
            if packer.bodies:
                await send()
        except ProtovecError as error:
            if results:
                error.metadata = {**error.metadata, "answered_records": str(len(results))}
            raise
        return results

    async def insert_many(
        self,
        records: Iterable[Record] | AsyncIterable[Record],
        *,
        mode: WriteMode = "upsert",
        on_progress: LoadProgressCallback | None = None,
        timeout: float | None = None,
    ) -> LoadResult:
        """Write records of any number over one stream, no faster than the server stores them.

        Messages are of about 1 MiB; memory is a few of them. Refused records are counted and reported,
        the others are stored. A stream that breaks keeps what the server had stored; ``ingest`` goes on
        by itself. What the source raises ends the call and is raised as it is. ``on_progress`` is told
        after each message.
        """
        source = Source(self._transport, records)
        return await insert_many(self._transport, self.name, source, mode, on_progress, timeout)

    async def ingest(
        self,
        records: Iterable[Record] | AsyncIterable[Record],
        *,
        mode: WriteMode = "upsert",
        key: str | None = None,
        acknowledged_batches: int = 0,
        durable: bool = True,
        stop_on_refusal: bool = False,
        give_up_after: float = 300.0,
        on_progress: IngestProgressCallback | None = None,
    ) -> IngestResult:
        """Load records, and go on when a connection breaks or the server restarts.

        What is not acknowledged is kept, about 16 MiB, and sent again over a new stream: nothing is lost,
        nothing is written twice, and the counts are exact.

        ``key`` names the load, 1 to 255 bytes; with that of a load that broke off, the same records in
        the same order and the same options, it goes on after the last batch that is kept.
        ``acknowledged_batches`` is what the earlier run knows to be kept: when the server does not know
        so many, the load fails with reason KEY_EXPIRED. ``durable``: a batch is acknowledged when it is
        on stable storage, else as the collection's other writes are. ``stop_on_refusal``: fail with the
        first record that is refused. ``give_up_after``: seconds without progress, while records wait
        to be kept.

        Raises IngestError, whose ``result`` tells how far the load came; what the source raises is
        raised as it is.
        """
        name = new_id() if key is None else key
        if not 1 <= len(name.encode("utf-8", "surrogatepass")) <= _KEY_BYTES_MAX:
            field_name = "open.idempotency_key"
            raise invalid(field_name, f"the key must have 1 to {_KEY_BYTES_MAX} bytes of UTF-8")
        if not give_up_after > 0:
            what = f"give_up_after is {give_up_after}; give seconds above 0"
            raise invalid("give_up_after", what)
        write_mode(mode)
        options = IngestOptions(
            name, acknowledged_batches, mode, durable, stop_on_refusal, give_up_after, on_progress
        )
        source = Source(self._transport, records)
        return await Ingest(self._transport, self.name, IngestLoad(options), source).run()

    async def delete(self, id: str, *, timeout: float | None = None) -> Deleted:
        """Delete one record. NotFoundError, reason RECORD_NOT_FOUND, when there is none."""
        request = record_service_pb2.DeleteRecordRequest(collection=self.name, id=checked_id(id))
        return deleted(await self._transport.unary(methods.DELETE, request, timeout), 1)

    async def delete_many(
        self,
        ids: Iterable[str] | None = None,
        *,
        filter: Filter | None = None,
        dry_run: bool = False,
        timeout: float | None = None,
    ) -> Deleted:
        """Delete the records with these ids, or those that match; exactly one of both is given.

        Missing ids are no error. More than 10,000 ids travel in several calls, each with the timeout.
        ``dry_run``: only count.
        """
        if (ids is None) == (filter is None):
            raise invalid("filter", "give either ids or a filter")
        count, last = 0, record_service_pb2.BatchDeleteRecordsResponse(durable=True)
        for some in [[]] if ids is None else chunks(ids):
            request = record_service_pb2.BatchDeleteRecordsRequest(
                collection=self.name, ids=some, filter=filter, dry_run=dry_run
            )
            last = await self._transport.unary(methods.BATCH_DELETE, request, timeout)
            count += last.deleted_count
        return deleted(last, count)

    async def clear(self, *, timeout: float | None = None) -> Deleted:
        """Delete every record of the collection."""
        request = record_service_pb2.ClearRecordsRequest(collection=self.name)
        answer = await self._transport.unary(methods.CLEAR, request, timeout)
        return deleted(answer, answer.deleted_count)
