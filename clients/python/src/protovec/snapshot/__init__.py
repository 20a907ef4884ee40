"""Snapshot files, read and written without a server.

Example::

    with protovec.snapshot.open("docs.pb") as file:
        for record in file:
            print(record.id, record.vector)
"""

from protovec.snapshot._header import SnapshotHeader
from protovec.snapshot.reader import SnapshotReader, SnapshotSummary, open
from protovec.snapshot.writer import WrittenSnapshot, write

__all__ = [
    "SnapshotHeader",
    "SnapshotReader",
    "SnapshotSummary",
    "WrittenSnapshot",
    "open",
    "write",
]
