from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import numpy as np
import pytest
from servers import Server

import protovec
from protovec import IngestError, InvalidArgumentError, Query, Record, records_from


def records(count: int, content: str = "") -> Iterator[Record]:
    for n in range(count):
        yield Record(f"r{n}", content, [1, n])


def test_ingest_goes_on_when_the_server_is_killed(tmp_path: Path) -> None:
    server = Server(tmp_path)
    port = server.address.rpartition(":")[2]
    count, killed = 6_000, threading.Event()
    restarted: list[Server] = []

    def restart() -> None:
        killed.wait()
        server.kill()
        time.sleep(0.2)
        restarted.append(Server(tmp_path, f"127.0.0.1:{port}"))

    def told(progress: protovec.IngestProgress) -> None:
        if progress.acknowledged > 0:
            killed.set()

    def source() -> Iterator[Record]:
        for n, record in enumerate(records(count, "x" * 2000)):
            # The rest comes after the first acknowledgement, so that there is something to go on with.
            if n == count // 2:
                thread.join(60)
            yield record

    with protovec.connect(server.address) as client:
        client.create_collection("docs", dimension=2, metric="dot")
        docs = client.collection("docs")
        thread = threading.Thread(target=restart)
        thread.start()
        result = docs.ingest(source(), mode="insert", on_progress=told)
        thread.join()
        assert (result.created, result.failed, result.durable) == (count, 0, True)
        assert result.reconnects >= 1
        assert docs.count() == count
        # The same source under the same key writes nothing again.
        again = docs.ingest(records(count, "x" * 2000), mode="insert", key=result.key)
        assert (again.created, again.failed) == (count, 0)
        with pytest.raises(IngestError) as caught:
            docs.ingest(records(3), mode="insert", key=result.key)
        assert caught.value.reason == "INGEST_SOURCE_CHANGED"
        assert caught.value.result.created == count
    restarted[0].stop()


def test_ingest_tells_refusals_by_their_place(docs: protovec.Collection) -> None:
    bad = [Record("a", embedding=[1, 1]), Record("b", embedding=[1])]
    result = docs.ingest(bad)
    assert [(one.index, one.reason) for one in result.errors] == [(1, "INVALID_EMBEDDING")]
    with pytest.raises(IngestError) as caught:
        docs.ingest(bad, stop_on_refusal=True)
    assert caught.value.field_violations[0].field == "records[1].embedding"


@pytest.mark.parametrize("load", ["insert_many", "ingest"])
def test_raises_what_the_source_raises(docs: protovec.Collection, load: str) -> None:
    def source() -> Iterator[Record]:
        yield Record("a", embedding=[1, 1])
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        getattr(docs, load)(source())


def test_insert_many_takes_arrays(docs: protovec.Collection) -> None:
    vectors = np.arange(1, 2001, dtype=np.float64).reshape(1000, 2)
    told: list[int] = []
    result = docs.insert_many(
        records_from(vectors, ids=range(1000), metadata=[{"n": n} for n in range(1000)]),
        on_progress=lambda progress: told.append(progress.records),
    )
    assert result.created == 1000
    assert told[-1] == 1000
    assert docs.get("7").vector.tolist() == [15, 16]
    assert docs.get("7").metadata == {"n": 7}


def test_records_from_refuses_other_shapes() -> None:
    with pytest.raises(InvalidArgumentError, match="shape"):
        records_from(np.ones(3))
    with pytest.raises(InvalidArgumentError, match="2 values for 3"):
        records_from(np.ones((3, 2)), ids=["a", "b"])


def test_upsert_many_splits_and_tells_places(docs: protovec.Collection) -> None:
    many = list(records(2_500, "x" * 1000))
    many[2_400] = Record("bad", embedding=[1])
    results = docs.upsert_many(many)
    assert len(results) == 2_500
    assert [one.error.index for one in results if one.error] == [2_400]
    assert results[2_400].error is not None
    assert results[2_400].error.field == "records[2400].embedding"


def test_asyncio_has_the_same_calls(own_server: str, tmp_path: Path) -> None:
    async def source() -> AsyncIterator[Record]:
        for record in records(3_000, "x" * 1000):
            yield record

    async def work() -> None:
        async with protovec.aio.connect(own_server) as client:
            await client.create_collection("aio", dimension=2, metric="dot")
            docs = client.collection("aio")
            assert (await docs.insert_many(source())).created == 3_000
            assert (await docs.ingest(source())).updated == 3_000
            read = [record.id async for record in docs.export()]
            assert len(read) == 3_000
            queries = [Query([1, 1], limit=1), Query([1], limit=1), Query(record_id="r1", limit=1)]
            answers = {one.index: one async for one in docs.search_stream(queries)}
            assert answers[0].result is not None
            assert answers[0].result.hits[0].id == "r2999"
            assert answers[1].error is not None
            assert answers[1].error.reason == "INVALID_EMBEDDING"
            info = await docs.snapshots.create()
            await docs.snapshots.download(info.id, tmp_path / "aio.pb")
            merged = await docs.snapshots.merge(tmp_path / "aio.pb")
            assert (merged.created, merged.skipped) == (0, 3_000)
            uploaded = await docs.snapshots.upload(tmp_path / "aio.pb")
            assert uploaded.sha256 == info.sha256
            with pytest.raises(protovec.NotFoundError):
                await docs.get("none")
            await client.delete_collection("aio")

    asyncio.run(work())
