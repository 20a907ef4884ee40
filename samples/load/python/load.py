"""Loads vectors from a file of little-endian floats over one stream, and tells how long that took.

load.py ADDRESS COLLECTION VECTORS_FILE COUNT DIMENSION
"""

import json
import sys
import time
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import protovec


def main() -> None:
    if len(sys.argv) != 6:
        print("usage: run.sh ADDRESS COLLECTION VECTORS_FILE COUNT DIMENSION", file=sys.stderr)
        sys.exit(2)
    address, name, path = sys.argv[1:4]
    count, dimension = int(sys.argv[4]), int(sys.argv[5])
    vectors = np.memmap(path, np.dtype("<f4"), "r", shape=(count, dimension))
    with protovec.connect(address) as client:
        try:
            client.create_collection(name, dimension=dimension, metric="cosine")
        except protovec.AlreadyExistsError:
            pass
        begin = time.perf_counter()
        loaded = client.collection(name).insert_many(rows(vectors))
        seconds = time.perf_counter() - begin
    if loaded.failed > 0:
        sys.exit(f"{loaded.failed} records were refused, the first with {loaded.errors[0].message}")
    records = loaded.created + loaded.updated
    print(json.dumps({"language": "python", "records": records, "seconds": round(seconds, 3)}))


def rows(vectors: npt.NDArray[np.float32]) -> Iterator[protovec.Record]:
    """The rows as records."""
    for n, row in enumerate(vectors):
        yield protovec.Record(id=str(n), content=f"record {n}", embedding=row, metadata={"n": n})


if __name__ == "__main__":
    main()
