"""Steps about snapshot files, without a server."""

from __future__ import annotations

from pathlib import Path

from conformance import convert
from conformance.convert import Json
from protovec import snapshot


def read_file(path: Path, told: Json, folder: Path) -> Json:
    with snapshot.open(
        _damaged(path, told, folder), allow_unsealed=told.get("allow_unsealed", False)
    ) as reader:
        records = [convert.json_of_record(one) for one in reader]
        header = reader.header
        return {
            "dimension": header.dimension,
            "metric": header.metric,
            "collection": header.collection,
            "embedding_model": header.embedding_model,
            "parts": reader.parts,
            "sealed": reader.sealed,
            "record_count": reader.record_count,
            "records": records,
        }


def write_file(path: Path, told: Json) -> Json:
    written = snapshot.write(
        path,
        convert.records(told["records"]),
        dimension=told["dimension"],
        metric=told.get("metric", "cosine"),
        collection=told.get("collection", ""),
        compressed=told.get("compressed", False),
    )
    return {"record_count": written.record_count}


def _damaged(path: Path, told: Json, folder: Path) -> Path:
    """Give a copy with the damage that the step asks for, or the file when it asks for none."""
    if "flip" not in told and "cut" not in told:
        return path
    content = bytearray(path.read_bytes())
    if "flip" in told:
        content[told["flip"]["at"]] ^= 1 << told["flip"]["bit"]
    if "cut" in told:
        cut = told["cut"]
        del content[cut if cut >= 0 else len(content) + cut :]
    copy = folder / "damaged.pb"
    copy.write_bytes(content)
    return copy
