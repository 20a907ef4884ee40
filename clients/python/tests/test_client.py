from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from servers import ROOT

import protovec
from protovec import Query, Record, where
from protovec._codec import encode
from protovec._connection import on_this_machine
from protovec.v1 import record_pb2


def test_encodes_as_protobuf_does() -> None:
    metadata: dict[str, Any] = {
        "a": "ß", "b": 0, "c": -1, "d": 2**63 - 1, "e": 0.5, "f": True, "g": ["x", ""], "h": np.int64(7)
    }  # fmt: skip
    vector = np.arange(400, dtype=np.float32)
    record = Record("i" * 200, "text", vector, "title", metadata, "", "md")
    message = record_pb2.VectorRecord.FromString(encode(record))
    assert message.id == record.id
    assert message.HasField("file_path")
    assert list(message.embedding) == vector.tolist()
    assert list(message.metadata["g"].list_value.values) == ["x", ""]
    assert (message.metadata["c"].int_value, message.metadata["d"].int_value) == (-1, 2**63 - 1)
    assert message.metadata["h"].int_value == 7
    assert message.metadata["f"].WhichOneof("kind") == "bool_value"
    assert message.SerializeToString(deterministic=True) == encode(record)


@pytest.mark.parametrize(
    ("record", "field"),
    [
        (Record(metadata={"x": object()}), "record.metadata['x']"),  # type: ignore[dict-item]
        (Record(metadata={"x": 2**63}), "record.metadata['x']"),
        (Record(embedding=np.ones((2, 2))), "record.embedding"),
        (Record(embedding=["x"]), "record.embedding"),  # type: ignore[list-item]
        (Record(content="\ud800"), "record.content"),
    ],
)
def test_refuses_records_before_they_are_sent(docs: protovec.Collection, record: Record, field: str) -> None:
    with pytest.raises(protovec.InvalidArgumentError) as caught:
        docs.upsert(record)
    assert caught.value.field_violations[0].field == field


def test_makes_ids_that_sort() -> None:
    ids = [protovec.new_id() for _ in range(10_000)]
    assert ids == sorted(set(ids))
    assert ids[0][14] == "7"


@pytest.mark.parametrize(
    "address", ["localhost:1", "127.0.0.2:1", "[::1]:1", "unix:/tmp/x", "dns:///localhost:1"]
)
def test_sends_a_key_to_this_machine(address: str) -> None:
    assert on_this_machine(address)


@pytest.mark.parametrize("address", ["example.com:1", "10.0.0.1:1", "localhost.example.com:1", "[::2]:1"])
def test_refuses_to_send_a_key_in_plain_text(address: str) -> None:
    with pytest.raises(protovec.InvalidArgumentError, match="plain text") as caught:
        protovec.connect(address, api_key="secret-key")
    assert "secret-key" not in str(caught.value)


def test_tells_that_the_server_is_not_there() -> None:
    with protovec.connect("127.0.0.1:1", timeout=20) as client, pytest.raises(protovec.UnavailableError):
        client.server_info()


def test_tells_that_it_is_closed(own_server: str) -> None:
    client = protovec.connect(own_server)
    client.close()
    with pytest.raises(protovec.ProtovecError) as caught:
        client.server_info()
    assert caught.value.reason == "CLIENT_CLOSED"


def test_tells_the_fields_of_an_error(docs: protovec.Collection) -> None:
    with pytest.raises(protovec.InvalidArgumentError) as caught:
        docs.search([1, 0], limit=100_000)
    assert caught.value.field_violations[0].field == "limit"


def test_search_stream_answers_while_queries_come(docs: protovec.Collection) -> None:
    docs.upsert(Record("a", embedding=[1, 0]))
    seen: list[str] = []

    def queries() -> Iterator[Query]:
        yield Query([1, 0])
        yield Query()
        yield Query([1, 0], filter=where.eq("x", 1))

    answers = {}
    for answer in docs.search_stream(queries()):
        answers[answer.index] = answer
        seen.append("answer")
    assert answers[0].result is not None
    assert answers[0].result.hits[0].id == "a"
    assert answers[1].error is not None
    assert answers[2].result is not None
    assert answers[2].result.hits == []
    assert list(docs.search_stream([])) == []


def test_search_stream_raises_what_its_source_raises(docs: protovec.Collection) -> None:
    def queries() -> Iterator[Query]:
        yield Query([1, 0])
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        list(docs.search_stream(queries()))


def test_search_stream_is_left_early(docs: protovec.Collection) -> None:
    docs.upsert(Record("a", embedding=[1, 0]))
    stream = docs.search_stream(Query([1, 0]) for _ in range(10_000))
    next(stream)
    stream.close()
    assert docs.count() == 1


def test_has_the_published_service_config() -> None:
    own = ROOT / "clients/python/src/protovec/service-config.json"
    assert own.read_bytes() == (ROOT / "docs/service-config.json").read_bytes()
