"""FAISS in process: IndexHNSWFlat, as a limit. Its threads are the clients; the index is one file."""

import os
import pathlib
import sys
import time

# This file is named as the package is: the package must be found first.
sys.path.append(sys.path.pop(sys.path.index(str(pathlib.Path(__file__).resolve().parent))))

import faiss
import numpy

from driver import Unsupported, directory_size, serve
from record_files import BUCKETS, Records
from search_loop import SearchLoop


class Faiss:
    index_ = None

    def hello(self):
        return {
            "system": "faiss",
            "version": faiss.__version__,
            "kind": "library",
            "client": "in process, one query a call; threads",
            "lacks": [
                "no network hop",
                "no durability: written as a whole when asked",
                "no payload",
                "no searches while records are added",
            ],
        }

    def open(self, request):
        self.path = os.path.join(request["directory"], "index.faiss")
        self.directory, self.dimension = request["directory"], request["dimension"]
        self.unit = request["metric"] == "cosine"
        metric = faiss.METRIC_L2 if request["metric"] == "euclidean" else faiss.METRIC_INNER_PRODUCT
        self.index_ = faiss.IndexHNSWFlat(self.dimension, request["connectivity"], metric)
        self.index_.hnsw.efConstruction = request["expansionAdd"]
        self.threads = request["threads"]
        faiss.omp_set_num_threads(self.threads)
        self.buckets = numpy.empty(0, numpy.uint16)
        self.loop = SearchLoop(self.dimension, self.connect)
        return {"settings": {"M": request["connectivity"], "efConstruction": request["expansionAdd"]}}

    def load(self, request):
        records = Records(request, self.dimension)
        if records.first != len(self.buckets):
            raise ValueError(f"records come in order; {len(self.buckets)} is next")
        self.first = records.rows[0]
        self.buckets = numpy.append(self.buckets, numpy.uint16(records.buckets))
        start = time.perf_counter()
        self.index_.add(self.made_ready(records.rows))
        faiss.write_index(self.index_, self.path)
        return {"records": records.count, "seconds": time.perf_counter() - start}

    def made_ready(self, rows):
        """Vectors as they are stored: for the cosine they get unit length."""
        if self.unit:
            rows = rows / numpy.linalg.norm(rows, axis=1, keepdims=True)
        return numpy.ascontiguousarray(rows, numpy.float32)

    def index(self):
        return {"seconds": 0}

    def search(self, request):
        if request["payload"]:
            raise Unsupported("it keeps no payload")
        # Each client is a thread of its own.
        faiss.omp_set_num_threads(1)
        try:
            return self.loop.run(request)
        finally:
            faiss.omp_set_num_threads(self.threads)

    def connect(self, request):
        k, below = request["k"], request["bucketBelow"]
        options = {"efSearch": max(request["ef"], k)}
        if below < BUCKETS:
            options["sel"] = faiss.IDSelectorBatch(numpy.flatnonzero(self.buckets < below))
        parameters = faiss.SearchParametersHNSW(**options)

        def search(vector):
            _, ordinals = self.index_.search(self.made_ready(vector[None]), k, params=parameters)
            return ordinals[0]

        return search

    def restart(self):
        """Reads the file; the buckets of the filter stay, as they are not the library's."""
        self.index_ = None
        start = time.perf_counter()
        self.index_ = faiss.read_index(self.path)
        self.index_.search(self.made_ready(self.first[None]), 10)
        return {"seconds": time.perf_counter() - start}

    def memory(self):
        with open("/proc/self/status") as file:
            resident = next(line for line in file if line.startswith("VmRSS:"))
        return {"residentBytes": int(resident.split()[1]) * 1024}

    def disk(self):
        return {"bytes": directory_size(self.directory)}

    def close(self):
        self.index_ = None


if __name__ == "__main__":
    serve(Faiss())
