"""The load of `search` and `mixed` requests for systems whose Python client blocks: one thread a
client, in one or several processes (a Python process uses about one core for its own work).

`connect(request)` gives the `search(vector)` of one client, which returns ordinals, best first; in the
manner `batch`, for a loop that `batches`, a function of several vectors that returns as many lists. It
is called in the process that uses it, so it must be picklable: a function of the driver's module, or
a functools.partial of one."""

import multiprocessing
import resource
import threading
import time

import numpy

from driver import Unsupported
from record_files import read_rows


class SearchLoop:
    """`processes`: how many share the clients, 1 to stay in this process. `batches`: whether several
    queries travel in one call when that is asked for."""

    def __init__(self, dimension, connect, processes=1, server_cpu=None, batches=False):
        self.dimension = dimension
        self.connect = connect
        self.processes = processes
        self.server_cpu = server_cpu
        self.batches = batches
        self.pipes = []

    def run(self, request):
        self._check(request)
        rows = read_rows(request["queries"], self.dimension, request["from"], request["count"])
        share = _shares(request["clients"], min(self.processes, request["clients"]))
        if len(share) == 1:
            job = _Job(self.connect, request, rows, share[0])
            job.prepare()
            server = self._server_now()
            start = time.perf_counter()
            latencies, cpu, found = job.run()
        else:
            pipes = self._workers(len(share))
            try:
                for pipe, clients in zip(pipes, share):
                    pipe.send((self.connect, request, rows, clients))
                for pipe in pipes:
                    _receive(pipe)
                server = self._server_now()
                start = time.perf_counter()
                for pipe in pipes:
                    pipe.send("start")
                done = [_receive(pipe) for pipe in pipes]
            except Exception:
                self.close()  # The others may be anywhere.
                raise
            latencies = numpy.concatenate([part for part, _, _ in done])
            cpu = sum(part for _, part, _ in done)
            found = [pair for _, _, part in done for pair in part]
        seconds = time.perf_counter() - start
        if request["answers"] is not None:
            _write(request, found)
        return {
            **latency_figures(latencies),
            "seconds": seconds,
            "clientCpuSeconds": cpu,
            "serverCpuSeconds": None if server is None else self._server_now() - server,
        }

    def _check(self, request):
        manner = request.get("manner", "unary")
        if manner == "stream":
            raise Unsupported("it has no stream of searches")
        if manner == "batch" and not self.batches:
            raise Unsupported("it takes one search a call")
        if request.get("generator", "client") == "raw":
            raise Unsupported("its messages are made by its client alone")

    def close(self):
        """Ends the worker processes."""
        for pipe in self.pipes:
            pipe.close()
        self.pipes = []

    def _server_now(self):
        return None if self.server_cpu is None else self.server_cpu()

    def _workers(self, count):
        """Processes that are kept, since starting one takes longer than many a measurement."""
        context = multiprocessing.get_context("spawn")
        while len(self.pipes) < count:
            ours, theirs = context.Pipe()
            context.Process(target=_work, args=(theirs,), daemon=True).start()
            self.pipes.append(ours)
        return self.pipes[:count]


class _Job:
    """The part of a request that one process carries out with the clients `share`."""

    def __init__(self, connect, request, rows, share):
        self.connect, self.request, self.rows, self.share = connect, request, rows, share
        self.is_batch = request.get("manner", "unary") == "batch"

    def prepare(self):
        """Connects every client and searches once, so that no connection is made under the clock."""
        self.searches = [self.connect(self.request) for _ in self.share]
        for search in self.searches:
            search(self.rows[:1] if self.is_batch else self.rows[0])

    def run(self):
        before = _processor_seconds()
        results = [None] * len(self.share)

        work = self._search_many if self.is_batch else self._search

        def one(place):
            try:
                results[place] = work(self.searches[place], self.share[place])
            except Exception as error:
                results[place] = error

        threads = [threading.Thread(target=one, args=(i,)) for i in range(1, len(self.share))]
        for thread in threads:
            thread.start()
        one(0)
        for thread in threads:
            thread.join()
        for result in results:
            if isinstance(result, Exception):
                raise result
        latencies = numpy.concatenate([latency for latency, _ in results])
        found = [pair for _, part in results for pair in part]
        return latencies, _processor_seconds() - before, found

    def _search(self, search, client):
        rows, clients = self.rows, self.request["clients"]
        count, latencies, found = len(rows), [], []
        now = time.perf_counter()
        if self.request["answers"] is not None:
            for query in range(client, count, clients):
                found.append((query, search(rows[query])))
                begun, now = now, time.perf_counter()
                latencies.append(now - begun)
            return numpy.array(latencies), found
        deadline = now + self.request["seconds"]
        query = client * count // clients
        while now < deadline:
            search(rows[query])
            query = (query + 1) % count
            begun, now = now, time.perf_counter()
            latencies.append(now - begun)
        return numpy.array(latencies), found

    def _search_many(self, search, client):
        """As `_search` does, `width` queries a call; each of them takes as long as the call."""
        rows, clients, width = self.rows, self.request["clients"], self.request["width"]
        count, latencies, found = len(rows), [], []
        once = self.request["answers"] is not None
        deadline = time.perf_counter() + self.request["seconds"]
        first = client * width
        while first < count if once else time.perf_counter() < deadline:
            if not once and first + width > count:
                first = 0
            part = rows[first : first + width]
            begun = time.perf_counter()
            answers = search(part)
            latencies.extend([time.perf_counter() - begun] * len(part))
            if once:
                found.extend((first + i, answer) for i, answer in enumerate(answers))
            first += clients * width
        return numpy.array(latencies), found


def search_beside(load, search, queries, every_ms):
    """Searches every `every_ms` while `load()` runs in another thread: a `mixed` answer's figures."""
    failed, latencies = [], []

    def run():
        try:
            load()
        except Exception as error:
            failed.append(error)

    start = time.perf_counter()
    thread = threading.Thread(target=run)
    thread.start()
    query = 0
    while thread.is_alive():
        begun = time.perf_counter()
        search(queries[query % len(queries)])
        latencies.append(time.perf_counter() - begun)
        query += 1
        thread.join(every_ms / 1000)
    if failed:
        raise failed[0]
    figures = latency_figures(numpy.array(latencies))
    return {"seconds": time.perf_counter() - start, "searches": figures.pop("queries"), **figures}


def latency_figures(seconds):
    in_order = numpy.sort(seconds) * 1000

    def percentile(percent):
        return float(in_order[min(len(in_order) - 1, percent * len(in_order) // 100)])

    return {
        "queries": len(in_order),
        "p50Ms": percentile(50),
        "p95Ms": percentile(95),
        "p99Ms": percentile(99),
    }


def _work(pipe):
    """A worker process: one job after the other until the pipe closes."""
    while True:
        try:
            job = _Job(*pipe.recv())
        except EOFError:
            return
        try:
            job.prepare()
            pipe.send(None)
            pipe.recv()
            pipe.send(job.run())
        except EOFError:
            return
        except Exception as error:
            pipe.send(RuntimeError(repr(error)))


def _receive(pipe):
    answer = pipe.recv()
    if isinstance(answer, Exception):
        raise answer
    return answer


def _shares(clients, processes):
    """The numbers of the clients, dealt out."""
    return [list(range(process, clients, processes)) for process in range(processes)]


def _processor_seconds():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def _write(request, found):
    answers = numpy.full((request["count"], request["k"]), -1, "<i4")
    for query, ordinals in found:
        answers[query, : len(ordinals)] = ordinals[: request["k"]]
    answers.tofile(request["answers"])
