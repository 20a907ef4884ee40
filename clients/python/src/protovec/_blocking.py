"""The transport of the blocking client, over gRPC's threads."""

from __future__ import annotations

import queue
import threading
import time
from collections import deque
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    AsyncIterator,
    Coroutine,
    Generator,
    Iterable,
    Iterator,
)
from typing import Any, Generic, TypeVar

import grpc

from protovec._connection import Settings, closed, deadline
from protovec._decode_error import from_rpc
from protovec._methods import Method, Request, serialize
from protovec.errors import invalid

T = TypeVar("T")
A = TypeVar("A")


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine that never waits for an event loop."""
    try:
        work.send(None)
    except StopIteration as end:
        result: T = end.value
        return result
    work.close()
    raise RuntimeError("a coroutine of the blocking client waits for an event loop")


def generate(source: AsyncGenerator[T, None]) -> Generator[T, None, None]:
    """Give the items of a generator that never waits for an event loop."""
    try:
        while True:
            try:
                # An awaitable of a generator is run as a coroutine is.
                item = run(source.__anext__())
            except StopAsyncIteration:
                return
            yield item
    finally:
        run(source.aclose())


class BlockingDuplex(Generic[A]):
    """A call whose requests gRPC takes on a thread of its own."""

    def __init__(self, call: Any, ahead: int, **options: Any) -> None:
        self._changed = threading.Condition()
        self._waiting: deque[Request] = deque()
        self._ahead = ahead
        self._complete = False
        self._over = False
        self._call = call(self._requests(), **options)
        if not self._call.add_callback(self._ended):
            self._ended()

    def _ended(self) -> None:
        with self._changed:
            self._over = True
            self._changed.notify_all()

    def _requests(self) -> Iterator[Request]:
        while True:
            with self._changed:
                while not (self._waiting or self._complete or self._over):
                    self._changed.wait()
                if self._over or not self._waiting:
                    return
                request = self._waiting.popleft()
                self._changed.notify_all()
            yield request

    async def send(self, request: Request) -> bool:
        with self._changed:
            while len(self._waiting) >= self._ahead and not self._over:
                self._changed.wait()
            if self._over:
                return False
            self._waiting.append(request)
            self._changed.notify_all()
            return True

    async def done(self) -> None:
        with self._changed:
            self._complete = True
            self._changed.notify_all()

    async def receive(self) -> A | None:
        try:
            answer: A = next(self._call)
            return answer
        except StopIteration:
            return None
        except grpc.RpcError as error:
            raise from_rpc(error) from error

    def cancel(self) -> None:
        self._call.cancel()
        self._ended()


class BlockingMailbox(Generic[T]):
    """A queue between threads."""

    def __init__(self) -> None:
        self._items: queue.SimpleQueue[T] = queue.SimpleQueue()

    def put(self, item: T) -> None:
        self._items.put(item)

    async def get(self, timeout: float | None = None) -> T | None:
        try:
            return self._items.get(timeout != 0, timeout)
        except queue.Empty:
            return None


class BlockingTransport:
    """A connection whose coroutines block the thread."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        if settings.credentials is None:
            self.channel = grpc.insecure_channel(settings.address, options=settings.options)
        else:
            self.channel = grpc.secure_channel(
                settings.address, settings.credentials, options=settings.options
            )
        self._closed = False

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
            answer: A = call(request, timeout=seconds, metadata=self._settings.metadata)
            return answer
        except grpc.RpcError as error:
            raise from_rpc(error) from error

    async def stream(
        self, method: Method[A], request: Request, timeout: float | None = None
    ) -> AsyncGenerator[A, None]:
        call = self._call("unary_stream", method)
        seconds = deadline(timeout, 0)
        answers = call(request, timeout=seconds, metadata=self._settings.metadata)
        try:
            while True:
                try:
                    answer = next(answers)
                except StopIteration:
                    return
                except grpc.RpcError as error:
                    raise from_rpc(error) from error
                yield answer
        finally:
            answers.cancel()

    def duplex(self, method: Method[A], timeout: float | None = None, ahead: int = 2) -> BlockingDuplex[A]:
        call = self._call("stream_stream", method)
        seconds = deadline(timeout, 0)
        return BlockingDuplex(call, ahead, timeout=seconds, metadata=self._settings.metadata)

    def mailbox(self) -> BlockingMailbox[Any]:
        return BlockingMailbox()

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        threading.Thread(target=run, args=(work,), daemon=True, name="protovec").start()

    async def iterate(self, source: Iterable[T] | AsyncIterable[T]) -> AsyncIterator[T]:
        if not isinstance(source, Iterable):
            kind = type(source).__name__
            what = f"a {kind} cannot be iterated here; protovec.aio takes asynchronous sources"
            raise invalid("records", what)
        for item in source:
            yield item

    async def sleep(self, seconds: float) -> None:
        time.sleep(seconds)

    async def close(self) -> None:
        self._closed = True
        self.channel.close()
