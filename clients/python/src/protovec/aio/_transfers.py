"""Snapshot files on their way from and to the server."""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import grpc

from protovec import _methods as methods
from protovec._packer import records_field
from protovec._snapshot_models import (
    MergeResult,
    ProgressCallback,
    SnapshotInfo,
    incomplete,
    merge_result,
    snapshot_info,
)
from protovec._transport import Transport
from protovec._wire import field
from protovec.aio._loads import only_answer
from protovec.aio._resumption import Resumption
from protovec.aio._source import Source
from protovec.errors import NotFoundError, ProtovecError, make_error
from protovec.ids import new_id
from protovec.v1 import snapshot_pb2
from protovec.v1 import snapshot_service_pb2 as messages

_UPLOAD_PIECE = 512 << 10
_MERGE_PIECE = 1 << 20


async def download(
    transport: Transport,
    collection: str,
    id: str,
    to: str | os.PathLike[str] | BinaryIO,
    on_progress: ProgressCallback | None,
) -> SnapshotInfo:
    """Write the file of a snapshot, checked."""
    request = messages.ListSnapshotsRequest(collection=collection)
    listed = await transport.unary(methods.LIST_SNAPSHOTS, request, None)
    found = next((one for one in listed.snapshots if one.snapshot_id == id), None)
    if found is None:
        what = f"collection {collection} has no snapshot {id}; list() tells those that it has"
        raise make_error(grpc.StatusCode.NOT_FOUND, what, reason="SNAPSHOT_NOT_FOUND")
    info = snapshot_info(found)
    if not isinstance(to, (str, os.PathLike)):
        await _download_to(transport, info, collection, to, on_progress)
        return info
    target = Path(to)
    partial = target.with_name(f"{target.name}.{os.urandom(4).hex()}.tmp")
    try:
        with partial.open("xb") as file:
            await _download_to(transport, info, collection, file, on_progress)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return info


async def _download_to(
    transport: Transport,
    info: SnapshotInfo,
    collection: str,
    out: BinaryIO,
    on_progress: ProgressCallback | None,
) -> None:
    digest = hashlib.sha256()
    again = Resumption()
    offset = 0
    while True:
        request = messages.DownloadSnapshotRequest(collection=collection, snapshot_id=info.id, offset=offset)
        pieces = transport.stream(methods.DOWNLOAD, request)
        try:
            async for piece in _pieces(pieces):
                if piece.offset != offset or zlib.crc32(piece.data) != piece.crc:
                    raise _damaged(f"snapshot {info.id} was damaged on its way", offset)
                out.write(piece.data)
                digest.update(piece.data)
                offset += len(piece.data)
                if on_progress is not None:
                    on_progress(offset, info.size_bytes)
            break
        except _CallFailed as failed:
            delay = again.after(failed.error, offset)
        finally:
            await pieces.aclose()
        await transport.sleep(delay)
    if digest.digest() != info.sha256:
        what = f"the SHA-256 of snapshot {info.id} is not the one that the server has on record"
        raise _damaged(what, offset)


class _CallFailed(Exception):  # noqa: N818
    """What a call failed with, apart from what a caller's file fails with."""

    def __init__(self, error: ProtovecError) -> None:
        super().__init__()
        self.error = error


async def _pieces(
    answers: AsyncGenerator[messages.DownloadSnapshotResponse, None],
) -> AsyncGenerator[messages.DownloadSnapshotResponse, None]:
    while True:
        try:
            piece = await answers.__anext__()
        except StopAsyncIteration:
            return
        except ProtovecError as error:
            raise _CallFailed(error) from error
        yield piece


def _damaged(what: str, offset: int) -> ProtovecError:
    return make_error(
        grpc.StatusCode.DATA_LOSS,
        f"{what}; download it again",
        reason="CHECKSUM_MISMATCH",
        metadata={"offset": str(offset)},
    )


@contextmanager
def _opened(file: str | os.PathLike[str] | BinaryIO) -> Iterator[BinaryIO]:
    if isinstance(file, (str, os.PathLike)):
        with open(file, "rb") as opened:
            yield opened
    else:
        yield file


async def upload(
    transport: Transport,
    collection: str,
    file: str | os.PathLike[str] | BinaryIO,
    id: str | None,
    allow_unsealed: bool,
    on_progress: ProgressCallback | None,
) -> SnapshotInfo:
    """Send a file until the server has it whole."""
    ask = id is not None
    name = id or new_id()
    with _opened(file) as content:
        digest, size = hashlib.sha256(), 0
        content.seek(0)
        while piece := content.read(_MERGE_PIECE):
            digest.update(piece)
            size += len(piece)
        head = messages.UploadSnapshotRequest(
            collection=collection,
            snapshot_id=name,
            size_bytes=size,
            sha256=digest.digest(),
            allow_unsealed=allow_unsealed,
        )
        again = Resumption()
        received = 0
        while True:
            done: snapshot_pb2.Snapshot | None = None
            try:
                if ask:
                    received, done = await _received(transport, collection, name)
                if done is None:
                    done = await _upload_from(transport, head, content, received, on_progress)
                return snapshot_info(done)
            except ProtovecError as error:
                ask = True
                delay = again.after(error, received)
            await transport.sleep(delay)


async def _received(
    transport: Transport, collection: str, id: str
) -> tuple[int, snapshot_pb2.Snapshot | None]:
    """Tell how much of an upload the server has, and the snapshot when it is whole."""
    request = messages.GetUploadRequest(collection=collection, snapshot_id=id)
    try:
        answer = await transport.unary(methods.GET_UPLOAD, request, None)
    except NotFoundError as error:
        if error.reason != "SNAPSHOT_NOT_FOUND":
            raise
        return 0, None
    return answer.received_bytes, answer.snapshot if answer.HasField("snapshot") else None


async def _upload_from(
    transport: Transport,
    head: messages.UploadSnapshotRequest,
    content: BinaryIO,
    offset: int,
    on_progress: ProgressCallback | None,
) -> snapshot_pb2.Snapshot:
    """Send what follows the offset; the first message even without data."""
    content.seek(offset)
    size = head.size_bytes
    call = transport.duplex(methods.UPLOAD)
    try:
        request = messages.UploadSnapshotRequest()
        request.CopyFrom(head)
        while True:
            data = content.read(min(_UPLOAD_PIECE, size - offset)) if offset < size else b""
            if not data and offset < size:
                raise OSError("the file became shorter while it was uploaded")
            request.offset, request.data, request.crc = offset, data, zlib.crc32(data)
            if not await call.send(request):
                break
            offset += len(data)
            if on_progress is not None:
                on_progress(offset, size)
            if offset >= size:
                break
            request = messages.UploadSnapshotRequest()
        await call.done()
        answer = await only_answer(call)
    finally:
        call.cancel()
    if not answer.HasField("snapshot"):
        raise incomplete("a snapshot")
    return answer.snapshot


async def merge_file(
    transport: Transport,
    head: messages.MergeRecordsRequest,
    file: str | os.PathLike[str] | BinaryIO,
    timeout: float | None,
) -> MergeResult:
    """Send a file to be merged."""

    async def chunks() -> AsyncGenerator[bytes, None]:
        with _opened(file) as content:
            while chunk := content.read(_MERGE_PIECE):
                yield field(b"\x12", chunk)

    # An empty file is sent too: the server tells what is wrong with it.
    return await _merge(transport, head, chunks(), field(b"\x12", b""), timeout)


async def merge_records(
    transport: Transport,
    head: messages.MergeRecordsRequest,
    source: Source,
    timeout: float | None,
) -> MergeResult:
    """Send records to be merged."""

    async def batches() -> AsyncGenerator[bytes, None]:
        records = source.messages()
        try:
            async for bodies in records:
                yield field(b"\x1a", records_field(b"\x0a", bodies))
        finally:
            await records.aclose()

    return await _merge(transport, head, batches(), field(b"\x1a", b""), timeout)


async def _merge(
    transport: Transport,
    head: messages.MergeRecordsRequest,
    pieces: AsyncGenerator[bytes, None],
    nothing: bytes,
    timeout: float | None,
) -> MergeResult:
    """Send pieces, each an encoded field; ``nothing`` when there are none."""
    start: bytes | None = head.SerializeToString()
    call: Any = transport.duplex(methods.MERGE_RECORDS, timeout)
    try:
        async for piece in pieces:
            request = (start or b"") + piece
            start = None
            if not await call.send(request):
                break
        if start is not None:
            await call.send(start + nothing)
        await call.done()
        answer = await only_answer(call)
    finally:
        call.cancel()
        await pieces.aclose()
    if not answer.HasField("result"):
        raise incomplete("the result of the merge")
    return merge_result(answer.result)
