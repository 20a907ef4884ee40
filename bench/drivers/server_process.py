"""A server started by a driver: its process and everything that the process started."""

import ctypes
import os
import signal
import socket
import subprocess
import time

PR_SET_PDEATHSIG = 1
START_SECONDS = 120
STOP_SECONDS = 60
# Of one processor: below this it is idle.
QUIET_SHARE = 0.1


def free_port():
    """A TCP port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class ServerProcess:
    """`ready` is called until it returns without an exception; that is when the server is up.
    `user`: whom it runs as, when it refuses to run as root. Its stderr is the driver's; its stdout is dropped, as it may hold a
    line for every request."""

    def __init__(self, command, ready, environment=None, user=None):
        library = ctypes.CDLL(None)
        self.child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            env={**os.environ, **(environment or {})},
            user=user,
            cwd="/",
            # Takes the server with a driver that is killed.
            preexec_fn=lambda: library.prctl(PR_SET_PDEATHSIG, signal.SIGKILL),
        )
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                ready()
                return
            except Exception:
                if self.child.poll() is not None:
                    raise RuntimeError(f"{command[0]} ended with {self.child.returncode}")
                if time.monotonic() > deadline:
                    self.stop()
                    raise
                time.sleep(0.01)

    def stop(self, sign=signal.SIGTERM):
        if self.child.poll() is None:
            self.child.send_signal(sign)
            try:
                self.child.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.child.kill()
                self.child.wait()
                raise

    def processor_seconds(self):
        """Processor time that it and its processes took so far, those that ended included."""
        ticks = 0
        for pid in self._pids():
            try:
                with open(f"/proc/{pid}/stat") as file:
                    # The second field, the name, may hold spaces.
                    fields = file.read().rsplit(") ", 1)[1].split()
                ticks += sum(int(field) for field in fields[11:15])
            except FileNotFoundError:
                pass
        return ticks / os.sysconf("SC_CLK_TCK")

    def wait_until_quiet(self, seconds):
        """Until it has used next to no processor time for so long."""
        while True:
            before = self.processor_seconds()
            time.sleep(seconds)
            if self.processor_seconds() - before < seconds * QUIET_SHARE:
                return

    def resident_bytes(self):
        """Resident memory; what several of its processes share counts once."""
        kilobytes = 0
        pids = self._pids()
        file_name, key = ("status", "VmRSS:") if len(pids) == 1 else ("smaps_rollup", "Pss:")
        for pid in pids:
            with open(f"/proc/{pid}/{file_name}") as file:
                for line in file:
                    if line.startswith(key):
                        kilobytes += int(line.split()[1])
        return kilobytes * 1024

    def _pids(self):
        found = [self.child.pid]
        for pid in found:
            try:
                for task in os.listdir(f"/proc/{pid}/task"):
                    with open(f"/proc/{pid}/task/{task}/children") as file:
                        found.extend(int(child) for child in file.read().split())
            except FileNotFoundError:
                pass
        return found
