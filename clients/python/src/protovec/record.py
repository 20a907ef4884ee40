"""Records: a text, its embedding, and what a service wants to remember about both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from protovec.errors import invalid
from protovec.metadata import Metadata, MetadataValue

FloatArray: TypeAlias = npt.NDArray[np.float32]
"""An embedding."""

VectorLike: TypeAlias = Sequence[float] | npt.NDArray[np.floating] | npt.NDArray[np.integer]
"""What is taken for an embedding: an array of numpy, or any sequence of numbers."""


@dataclass(eq=False)
class Record:
    """One record, to be written or as it was read.

    Two records are equal when they are the same object: embeddings are arrays.
    """

    id: str = ""
    """1 to 255 bytes of UTF-8. Empty: the client makes a UUIDv7 before it sends the record."""
    content: str = ""
    """The text that the embedding stands for."""
    embedding: VectorLike | None = None
    """Of the collection's dimension. None: the collection's embedder makes it. A record that was read
    has an array of float32, or None when it was not asked for."""
    title: str = ""
    """A short name for people."""
    metadata: Metadata = field(default_factory=dict)
    """Typed values to filter by: str, bool, int of 64 bits, float, list of str."""
    file_path: str | None = None
    """Where the text came from."""
    extension: str | None = None
    """File extension or kind of source."""
    create_time: datetime | None = None
    """When it was first stored. Set by the server; kept in snapshot files and merges."""
    update_time: datetime | None = None
    """When it was last written. Set by the server; kept in snapshot files and merges."""
    revision: int = 0
    """Log sequence of the last change. Set by the server; kept in snapshot files."""

    @property
    def vector(self) -> FloatArray:
        """The embedding as an array of float32; empty when there is none."""
        if self.embedding is None:
            return np.empty(0, np.float32)
        return np.asarray(self.embedding, np.float32)


def records_from(
    vectors: npt.NDArray[np.floating] | npt.NDArray[np.integer] | Sequence[Sequence[float]],
    *,
    ids: Sequence[str | int] | None = None,
    contents: Sequence[str] | None = None,
    titles: Sequence[str] | None = None,
    metadata: Sequence[Mapping[str, MetadataValue]] | None = None,
) -> Iterator[Record]:
    """Give the records of an array of shape (n, dimension), one for each row, made as they are taken.

    The other arguments, when given, have n values each. Without ids each record gets a UUIDv7. Raises
    InvalidArgumentError at once when the shapes do not agree.
    """
    rows = np.asarray(vectors, np.float32)
    if rows.ndim != 2:
        raise invalid("vectors", f"vectors has the shape {rows.shape}; it is (n, dimension)")
    for name, values in (
        ("ids", ids),
        ("contents", contents),
        ("titles", titles),
        ("metadata", metadata),
    ):
        if values is not None and len(values) != len(rows):
            raise invalid(name, f"{name} has {len(values)} values for {len(rows)} vectors")

    def made() -> Iterator[Record]:
        for place, row in enumerate(rows):
            yield Record(
                id="" if ids is None else str(ids[place]),
                content="" if contents is None else contents[place],
                embedding=row,
                title="" if titles is None else titles[place],
                metadata={} if metadata is None else metadata[place],
            )

    return made()
