"""What the client asks of gRPC.

All logic of the client is written once, as coroutines over this protocol. Under asyncio they wait as
coroutines do. The blocking client gives them a transport whose coroutines never wait for an event
loop but block the thread, so that a coroutine runs from its beginning to its end by one ``send``.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Coroutine, Iterable
from typing import Any, Protocol, TypeVar

from protovec._methods import Method, Request

T = TypeVar("T")
A = TypeVar("A")
A_co = TypeVar("A_co", covariant=True)


class Duplex(Protocol[A_co]):
    """A call with a stream of requests. Whoever opens it cancels it at the end, however it ended."""

    async def send(self, request: Request) -> bool:
        """Hand a request over, when the connection has room; False once the call has ended."""
        ...

    async def done(self) -> None:
        """No request follows."""
        ...

    async def receive(self) -> A_co | None:
        """Give the next answer; None at the end. Raises ProtovecError when the call failed."""
        ...

    def cancel(self) -> None:
        """End the call, unless it has ended."""
        ...


class Mailbox(Protocol[T]):
    """A queue between threads, or between tasks."""

    def put(self, item: T) -> None:
        """Add an item; never waits."""
        ...

    async def get(self, timeout: float | None = None) -> T | None:
        """Take the next item; None when there is none in so many seconds. 0: does not wait."""
        ...


class Transport(Protocol):
    """A connection, blocking or of asyncio."""

    async def unary(self, method: Method[A], request: Request, timeout: float | None) -> A:
        """Make a call. ``timeout``: seconds; None: the client's; 0: no deadline."""
        ...

    def stream(
        self, method: Method[A], request: Request, timeout: float | None = None
    ) -> AsyncGenerator[A, None]:
        """Make a call with a stream of answers; closing the generator cancels it."""
        ...

    def duplex(self, method: Method[A], timeout: float | None = None, ahead: int = 2) -> Duplex[A]:
        """Make a call with a stream of requests, of which ``ahead`` may wait for the connection."""
        ...

    def mailbox(self) -> Mailbox[Any]:
        """Make a queue."""
        ...

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run this beside, on a thread or as a task. It must not raise."""
        ...

    def iterate(self, source: Iterable[T] | AsyncIterable[T]) -> AsyncIterator[T]:
        """Give the items of what a caller gave; the blocking client takes no AsyncIterable."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        ...

    async def close(self) -> None:
        """Close the connection; again is fine."""
        ...
