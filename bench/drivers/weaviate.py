"""Weaviate, driven through its own Python client: gRPC for searches and loads. It is started here, from
the program that peers/install.mjs builds, or reached at WEAVIATE_ADDRESS: host and port of HTTP, and
gRPC at port 50051 of that host, or at a third part of the address."""

import functools
import os
import pathlib
import subprocess
import sys
import time
import urllib.request
import uuid
from concurrent.futures import ThreadPoolExecutor

# This file is named as the package is: the package must be found first.
sys.path.append(sys.path.pop(sys.path.index(str(pathlib.Path(__file__).resolve().parent))))

import weaviate
from weaviate.classes.config import (
    Configure,
    DataType,
    Property,
    Reconfigure,
    VectorDistances,
)
from weaviate.classes.data import DataObject
from weaviate.classes.query import Filter

from driver import Unsupported, directory_size, serve
from record_files import BUCKETS, Records, read_rows
from search_loop import SearchLoop, search_beside
from server_process import ServerProcess, free_port

NAME = "Bench"
PROGRAM = pathlib.Path(__file__).resolve().parent.parent / ".cache" / "weaviate"
METRICS = {
    "cosine": VectorDistances.COSINE,
    "dot": VectorDistances.DOT,
    "euclidean": VectorDistances.L2_SQUARED,
}


GRPC_PORT = "50051"


class Weaviate:
    server = None
    client = None
    ef = None

    def __init__(self):
        self.address = os.environ.get("WEAVIATE_ADDRESS")

    def hello(self):
        lacks = ["started elsewhere: its processor time, memory, disk and restart are not seen"]
        if self.address:
            self.reach()
        return {
            "system": "weaviate",
            "version": self.client.get_meta()["version"] if self.address else version_of(PROGRAM),
            "kind": "server",
            "client": f"weaviate-client {weaviate.__version__} (gRPC); threads in two processes",
            "lacks": [
                "no fsync before it acknowledges",
                "no ef per query: it is set on the collection before a search",
                *(lacks if self.address else []),
            ],
        }

    def open(self, request):
        self.directory, self.dimension = request["directory"], request["dimension"]
        self.threads = request["threads"]
        if self.address:
            self.client.collections.delete(NAME)
        else:
            self.start()
        hnsw = {
            "ef_construction": request["expansionAdd"],
            "max_connections": request["connectivity"],
        }
        index = Configure.VectorIndex.hnsw(distance_metric=METRICS[request["metric"]], **hnsw)
        self.client.collections.create(
            NAME,
            vector_config=Configure.Vectors.self_provided(vector_index_config=index),
            properties=[
                Property(
                    name="content",
                    data_type=DataType.TEXT,
                    index_searchable=False,
                    index_filterable=False,
                ),
                Property(name="bucket", data_type=DataType.INT, index_range_filters=True),
            ],
        )
        self.loop = SearchLoop(
            self.dimension,
            functools.partial(connect, self.place),
            processes=2,
            server_cpu=None if self.address else lambda: self.server.processor_seconds(),
        )
        return {"settings": {**hnsw, "concurrent_requests": self.threads}}

    def load(self, request):
        records = Records(request, self.dimension)
        self.first = records.rows[0]
        start = time.perf_counter()
        self.insert(records, request["batch"])
        return {"records": records.count, "seconds": time.perf_counter() - start}

    def insert(self, records, batch):
        """As many batches at a time as there are threads."""
        collection = self.client.collections.get(NAME)

        def send(part_first):
            part, first = part_first
            rows = zip(records.buckets[part], records.texts[part], records.rows[part])
            result = collection.data.insert_many(
                [
                    DataObject({"content": text, "bucket": bucket}, uuid.UUID(int=first + i), row)
                    for i, (bucket, text, row) in enumerate(rows)
                ]
            )
            if result.has_errors:
                raise RuntimeError(next(iter(result.errors.values())).message)

        with ThreadPoolExecutor(self.threads) as pool:
            for _ in pool.map(send, records.batches(batch)):
                pass

    def index(self):
        # The graph is built before a record is acknowledged.
        return {"seconds": 0}

    def search(self, request):
        self.set_ef(request["ef"])
        return self.loop.run(request)

    def set_ef(self, ef):
        if ef != self.ef:
            index = Reconfigure.VectorIndex.hnsw(ef=ef)
            config = Reconfigure.Vectors.update(vector_index_config=index)
            self.client.collections.get(NAME).config.update(vector_config=config)
            self.ef = ef

    def mixed(self, request):
        self.set_ef(request["ef"])
        records = Records(request, self.dimension)
        queries = read_rows(request["queries"], self.dimension, 0, 1000)
        load = functools.partial(self.insert, records, request["batch"])
        search = self.loop.connect({"k": request["k"], "bucketBelow": BUCKETS, "payload": False})
        answer = search_beside(load, search, queries, request["everyMs"])
        return {"records": records.count, **answer}

    def restart(self):
        self.must_be_own()
        self.loop.close()
        self.close()
        start = time.perf_counter()
        self.start()
        self.loop.connect = functools.partial(connect, self.place)
        query = self.client.collections.get(NAME).query
        if not query.near_vector(self.first, limit=10).objects:
            raise RuntimeError("the first search after the restart found nothing")
        return {"seconds": time.perf_counter() - start}

    def memory(self):
        self.must_be_own()
        return {"residentBytes": self.server.resident_bytes()}

    def disk(self):
        self.must_be_own()
        return {"bytes": directory_size(self.directory)}

    def must_be_own(self):
        if self.address:
            raise Unsupported("its server was started elsewhere")

    def close(self):
        if self.client:
            if self.address:
                self.client.collections.delete(NAME)
            self.client.close()
        if self.server:
            self.server.stop()

    def reach(self):
        host, http, grpc = [*self.address.split(":"), GRPC_PORT][:3]
        self.place = (host, int(http), int(grpc))
        self.client = client_of(self.place)

    def start(self):
        http, grpc, raft, rpc, gossip, data, profile = (free_port() for _ in range(7))
        self.place = ("127.0.0.1", http, grpc)
        environment = {
            "PERSISTENCE_DATA_PATH": os.path.join(self.directory, "data"),
            "AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED": "true",
            "DISABLE_TELEMETRY": "true",
            "LOG_LEVEL": "error",
            "GRPC_PORT": str(grpc),
            "GO_PROFILING_PORT": str(profile),
            # A cluster of one; its name is in the files.
            "CLUSTER_HOSTNAME": "bench",
            "CLUSTER_BIND_ADDR": "127.0.0.1",
            "CLUSTER_ADVERTISE_ADDR": "127.0.0.1",
            "CLUSTER_GOSSIP_BIND_PORT": str(gossip),
            "CLUSTER_DATA_BIND_PORT": str(data),
            "RAFT_PORT": str(raft),
            "RAFT_INTERNAL_RPC_PORT": str(rpc),
        }
        command = [str(PROGRAM), "--host", "127.0.0.1", "--port", str(http), "--scheme", "http"]
        ready = f"http://127.0.0.1:{http}/v1/.well-known/ready"
        self.server = ServerProcess(
            command, lambda: urllib.request.urlopen(ready, timeout=5).close(), environment
        )
        self.client = client_of(self.place)


def version_of(program):
    """The version of the Go module that the program was built from."""
    described = subprocess.check_output(["go", "version", "-m", program], text=True)
    for line in described.splitlines():
        words = line.split()
        if words[1:2] == ["github.com/weaviate/weaviate"]:
            return words[2].removeprefix("v")
    return "unknown"


def client_of(place):
    return weaviate.connect_to_local(*place, skip_init_checks=True)


# One for all clients of a process, as its manual recommends.
shared_client = functools.lru_cache(maxsize=1)(client_of)


def connect(place, request):
    query = shared_client(place).collections.get(NAME).query
    options = {"limit": request["k"], "return_properties": []}
    if request["payload"]:
        options["return_properties"] = ["content"]
    if request["bucketBelow"] < BUCKETS:
        options["filters"] = Filter.by_property("bucket").less_than(request["bucketBelow"])

    def search(vector):
        return [hit.uuid.int for hit in query.near_vector(vector, **options).objects]

    return search


if __name__ == "__main__":
    serve(Weaviate())
