"""The records of a `load` request and the queries of a `search` request, read from their files into
memory before the clock starts."""

import numpy

# Buckets go from 0 to below this; a filter of less than this asks for all records.
BUCKETS = 1000


class Records:
    """`first` to `first + count`: `rows` (count x dimension, float32), `texts` ('' when the data set
    has none) and `buckets` (integers), in order."""

    def __init__(self, request, dimension):
        self.first = request["from"]
        self.count = request["count"]
        end = self.first + self.count
        self.rows = read_rows(request["vectors"], dimension, self.first, self.count)
        self.buckets = numpy.fromfile(request["buckets"], "<u2")[self.first : end].tolist()
        if request.get("texts") is None:
            self.texts = [""] * self.count
        else:
            with open(request["texts"], encoding="utf-8") as file:
                self.texts = file.read().split("\n")[self.first : end]

    def batches(self, size):
        """Slices of positions, `size` records each, and the ordinal of the first."""
        for start in range(0, self.count, size):
            yield slice(start, min(start + size, self.count)), self.first + start


def read_rows(path, dimension, first, count):
    """Rows of a matrix file. Fails when the file is shorter."""
    offset = first * dimension * 4
    values = numpy.fromfile(path, "<f4", count * dimension, offset=offset)
    if len(values) != count * dimension:
        raise ValueError(f"{path} has {len(values)} of the {count * dimension} values asked for")
    return values.reshape(count, dimension)
