"""One collection."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from typing import TypeAlias

from protovec._blocking import generate, run
from protovec._enums import WriteMode
from protovec._search import Query, SearchAnswer, SearchResult
from protovec.aio.collection import Collection as AioCollection
from protovec.models import (
    CollectionInfo,
    Deleted,
    IngestProgressCallback,
    IngestResult,
    LoadProgressCallback,
    LoadResult,
    RecordResult,
    UpsertResult,
)
from protovec.record import Record, VectorLike
from protovec.snapshots import Snapshots
from protovec.v1.filter_pb2 import Filter

# In the class, `list` is a method.
_Results: TypeAlias = list[RecordResult]
_Found: TypeAlias = tuple[list[Record], list[str]]


class Collection:
    """A collection by its name. It makes no call before one is asked for.

    ``timeout`` is in seconds: None is the client's for calls with one answer, and none for streams;
    0 is none. Filters are messages that ``protovec.where`` makes. All calls raise ProtovecError.
    """

    def __init__(self, calls: AioCollection) -> None:
        # The same calls over a transport that blocks; see protovec._transport.
        self._calls = calls
        self.name = calls.name
        self.snapshots = Snapshots(calls.snapshots)
        """The snapshots of this collection on the server."""

    def describe(self, *, timeout: float | None = None) -> CollectionInfo:
        """Tell how the collection is."""
        return run(self._calls.describe(timeout=timeout))

    def upsert(
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
        return run(self._calls.upsert(record, mode=mode, if_revision=if_revision, timeout=timeout))

    def upsert_many(
        self,
        records: Iterable[Record],
        *,
        mode: WriteMode = "upsert",
        all_or_nothing: bool = False,
        timeout: float | None = None,
    ) -> _Results:
        """Write records and give a result for each; refused ones do not stop the others.

        Many records travel in several calls, one after the other, each with the timeout. A call that
        fails leaves what earlier ones wrote; the error's metadata tells how many records were answered,
        as ``answered_records``. ``all_or_nothing`` refuses the whole when one record is refused; all of
        them must then fit into one call: at most 10,000, and below 16 MiB.
        """
        return run(
            self._calls.upsert_many(records, mode=mode, all_or_nothing=all_or_nothing, timeout=timeout)
        )

    def insert_many(
        self,
        records: Iterable[Record],
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
        return run(self._calls.insert_many(records, mode=mode, on_progress=on_progress, timeout=timeout))

    def ingest(
        self,
        records: Iterable[Record],
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
        return run(
            self._calls.ingest(
                records,
                mode=mode,
                key=key,
                acknowledged_batches=acknowledged_batches,
                durable=durable,
                stop_on_refusal=stop_on_refusal,
                give_up_after=give_up_after,
                on_progress=on_progress,
            )
        )

    def get(self, id: str, *, fields: Sequence[str] | None = None, timeout: float | None = None) -> Record:
        """Read one record. NotFoundError, reason RECORD_NOT_FOUND, when there is none.

        ``fields``: those to read, in proto names; the id always comes. None: all.
        """
        return run(self._calls.get(id, fields=fields, timeout=timeout))

    def get_many(
        self,
        ids: Iterable[str],
        *,
        fields: Sequence[str] | None = None,
        timeout: float | None = None,
    ) -> _Found:
        """Read records, in the order of the ids, and tell the ids that have none.

        More than 10,000 ids travel in several calls, each with the timeout.
        """
        return run(self._calls.get_many(ids, fields=fields, timeout=timeout))

    def list(
        self,
        *,
        filter: Filter | None = None,
        fields: Sequence[str] | None = None,
        page_size: int = 0,
        timeout: float | None = None,
    ) -> Generator[Record, None, None]:
        """Read records page by page, in the byte order of their ids.

        Changes made meanwhile may appear. ``page_size``: 1 to 1,000; 0: 100. Each page has the timeout.
        """
        return generate(self._calls.list(filter=filter, fields=fields, page_size=page_size, timeout=timeout))

    def export(
        self,
        *,
        filter: Filter | None = None,
        fields: Sequence[str] | None = None,
        timeout: float | None = None,
    ) -> Generator[Record, None, None]:
        """Read records as they are when the iteration begins, over one stream, in no order.

        Closing the iteration cancels the call.
        """
        return generate(self._calls.export(filter=filter, fields=fields, timeout=timeout))

    def count(self, filter: Filter | None = None, *, timeout: float | None = None) -> int:
        """Count the records that match, exactly."""
        return run(self._calls.count(filter, timeout=timeout))

    def delete(self, id: str, *, timeout: float | None = None) -> Deleted:
        """Delete one record. NotFoundError, reason RECORD_NOT_FOUND, when there is none."""
        return run(self._calls.delete(id, timeout=timeout))

    def delete_many(
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
        return run(self._calls.delete_many(ids, filter=filter, dry_run=dry_run, timeout=timeout))

    def clear(self, *, timeout: float | None = None) -> Deleted:
        """Delete every record of the collection."""
        return run(self._calls.clear(timeout=timeout))

    def search(
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
        return run(
            self._calls.search(
                vector,
                record_id=record_id,
                content=content,
                limit=limit,
                threshold=threshold,
                filter=filter,
                fields=fields,
                exact=exact,
                ef_search=ef_search,
                embedding_model=embedding_model,
                timeout=timeout,
            )
        )

    def search_many(
        self, queries: Iterable[Query], *, timeout: float | None = None
    ) -> Sequence[SearchResult]:
        """Search several times in one call, at most 1,000. All are answered, or the call is refused."""
        return run(self._calls.search_many(queries, timeout=timeout))

    def search_stream(
        self, queries: Iterable[Query], *, timeout: float | None = None
    ) -> Generator[SearchAnswer, None, None]:
        """Search any number of times over one stream, each answered as soon as it is ready, in any order.

        A search that is refused has an ``error`` and does not stop the others. At most 256 queries are
        taken ahead of the answers that were read. Closing the iteration cancels the call.
        """
        return generate(self._calls.search_stream(queries, timeout=timeout))
