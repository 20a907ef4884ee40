"""A connection to a server."""

from __future__ import annotations

from types import TracebackType

import grpc

from protovec._blocking import BlockingTransport, run
from protovec._connection import DEFAULT_TIMEOUT, TLS, settings
from protovec._enums import Metric
from protovec.aio.client import Calls
from protovec.collection import Collection
from protovec.models import CollectionInfo, ServerInfo
from protovec.v1 import collection_pb2


class Client:
    """A connection to a server; one is enough for a program, and threads may share it.

    ``with`` closes it.
    """

    def __init__(self, transport: BlockingTransport) -> None:
        # The same calls as those of asyncio, over a transport that blocks; see protovec._transport.
        self._calls = Calls(transport)
        self.channel: grpc.Channel = transport.channel
        """The channel beneath, for the generated stubs in ``protovec.v1``. It sends no API key."""

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def collection(self, name: str) -> Collection:
        """Give a collection by its name. Makes no call."""
        return Collection(self._calls.collection(name))

    def server_info(self, *, timeout: float | None = None) -> ServerInfo:
        """Ask the server who it is."""
        return run(self._calls.server_info(timeout=timeout))

    def create_collection(
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
        return run(
            self._calls.create_collection(
                name,
                dimension=dimension,
                metric=metric,
                embedder=embedder,
                embedding_model=embedding_model,
                config=config,
                timeout=timeout,
            )
        )

    def get_collection(self, name: str, *, timeout: float | None = None) -> CollectionInfo:
        """Tell how a collection is. NotFoundError, reason COLLECTION_NOT_FOUND."""
        return run(self._calls.get_collection(name, timeout=timeout))

    def list_collections(self, *, timeout: float | None = None) -> list[CollectionInfo]:
        """Tell all collections."""
        return run(self._calls.list_collections(timeout=timeout))

    def delete_collection(self, name: str, *, timeout: float | None = None) -> None:
        """Delete a collection. NotFoundError, reason COLLECTION_NOT_FOUND.

        ``timeout``: None is the client's; the work grows with the collection.
        """
        return run(self._calls.delete_collection(name, timeout=timeout))

    def close(self) -> None:
        """Close the connection. Later calls fail with reason CLIENT_CLOSED."""
        return run(self._calls.close())


def connect(
    address: str,
    *,
    api_key: str | None = None,
    tls: TLS | bool | None = None,
    timeout: float = DEFAULT_TIMEOUT,
) -> Client:
    """Make a client of the server at ``host:port``, or any target that gRPC knows.

    It makes no call: the connection opens with the first one, and again by itself when it breaks.

    ``api_key`` is sent with every call, over TLS or to a server on the same machine. ``tls``: True for
    the authorities of the system, or a TLS. ``timeout``: seconds for calls with one answer; 0: none.
    Raises InvalidArgumentError for arguments that contradict or endanger each other.
    """
    return Client(BlockingTransport(settings(address, api_key, tls, timeout)))
