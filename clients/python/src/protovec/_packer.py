"""Collects the records of one message."""

from __future__ import annotations

from protovec._wire import field, size_of_field

MESSAGE_BYTES = 1 << 20
"""A message is sent when its records have grown to so many bytes."""
MESSAGE_RECORDS = 10_000
"""The most records that a server takes in one message."""
MESSAGE_BYTES_MAX = (4 << 20) - (64 << 10)
"""What a message never grows beyond, but for one record alone."""


class Packer:
    """Where a message ends follows from the records and their order alone.

    A later run over the same source cuts the same messages.
    """

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.bytes = 0

    def fits(self, body: bytes) -> bool:
        """Tell whether a record may be added to what is there."""
        return not self.bodies or self.bytes + size_of_field(len(body)) <= MESSAGE_BYTES_MAX

    def add(self, body: bytes) -> bool:
        """Add a record; True when the message is full."""
        self.bodies.append(body)
        self.bytes += size_of_field(len(body))
        return self.bytes >= MESSAGE_BYTES or len(self.bodies) >= MESSAGE_RECORDS

    def take(self) -> list[bytes]:
        """Hand the records out and begin anew."""
        bodies, self.bodies, self.bytes = self.bodies, [], 0
        return bodies


def records_field(tag: bytes, bodies: list[bytes]) -> bytes:
    """Encode records as a repeated field."""
    return b"".join([field(tag, body) for body in bodies])
