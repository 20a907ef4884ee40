"""Ids that sort by time."""

from __future__ import annotations

import os
import threading
import time
import uuid

_COUNTER_MAX = 0xFFF
_lock = threading.Lock()
_last_ms = 0
_counter = 0


def new_id() -> str:
    """Make a UUIDv7 in its canonical form.

    Ids made in one process sort in the order in which they were made, also within a millisecond.
    """
    random = int.from_bytes(os.urandom(10), "big")
    ms, counter = _next_tick(random >> 68)
    number = ms << 80 | 0x7 << 76 | counter << 64 | 0b10 << 62 | random & (1 << 62) - 1
    return str(uuid.UUID(int=number))


def _next_tick(random: int) -> tuple[int, int]:
    """Move time on. A full counter, or a clock that was set back, borrows from the future."""
    global _last_ms, _counter
    with _lock:
        now = time.time_ns() // 1_000_000
        if now > _last_ms:
            # Half of the range stays free for the ids of the same millisecond.
            _last_ms, _counter = now, random & (_COUNTER_MAX >> 1)
        elif _counter == _COUNTER_MAX:
            _last_ms, _counter = _last_ms + 1, 0
        else:
            _counter += 1
        return _last_ms, _counter
