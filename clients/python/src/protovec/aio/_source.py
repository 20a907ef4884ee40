"""Records on their way into messages."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable, Iterable

from protovec._codec import encode
from protovec._packer import Packer
from protovec._transport import Transport
from protovec.errors import ProtovecError, within
from protovec.record import Record


class Source:
    """The records that a caller gave, encoded and put together to messages."""

    def __init__(
        self,
        transport: Transport,
        records: Iterable[Record] | AsyncIterable[Record],
        *,
        keep_times: bool = False,
    ) -> None:
        self._transport = transport
        self._records = records
        self._keep_times = keep_times
        self._taken = 0
        self.failure: BaseException | None = None
        """What the caller's source raised."""

    async def messages(self) -> AsyncGenerator[list[bytes], None]:
        """Give the records of one message after the other; nothing when there are none.

        Raises what the source raises, and InvalidArgumentError with the place of the record.
        """
        packer = Packer()
        items = self._transport.iterate(self._records)
        while True:
            try:
                record = await items.__anext__()
            except StopAsyncIteration:
                break
            except BaseException as error:
                self.failure = error
                raise
            body = self._encode(record)
            if not packer.fits(body):
                yield packer.take()
            if packer.add(body):
                yield packer.take()
        if packer.bodies:
            yield packer.take()

    def _encode(self, record: Record) -> bytes:
        place = self._taken
        self._taken += 1
        try:
            return encode(record, keep_times=self._keep_times)
        except ProtovecError as error:
            raise within(error, f"records[{place}]") from error
