"""What is known of a load, whatever stream is open."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import grpc

from protovec._enums import WriteMode
from protovec.errors import FieldViolation, ProtovecError, make_error
from protovec.models import (
    IngestProgress,
    IngestProgressCallback,
    IngestResult,
    RecordError,
    record_error,
)
from protovec.v1.record_service_pb2 import IngestAck, IngestOpened

_REFUSALS_MAX = 1_000
WINDOW_BYTES = 16 << 20
"""Bytes of batches that are not acknowledged, from which on no more are cut."""


@dataclass(frozen=True)
class IngestOptions:
    """What ``ingest`` was given, checked."""

    key: str
    acknowledged_batches: int
    mode: WriteMode
    durable: bool
    stop_on_refusal: bool
    give_up_after: float
    on_progress: IngestProgressCallback | None


@dataclass(frozen=True, eq=False)
class Batch:
    """A numbered part of the source, which is sent again as the same bytes."""

    number: int
    first: int
    """Place of its first record in the source."""
    end: int
    """Place after its last one."""
    records: bytes
    """The records as a repeated field of IngestBatch."""


class IngestLoad:
    """Counts what became of the records, and holds the batches that wait to be kept.

    The counts are exact whatever was lost on the way, because every stream begins with the server's
    own counts of all that is kept, and only its acknowledgements are added to them.
    """

    def __init__(self, options: IngestOptions) -> None:
        self.options = options
        self.acknowledged_batches = options.acknowledged_batches
        # Batches that were cut and not acknowledged; the first `sent` went out over this stream.
        self.window: deque[Batch] = deque()
        self.sent = 0
        self.bytes = 0
        self.whole = False
        self._cut = 0
        self._end = 0
        # What the server kept when the last stream was opened.
        self._kept_batches = 0
        self._kept_records = 0
        self._created = self._updated = self._failed = 0
        self._errors: list[RecordError] = []
        self._sequence = 0
        self._durable = True
        self._openings = 0

    @property
    def complete(self) -> bool:
        """Whether everything is acknowledged."""
        return self.whole and not self.window

    @property
    def acknowledged(self) -> int:
        """Records whose fate is known."""
        return self._created + self._updated + self._failed

    def queue(self, records: bytes, count: int) -> None:
        """Add the next batch of the source. Raises when another source was loaded under the key."""
        self._cut += 1
        batch = Batch(self._cut, self._end, self._end + count, records)
        self._end = batch.end
        self._verify(batch)
        if batch.number > self.acknowledged_batches:
            self.window.append(batch)
            self.bytes += len(records)

    def finish(self) -> None:
        """Note that no record follows."""
        kept = self._kept_batches
        if self._cut < kept or (self._cut == kept and self._end != self._kept_records):
            raise self._other_source()
        self.whole = True

    def next(self) -> Batch | None:
        """Give the batch to be sent next."""
        if self.sent >= len(self.window):
            return None
        self.sent += 1
        return self.window[self.sent - 1]

    def opened(self, opened: IngestOpened) -> bool:
        """Take the server's word of what is kept; True when that is more than was known."""
        known, last = self.acknowledged_batches, opened.last_number
        if last < known:
            raise broken_rules(f"it keeps batches up to {last}, and acknowledged {known} before")
        gained = self._openings == 0 or last > known
        # A level below durable leaves open whether what was not acknowledged here is on the disk.
        if last > known and not self.options.durable:
            self._durable = False
        self.acknowledged_batches = last
        self._created = opened.created_count
        self._updated = opened.updated_count
        self._failed = opened.failed_count
        self._openings += 1
        self._kept_batches, self._kept_records = last, self.acknowledged
        for waiting in self.window:
            self._verify(waiting)
        self._release(last)
        return gained

    def acknowledge(self, ack: IngestAck) -> None:
        """Note that the batch that is due is kept."""
        if self.sent == 0 or self.window[0].number != ack.number:
            raise broken_rules(f"it acknowledged batch {ack.number}, which is not due")
        first = self.window[0].first
        self.acknowledged_batches = ack.number
        self._created += ack.created_count
        self._updated += ack.updated_count
        self._failed += len(ack.errors)
        room = _REFUSALS_MAX - len(self._errors)
        self._errors += (record_error(one, first) for one in ack.errors[:room])
        self._sequence = max(self._sequence, ack.sequence)
        self._durable = ack.durable
        self._release(ack.number)

    def progress(self, paused: bool) -> None:
        """Tell the caller how far the load is."""
        if self.options.on_progress is None:
            return
        told = IngestProgress(
            acknowledged=self.acknowledged,
            acknowledged_batches=self.acknowledged_batches,
            failed=self._failed,
            paused=paused,
            reconnects=max(0, self._openings - 1),
        )
        self.options.on_progress(told)

    def result(self) -> IngestResult:
        """Give what the load did so far."""
        return IngestResult(
            created=self._created,
            updated=self._updated,
            failed=self._failed,
            errors=list(self._errors),
            sequence=self._sequence,
            durable=self._durable,
            key=self.options.key,
            acknowledged_batches=self.acknowledged_batches,
            reconnects=max(0, self._openings - 1),
        )

    def _release(self, last: int) -> None:
        while self.window and self.window[0].number <= last:
            self.bytes -= len(self.window.popleft().records)
            self.sent = max(0, self.sent - 1)

    def _verify(self, batch: Batch) -> None:
        """Compare where a batch ends with how many records the server counted.

        The batches that it keeps came from this source, or from another under the same key. Only the
        batch after them may be kept in part, where the server makes the embeddings.
        """
        kept = self._kept_records
        if batch.number <= self._kept_batches:
            fits = batch.end <= kept
        else:
            fits = batch.number > self._kept_batches + 1 or batch.first <= kept < batch.end
        if not fits:
            raise self._other_source()

    def _other_source(self) -> ProtovecError:
        what = (
            f"the load {self.options.key!r} has {self._kept_records} records in "
            f"{self._kept_batches} batches, which are not the first ones of this source; give the "
            "same records in the same order, or begin a new load under another key"
        )
        return make_error(
            grpc.StatusCode.FAILED_PRECONDITION,
            what,
            reason="INGEST_SOURCE_CHANGED",
            field_violations=(FieldViolation("open.idempotency_key", what),),
        )


def broken_rules(what: str) -> ProtovecError:
    """Give the error of a server that does not do as it must."""
    return make_error(grpc.StatusCode.INTERNAL, f"the server breaks the rules of a load: {what}")
