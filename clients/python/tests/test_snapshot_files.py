from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

import numpy as np
import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from hypothesis import given, settings
from hypothesis import strategies as st
from servers import GOLDEN

import protovec
from protovec import DataLossError, InvalidArgumentError, Record, snapshot

FILES = ("snapshot-v1.pb", "snapshot-v1.compressed.pb", "snapshot-v1.two-parts.pb", "snapshot-v1.unsealed.pb")


def encoded(path: Path) -> list[bytes]:
    with snapshot.open(path, allow_unsealed=True) as file:
        return list(file.encoded())


def test_writes_the_golden_file_byte_for_byte(file: Path) -> None:
    golden = GOLDEN / "snapshot-v1.pb"
    with snapshot.open(golden) as source:
        header = source.header
        written = snapshot.write(
            file,
            source.encoded(),
            dimension=header.dimension,
            metric=header.metric,
            collection=header.collection,
            embedding_model=header.embedding_model,
            created_at=Timestamp(seconds=1_790_000_000, nanos=123_456_789),
            log_sequence=header.log_sequence,
            index_config=header.index_config,
        )
    assert file.read_bytes() == golden.read_bytes()
    assert (written.record_count, written.size_bytes) == (10, golden.stat().st_size)


@pytest.mark.parametrize("compressed", [False, True])
def test_reads_what_it_wrote_over_many_blocks(file: Path, compressed: bool) -> None:
    def records() -> Iterator[Record]:
        for n in range(3000):
            yield Record(str(n), "x" * 1500, np.full(4, n + 1, np.float32), metadata={"n": n, "ok": True})

    snapshot.write(file, records(), dimension=4, compressed=compressed)
    with snapshot.open(file) as reader:
        for n, record in enumerate(reader):
            assert (record.id, record.metadata) == (str(n), {"n": n, "ok": True})
            assert record.vector.tolist() == [n + 1] * 4
        assert reader.verify() == snapshot.SnapshotSummary(3000, 1, True)


def test_keeps_times_and_revision(file: Path) -> None:
    time = datetime(2026, 1, 2, 3, 4, 5, 678901, timezone.utc)
    record = Record("a", embedding=[1], create_time=time, update_time=time, revision=2**63)
    snapshot.write(file, [record], dimension=1)
    with snapshot.open(file) as reader:
        (read,) = reader
    assert (read.create_time, read.update_time, read.revision) == (time, time, 2**63)


@pytest.mark.parametrize(
    ("record", "field"),
    [
        (Record("a", embedding=[1]), "records[1].embedding"),
        (Record("a", embedding=[0, 0]), "records[1].embedding"),
        (Record("a", embedding=[1, float("nan")]), "records[1].embedding"),
        (Record("a" * 256, embedding=[1, 0]), "records[1].id"),
        (Record("a", embedding=[1, 0], metadata={"x": float("inf")}), "records[1].metadata['x']"),
        (Record("\ud800", embedding=[1, 0]), "records[1].id"),
    ],
)
def test_refuses_what_a_server_refuses_and_leaves_no_file(file: Path, record: Record, field: str) -> None:
    with pytest.raises(InvalidArgumentError) as caught:
        snapshot.write(file, [Record("ok", embedding=[1, 0]), record], dimension=2)
    assert caught.value.field_violations[0].field == field
    assert list(file.parent.iterdir()) == []


def test_refuses_json_with_advice() -> None:
    with pytest.raises(DataLossError, match="snapshot convert"):
        snapshot.open(GOLDEN / "snapshot-v1.json")


def test_tells_where_the_damage_is(file: Path) -> None:
    content = bytearray((GOLDEN / "snapshot-v1.pb").read_bytes())
    content[1000] ^= 1
    file.write_bytes(content)
    with pytest.raises(DataLossError) as caught, snapshot.open(file) as reader:
        list(reader)
    assert caught.value.reason == "STORAGE_CORRUPTED"
    assert caught.value.metadata["file"] == str(file)
    assert int(caught.value.metadata["offset"]) > 1000
    assert caught.value.metadata["records_read"] == "0"


def read_damaged(path: Path) -> tuple[list[bytes], bool]:
    """Give the records before the damage, and whether the file was taken for whole."""
    found: list[bytes] = []
    try:
        with snapshot.open(path) as reader:
            found.extend(reader.encoded())
    except DataLossError:
        return found, False
    return found, True


@pytest.mark.parametrize("name", FILES[:3])
def test_never_takes_a_cut_or_a_flipped_bit_for_whole(file: Path, name: str) -> None:
    whole = (GOLDEN / name).read_bytes()
    records = encoded(GOLDEN / name)
    seed = random.randrange(2**32)
    print("seed", seed)
    choose = random.Random(seed)
    for at in range(0, len(whole), 3):
        file.write_bytes(whole[:at])
        found, ok = read_damaged(file)
        # A file of two parts that is cut between them is a whole file of one.
        assert found == records[: len(found)]
        assert not ok or found == records[:10] != records
        damaged = bytearray(whole)
        damaged[at] ^= 1 << choose.randrange(8)
        file.write_bytes(damaged)
        found, ok = read_damaged(file)
        assert not ok, f"the flip at {at} was not noticed"
        assert found == records[: len(found)]


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_never_fails_but_with_its_error(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(FILES))
    content = bytearray((GOLDEN / name).read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at : at + data.draw(st.integers(0, 8))] = data.draw(st.binary(max_size=16))
    import io

    try:
        reader = snapshot.open(io.BytesIO(bytes(content)), allow_unsealed=True)
        for record in reader:
            assert len(record.vector) == reader.header.dimension
    except protovec.DataLossError as error:
        assert error.reason == "STORAGE_CORRUPTED"
