"""A connection to a server, under asyncio."""

from __future__ import annotations

from types import TracebackType

import grpc.aio

from protovec import _methods as methods
from protovec._connection import DEFAULT_TIMEOUT, TLS, settings
from protovec._enums import Metric
from protovec._transport import Transport
from protovec.aio._requests import create_request
from protovec.aio._transport import AioTransport
from protovec.aio.collection import Collection
from protovec.models import CollectionInfo, ServerInfo, collection_info
from protovec.v1 import collection_pb2, collection_service_pb2, server_service_pb2


class Calls:
    """The calls of a connection, whatever its transport."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def collection(self, name: str) -> Collection:
        """Give a collection by its name. Makes no call."""
        return Collection(self._transport, name)

    async def server_info(self, *, timeout: float | None = None) -> ServerInfo:
        """Ask the server who it is."""
        request = server_service_pb2.GetServerInfoRequest()
        answer = await self._transport.unary(methods.SERVER_INFO, request, timeout)
        return ServerInfo(answer.version, answer.snapshot_format_version)

    async def create_collection(
        self,
        name: str,
        *,
        dimension: int = 0,
        metric: Metric = "cosine",
        embedder: str | None = None,
        embedding_model: str = "",
        config: collection_pb2.CollectionConfig | None = None,
        timeout: float | None = None,
    ) -> CollectionInfo:
        """Create a collection. AlreadyExistsError when there is one of this name.

        ``dimension``: length of every embedding; 0 with an embedder that knows its own. ``embedder``:
        ``"builtin"`` for the one in the server. ``config``: anything else, such as the index; what the
        other arguments say is put into a copy of it.
        """
        request = create_request(name, dimension, metric, embedder, embedding_model, config)
        answer = await self._transport.unary(methods.CREATE_COLLECTION, request, timeout)
        return collection_info(answer.collection)

    async def get_collection(self, name: str, *, timeout: float | None = None) -> CollectionInfo:
        """Tell how a collection is. NotFoundError, reason COLLECTION_NOT_FOUND."""
        return await self.collection(name).describe(timeout=timeout)

    async def list_collections(self, *, timeout: float | None = None) -> list[CollectionInfo]:
        """Tell all collections."""
        request = collection_service_pb2.ListCollectionsRequest()
        answer = await self._transport.unary(methods.LIST_COLLECTIONS, request, timeout)
        return [collection_info(one) for one in answer.collections]

    async def delete_collection(self, name: str, *, timeout: float | None = None) -> None:
        """Delete a collection. NotFoundError, reason COLLECTION_NOT_FOUND.

        ``timeout``: None is the client's; the work grows with the collection.
        """
        request = collection_service_pb2.DeleteCollectionRequest(collection=name)
        await self._transport.unary(methods.DELETE_COLLECTION, request, timeout)

    async def close(self) -> None:
        """Close the connection. Later calls fail with reason CLIENT_CLOSED."""
        await self._transport.close()


class Client(Calls):
    """A connection to a server; one is enough for a program. ``async with`` closes it."""

    def __init__(self, transport: AioTransport) -> None:
        super().__init__(transport)
        self.channel: grpc.aio.Channel = transport.channel
        """The channel beneath, for the generated stubs in ``protovec.v1``. It sends no API key."""

    async def __aenter__(self) -> Client:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()


def connect(
    address: str,
    *,
    api_key: str | None = None,
    tls: TLS | bool | None = None,
    timeout: float = DEFAULT_TIMEOUT,
) -> Client:
    """Make a client of the server at ``host:port``, to be used under the running event loop.

    The arguments are those of ``protovec.connect``.
    """
    return Client(AioTransport(settings(address, api_key, tls, timeout)))
