"""Searches a collection while others load it.

searches.py ADDRESS COLLECTION SECONDS
"""

import statistics
import sys
import time

import numpy as np
import protovec


def main() -> None:
    if len(sys.argv) != 4:
        print("usage: run.sh ADDRESS COLLECTION SECONDS", file=sys.stderr)
        sys.exit(2)
    address, name, duration = sys.argv[1], sys.argv[2], float(sys.argv[3])
    with protovec.connect(address) as client:
        docs = client.collection(name)
        info = docs.describe()
        print(f"searching {name} for {duration:g} s", flush=True)
        random = np.random.default_rng(42)
        times: list[float] = []
        first, end = docs.count(), time.monotonic() + duration
        while time.monotonic() < end:
            vector = random.standard_normal(info.dimension, np.float32)
            begin = time.perf_counter()
            docs.search(vector, limit=10)
            times.append((time.perf_counter() - begin) * 1000)
        last = docs.count()
    print(f"{len(times)} searches, median {statistics.median(times):.1f} ms, worst {max(times):.1f} ms")
    print(f"records: {first} first, {last} last")


if __name__ == "__main__":
    main()
