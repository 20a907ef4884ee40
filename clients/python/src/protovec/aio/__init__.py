"""The client for asyncio: the names of ``protovec``, with coroutines and asynchronous iterations.

Loads take asynchronous sources, too::

    async with protovec.aio.connect("127.0.0.1:50051") as client:
        docs = client.collection("docs")
        await docs.insert_many(records())
        async for record in docs.export():
            print(record.id)
"""

from protovec.aio.client import Client, connect
from protovec.aio.collection import Collection
from protovec.aio.snapshots import Snapshots

__all__ = ["Client", "Collection", "Snapshots", "connect"]
