"""Loads records, searches them, takes a snapshot, reads it without the server and merges it back."""

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import protovec
from protovec import NotFoundError, Record, snapshot, where

NAME = "quickstart-python"


def main() -> None:
    address = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("PROTOVEC_ADDRESS", "127.0.0.1:50051")
    with protovec.connect(address) as client:
        try:
            client.delete_collection(NAME)
        except NotFoundError:
            pass
        # The server makes the vectors of texts.
        client.create_collection(NAME, embedder="builtin")
        notes = client.collection(NAME)
        loaded = notes.insert_many(records(Path(os.environ.get("PROTOVEC_RECORDS", "records.jsonl"))))
        print(f"loaded: {loaded.created} records, {loaded.failed} refused")

        artifacts = where.eq("topic", "noun.artifact")
        found = notes.search(content="a musical instrument with strings", filter=artifacts, limit=3)
        for hit in found.hits:
            print(f"{hit.score:.3f}  {hit.record.title}: {hit.record.content}")

        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "notes.pb"
            notes.snapshots.download(notes.snapshots.create().id, file)
            # No server is needed to read the file; its checksums are verified on the way.
            with snapshot.open(file) as reader:
                whole = reader.verify()
            print(f"snapshot: {whole.record_count} records, sealed: {whole.sealed}")
            # Every record is there already, so nothing changes.
            merged = notes.snapshots.merge(file)
            print(f"merged: {merged.created} new, {merged.skipped} kept")

        try:
            notes.get("no such record")
        except NotFoundError as error:
            print(f"as expected: {error.reason}")
        client.delete_collection(NAME)


def records(path: Path) -> Iterator[Record]:
    """One JSON object a line: id, title, content, metadata."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield Record(**json.loads(line))


if __name__ == "__main__":
    main()
