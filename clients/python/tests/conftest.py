from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from servers import Server

import protovec


@pytest.fixture(scope="session")
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server that unit tests share; each has collections of its own."""
    server = Server(tmp_path_factory.mktemp("data"))
    yield server.address
    server.stop()


@pytest.fixture
def client(own_server: str) -> Iterator[protovec.Client]:
    with protovec.connect(own_server) as client:
        yield client


@pytest.fixture
def docs(client: protovec.Client, request: pytest.FixtureRequest) -> protovec.Collection:
    """An empty collection of two dimensions for one test."""
    name = "".join(letter for letter in request.node.name if letter.isalnum())[:60]
    client.create_collection(name, dimension=2)
    return client.collection(name)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "docs.pb"
