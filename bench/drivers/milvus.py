"""Milvus through pymilvus over gRPC, on a server that runs already: the address (host and gRPC port)
comes in MILVUS_ADDRESS. What is here also drives Milvus Lite (milvus-lite.py), which speaks the same
schema; no figure of the server itself was taken where it could not be had."""

import functools
import os
import time

from pymilvus import DataType, MilvusClient

from driver import serve
from record_files import BUCKETS, Records, read_rows
from search_loop import SearchLoop, search_beside

NAME = "bench"
METRICS = {"cosine": "COSINE", "dot": "IP", "euclidean": "L2"}
TEXT_BYTES = 65_535
POLL_SECONDS = 0.02
REQUEST_SECONDS = 600


class Milvus:
    def __init__(self):
        self.uri = f"http://{os.environ.get('MILVUS_ADDRESS', '')}"

    def hello(self):
        self.reach()
        return {
            "system": "milvus",
            "version": self.client.get_server_version(),
            "kind": "server",
            "client": "pymilvus (gRPC); threads in two processes",
            "lacks": [
                "started elsewhere: its processor time, memory, disk and restart are not seen"
            ],
        }

    # Processor seconds of the server so far, where it is seen.
    server_cpu = None

    def open(self, request):
        self.dimension, self.metric = request["dimension"], METRICS[request["metric"]]
        self.reach()
        self.client.drop_collection(NAME)
        schema = MilvusClient.create_schema(auto_id=False)
        schema.add_field("id", DataType.INT64, is_primary=True)
        schema.add_field("bucket", DataType.INT64)
        schema.add_field("content", DataType.VARCHAR, max_length=TEXT_BYTES)
        schema.add_field("embedding", DataType.FLOAT_VECTOR, dim=self.dimension)
        self.client.create_collection(NAME, schema=schema)
        hnsw = {"M": request["connectivity"], "efConstruction": request["expansionAdd"]}
        indexes = self.client.prepare_index_params()
        indexes.add_index("embedding", "HNSW", metric_type=self.metric, params=hnsw)
        self.client.create_index(NAME, indexes)
        self.client.load_collection(NAME)
        self.loop = SearchLoop(
            self.dimension,
            functools.partial(connect, self.uri, self.metric),
            processes=2,
            server_cpu=self.server_cpu,
            batches=True,
        )
        return {"settings": hnsw}

    def load(self, request):
        records = Records(request, self.dimension)
        self.first = records.rows[0]
        start = time.perf_counter()
        self.insert(records, request["batch"])
        return {"records": records.count, "seconds": time.perf_counter() - start}

    def insert(self, records, batch):
        for part, first in records.batches(batch):
            rows = zip(records.buckets[part], records.texts[part], records.rows[part])
            entries = [
                {"id": first + i, "bucket": bucket, "content": text, "embedding": vector}
                for i, (bucket, text, vector) in enumerate(rows)
            ]
            self.client.insert(NAME, entries)

    def index(self):
        """Writes what lies in memory to a segment and waits until all of it is indexed."""
        start = time.perf_counter()
        self.client.flush(NAME)
        while self.client.describe_index(NAME, "embedding")["pending_index_rows"] > 0:
            time.sleep(POLL_SECONDS)
        self.search_once()
        return {"seconds": time.perf_counter() - start}

    def search_once(self):
        request = {"k": 10, "ef": 64, "bucketBelow": BUCKETS, "payload": False}
        if not connect(self.uri, self.metric, request)(self.first):
            raise RuntimeError("a search found nothing")

    def search(self, request):
        return self.loop.run(request)

    def mixed(self, request):
        records = Records(request, self.dimension)
        queries = read_rows(request["queries"], self.dimension, 0, 1000)
        search = self.loop.connect({**request, "bucketBelow": BUCKETS, "payload": False})
        load = functools.partial(self.insert, records, request["batch"])
        answer = search_beside(load, search, queries, request["everyMs"])
        return {"records": records.count, **answer}

    def close(self):
        self.client.drop_collection(NAME)

    def reach(self):
        self.client = client_of(self.uri)
        self.client.list_collections()


def client_of(uri):
    return MilvusClient(uri=uri, timeout=REQUEST_SECONDS)


# One for all clients of a process.
shared_client = functools.lru_cache(maxsize=1)(client_of)


def connect(uri, metric, request):
    client = shared_client(uri)
    parameters = {"metric_type": metric, "params": {"ef": request["ef"]}}
    options = {"limit": request["k"], "search_params": parameters, "output_fields": []}
    if request["payload"]:
        options["output_fields"] = ["content"]
    if request["bucketBelow"] < BUCKETS:
        options["filter"] = f"bucket < {request['bucketBelow']}"

    def search_many(vectors):
        found = client.search(NAME, list(vectors), **options)
        return [[hit["id"] for hit in hits] for hits in found]

    if request.get("manner") == "batch":
        return search_many
    return lambda vector: search_many([vector])[0]


if __name__ == "__main__":
    serve(Milvus())
