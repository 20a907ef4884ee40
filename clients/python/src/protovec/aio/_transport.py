"""The transport of the client of asyncio."""

from __future__ import annotations

import asyncio
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    AsyncIterator,
    Coroutine,
    Iterable,
)
from typing import Any, Generic, TypeVar

import grpc
import grpc.aio

from protovec._connection import Settings, closed, deadline
from protovec._decode_error import from_rpc
from protovec._methods import Method, Request, serialize

T = TypeVar("T")
A = TypeVar("A")


class AioDuplex(Generic[A]):
    """A call whose requests a task hands to gRPC."""

    def __init__(self, call: Any, ahead: int) -> None:
        self._call = call
        self._waiting: asyncio.Queue[Request | None] = asyncio.Queue(ahead)
        self._over = False
        self._writer = asyncio.ensure_future(self._write())
        call.add_done_callback(self._ended)

    def _ended(self, _: Any) -> None:
        self._over = True
        # Whoever waits for room is let go.
        while not self._waiting.empty():
            self._waiting.get_nowait()
        self._writer.cancel()

    async def _write(self) -> None:
        while True:
            request = await self._waiting.get()
            try:
                if request is None:
                    await self._call.done_writing()
                    return
                await self._call.write(request)
            except (grpc.RpcError, asyncio.InvalidStateError):
                # Why the call ended is told by the receiving side.
                return

    async def send(self, request: Request) -> bool:
        if self._over:
            return False
        await self._waiting.put(request)
        return not self._over

    async def done(self) -> None:
        if not self._over:
            await self._waiting.put(None)

    async def receive(self) -> A | None:
        try:
            answer = await self._call.read()
        except grpc.RpcError as error:
            raise from_rpc(error) from error
        return None if answer is grpc.aio.EOF else answer

    def cancel(self) -> None:
        self._call.cancel()
        self._ended(None)


class AioMailbox(Generic[T]):
    """A queue between tasks."""

    def __init__(self) -> None:
        self._items: asyncio.Queue[T] = asyncio.Queue()

    def put(self, item: T) -> None:
        self._items.put_nowait(item)

    async def get(self, timeout: float | None = None) -> T | None:
        if timeout == 0:
            # Others are given their turn, or nothing would ever come.
            await asyncio.sleep(0)
            return None if self._items.empty() else self._items.get_nowait()
        try:
            return await asyncio.wait_for(self._items.get(), timeout)
        except (asyncio.TimeoutError, TimeoutError):
            return None


class AioTransport:
    """A connection of asyncio."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        if settings.credentials is None:
            self.channel = grpc.aio.insecure_channel(settings.address, options=settings.options)
        else:
            self.channel = grpc.aio.secure_channel(
                settings.address, settings.credentials, options=settings.options
            )
        self._closed = False
        self._tasks: set[asyncio.Future[None]] = set()

    def _call(self, kind: str, method: Method[Any]) -> Any:
        if self._closed:
            raise closed()
        return getattr(self.channel, kind)(
            method.path, request_serializer=serialize, response_deserializer=method.decode
        )

    async def unary(self, method: Method[A], request: Request, timeout: float | None) -> A:
        call = self._call("unary_unary", method)
        seconds = deadline(timeout, self._settings.timeout)
        try:
            answer: A = await call(request, timeout=seconds, metadata=self._settings.metadata)
            return answer
        except grpc.RpcError as error:
            raise from_rpc(error) from error

    async def stream(
        self, method: Method[A], request: Request, timeout: float | None = None
    ) -> AsyncGenerator[A, None]:
        start = self._call("unary_stream", method)
        call = start(request, timeout=deadline(timeout, 0), metadata=self._settings.metadata)
        try:
            while True:
                try:
                    answer = await call.read()
                except grpc.RpcError as error:
                    raise from_rpc(error) from error
                if answer is grpc.aio.EOF:
                    return
                yield answer
        finally:
            call.cancel()

    def duplex(self, method: Method[A], timeout: float | None = None, ahead: int = 2) -> AioDuplex[A]:
        start = self._call("stream_stream", method)
        call = start(timeout=deadline(timeout, 0), metadata=self._settings.metadata)
        return AioDuplex(call, ahead)

    def mailbox(self) -> AioMailbox[Any]:
        return AioMailbox()

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        # asyncio itself holds tasks by weak references alone.
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def iterate(self, source: Iterable[T] | AsyncIterable[T]) -> AsyncIterator[T]:
        if isinstance(source, AsyncIterable):
            async for item in source:
                yield item
            return
        for item in source:
            yield item

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def close(self) -> None:
        self._closed = True
        await self.channel.close()
