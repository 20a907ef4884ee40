"""Milvus Lite as a server, driven through pymilvus over gRPC. Milvus Lite is not Milvus: it is a
rewrite of Milvus's interface in Python over FAISS, for development and tests. Its figures say nothing
about the Milvus server, which is driven by milvus.py."""

import functools
import importlib.metadata
import os
import sys
import time

from driver import directory_size, serve
from milvus import NAME, Milvus, connect
from server_process import ServerProcess, free_port

# It builds graphs in the background and does not tell when it is done: it is once it has done nothing
# for so long.
QUIET_SECONDS = 0.5


class MilvusLite(Milvus):
    server = None

    def __init__(self):
        self.uri = None

    def hello(self):
        return {
            "system": "milvus-lite",
            "version": importlib.metadata.version("milvus-lite"),
            "kind": "server",
            "client": "pymilvus (gRPC); threads in two processes",
            "lacks": [
                "not the Milvus server: a Python rewrite for development",
                "no fsync before it acknowledges",
            ],
        }

    def server_cpu(self):
        return self.server.processor_seconds()

    def open(self, request):
        self.directory = request["directory"]
        self.start()
        return super().open(request)

    def index(self):
        start = time.perf_counter()
        super().index()
        self.server.wait_until_quiet(QUIET_SECONDS)
        return {"seconds": time.perf_counter() - start - QUIET_SECONDS}

    def restart(self):
        self.loop.close()
        self.close()
        start = time.perf_counter()
        self.start()
        self.client.load_collection(NAME)
        self.loop.connect = functools.partial(connect, self.uri, self.metric)
        self.search_once()
        return {"seconds": time.perf_counter() - start}

    def memory(self):
        return {"residentBytes": self.server.resident_bytes()}

    def disk(self):
        return {"bytes": directory_size(self.directory)}

    def close(self):
        if self.server:
            self.server.stop()

    def start(self):
        port = free_port()
        self.uri = f"http://127.0.0.1:{port}"
        program = os.path.join(os.path.dirname(sys.executable), "milvus-lite")
        place = ["--data-dir", self.directory, "--host", "127.0.0.1", "--port", str(port)]
        self.server = ServerProcess([program, "server", *place], ready=self.reach)


if __name__ == "__main__":
    serve(MilvusLite())
