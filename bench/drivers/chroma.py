"""Chroma in server mode: `chroma run`, driven through its own Python client over HTTP."""

import functools
import importlib.metadata
import os
import sys
import time

import chromadb
from chromadb.config import Settings

from driver import directory_size, serve
from record_files import BUCKETS, Records, read_rows
from search_loop import SearchLoop, search_beside
from server_process import ServerProcess, free_port

NAME = "bench"
SPACES = {"cosine": "cosine", "dot": "ip", "euclidean": "l2"}
# Bringing the graph to disk every so many records, as is its default.
SYNC_THRESHOLD = 1000


class Chroma:
    server = None
    ef = None

    def hello(self):
        return {
            "system": "chroma",
            "version": importlib.metadata.version("chromadb"),
            "kind": "server",
            "client": "chromadb.HttpClient; threads in two processes",
            "lacks": [
                "no ef per query: it is set on the collection, and the server started anew",
                "no searches of an empty collection",
            ],
        }

    def open(self, request):
        self.directory, self.dimension = request["directory"], request["dimension"]
        self.metric = request["metric"]
        self.start()
        hnsw = {
            "space": SPACES[self.metric],
            "max_neighbors": request["connectivity"],
            "ef_construction": request["expansionAdd"],
            "num_threads": request["threads"],
            "sync_threshold": SYNC_THRESHOLD,
        }
        self.collection = self.client.create_collection(
            NAME, configuration={"hnsw": hnsw}, embedding_function=None
        )
        self.loop = SearchLoop(
            self.dimension,
            functools.partial(connect, self.port),
            processes=2,
            server_cpu=lambda: self.server.processor_seconds(),
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
        batch = min(batch, self.client.get_max_batch_size())
        for part, first in records.batches(batch):
            buckets = records.buckets[part]
            self.collection.add(
                ids=[str(first + i) for i in range(len(buckets))],
                embeddings=records.rows[part],
                metadatas=[{"bucket": bucket} for bucket in buckets],
                documents=records.texts[part],
            )

    def index(self):
        # A search first brings everything that was acknowledged into the graph.
        start = time.perf_counter()
        self.query(self.first, 10)
        return {"seconds": time.perf_counter() - start}

    def search(self, request):
        self.set_ef(request["ef"])
        return self.loop.run(request)

    def set_ef(self, ef):
        """A graph in memory keeps the ef that it was opened with: the server starts anew."""
        if ef != self.ef:
            self.collection.modify(configuration={"hnsw": {"ef_search": ef}})
            self.start_again()
            self.ef = ef

    def mixed(self, request):
        """One batch goes before the searches: an empty collection refuses them."""
        self.set_ef(request["ef"])
        first, batch = request["from"], request["batch"]
        before = Records({**request, "count": batch}, self.dimension)
        rest = {**request, "from": first + batch, "count": request["count"] - batch}
        records = Records(rest, self.dimension)
        queries = read_rows(request["queries"], self.dimension, 0, 1000)
        start = time.perf_counter()
        self.insert(before, batch)
        load = functools.partial(self.insert, records, batch)
        search = functools.partial(self.query, limit=request["k"])
        answer = search_beside(load, search, queries, request["everyMs"])
        answer["seconds"] = time.perf_counter() - start
        return {"records": request["count"], **answer}

    def query(self, vector, limit):
        answer = self.collection.query(query_embeddings=vector[None], n_results=limit, include=[])
        return answer["ids"][0]

    def restart(self):
        self.server.stop()
        start = time.perf_counter()
        self.start_again()
        if not self.query(self.first, 10):
            raise RuntimeError("the first search after the restart found nothing")
        return {"seconds": time.perf_counter() - start}

    def start_again(self):
        self.loop.close()
        self.server.stop()
        self.start()
        self.collection = self.client.get_collection(NAME, embedding_function=None)
        self.loop.connect = functools.partial(connect, self.port)

    def memory(self):
        return {"residentBytes": self.server.resident_bytes()}

    def disk(self):
        return {"bytes": directory_size(self.directory)}

    def close(self):
        if self.server:
            self.server.stop()

    def start(self):
        self.port = free_port()
        program = os.path.join(os.path.dirname(sys.executable), "chroma")
        command = [program, "run", "--path", self.directory, "--host", "127.0.0.1"]
        self.server = ServerProcess(
            [*command, "--port", str(self.port)],
            ready=self.reach,
            environment={"ANONYMIZED_TELEMETRY": "False", "RUST_LOG": "error"},
        )

    def reach(self):
        self.client = client_of(self.port)


def client_of(port):
    settings = Settings(anonymized_telemetry=False)
    return chromadb.HttpClient(host="127.0.0.1", port=port, settings=settings)


# One for all clients of a process: it keeps a pool of connections.
shared_client = functools.lru_cache(maxsize=1)(client_of)


def connect(port, request):
    collection = shared_client(port).get_collection(NAME, embedding_function=None)
    options = {"n_results": request["k"], "include": []}
    if request["payload"]:
        options["include"] = ["documents"]
    if request["bucketBelow"] < BUCKETS:
        options["where"] = {"bucket": {"$lt": request["bucketBelow"]}}

    def search_many(vectors):
        answer = collection.query(query_embeddings=vectors, **options)
        return [[int(name) for name in names] for names in answer["ids"]]

    if request.get("manner") == "batch":
        return search_many
    return lambda vector: search_many(vector[None])[0]


if __name__ == "__main__":
    serve(Chroma())
