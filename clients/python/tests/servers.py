"""Real servers for tests: those that the environment names, or ones of their own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[3]
GOLDEN = ROOT / "test/golden"


class Server:
    """A server of the built program, without keys and TLS."""

    def __init__(self, directory: Path, listen: str = "127.0.0.1:0") -> None:
        self.directory = directory
        program = ROOT / "dist/cli/main.js"
        node = shutil.which("node")
        if node is None or not program.exists():
            raise RuntimeError("the tests need node and dist/: npm ci && npm run build")
        command = [node, str(program), "serve", "--listen", listen, "--data-dir", str(directory)]
        self._log = tempfile.TemporaryFile()  # noqa: SIM115
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self._log, text=True)
        assert self._process.stdout is not None
        for line in self._process.stdout:
            match = re.search(r"([\w.]+:\d+)", line)
            if match:
                self.address = match[1]
                return
        raise RuntimeError("the server did not tell its address")

    def kill(self) -> None:
        """End it without a goodbye."""
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait()
        self._log.close()


def environment(name: str) -> str | None:
    """Give a variable that names a server; None when it is not set."""
    return os.environ.get(name) or None
