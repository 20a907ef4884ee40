"""When it is worth trying again."""

from __future__ import annotations

import random
import time

import grpc

from protovec.errors import ProtovecError, make_error

_LONGEST_DELAY = 4.0
_TRANSFER_FAILURES = 8
_TRANSFER_DELAY = 0.1
_FIRST_REOPENING = 0.05


def delay_after(failures: int, asked: float | None, first: float) -> float:
    """Give the seconds to wait after so many failures in a row.

    Twice as long each time, and a random part more, so that many clients of one server do not come
    back together. ``asked`` is what the server asked for.
    """
    delay = asked or min(_LONGEST_DELAY, first * 2 ** min(failures - 1, 16))
    return delay + random.random() / 2 * delay


class Resumption:
    """Goes on with transfers that broke off, as long as they get ahead."""

    def __init__(self) -> None:
        self._failures = 0
        self._furthest = 0

    def after(self, error: ProtovecError, reached: int) -> float:
        """Give the seconds to wait, or raise the error; ``reached`` are the bytes that are over."""
        overloaded = error.reason == "OVERLOADED" and error.retry_after is not None
        broken = error.code is grpc.StatusCode.UNAVAILABLE and error.reason != "TLS_FAILED"
        if not (overloaded or broken):
            raise error
        if reached > self._furthest:
            self._failures, self._furthest = 0, reached
        self._failures += 1
        if self._failures >= _TRANSFER_FAILURES:
            raise error
        return delay_after(self._failures, error.retry_after, _TRANSFER_DELAY)


class Patience:
    """How long a load is tried: until nothing was gained for too long."""

    def __init__(self, limit: float) -> None:
        self._limit = limit
        self._since = time.monotonic()
        self._failures = 0
        # What the last stream failed with, if nothing was gained since.
        self._last: ProtovecError | None = None

    @property
    def left(self) -> float:
        """Seconds that it still lasts."""
        return self._limit - (time.monotonic() - self._since)

    def renew(self) -> None:
        """Begin anew: nothing is amiss."""
        self._since = time.monotonic()

    def gained(self) -> None:
        """Begin anew; the next failure is the first."""
        self._failures, self._last = 0, None
        self.renew()

    def after(self, error: ProtovecError) -> float:
        """Give the seconds to wait before another try, or raise why there is none."""
        if not _may_pass(error):
            raise error
        self._last = error
        left = self.left
        if left <= 0:
            raise self.exhausted()
        self._failures += 1
        return min(left, delay_after(self._failures, error.retry_after, _FIRST_REOPENING))

    def exhausted(self) -> ProtovecError:
        """Give what a load fails with when patience has ended."""
        what = f"no batch was kept for {self._limit:g} seconds, so the load was given up"
        if self._last is None:
            return make_error(grpc.StatusCode.DEADLINE_EXCEEDED, what)
        last = self._last
        error = make_error(last.code, f"{last.message}; {what}", reason=last.reason, metadata=last.metadata)
        error.__cause__ = last
        return error


def _may_pass(error: ProtovecError) -> bool:
    """Tell whether the server asks to come back, restarts or is not reached, or a connection broke."""
    if error.retry_after is not None:
        return True
    if error.code is grpc.StatusCode.UNAVAILABLE:
        return error.reason != "TLS_FAILED"
    cut = (grpc.StatusCode.CANCELLED, grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN)
    # What gRPC, or a proxy, makes of a stream that was cut; a server gives its reasons, too.
    return error.code in cut and not error._explained
