"""The driver's side of PROTOCOL.md for Python: reads requests from stdin one by one, lets a driver
carry them out, writes the answers. Stdout is the answers' alone: what libraries print goes to
stderr."""

import json
import os
import sys
import traceback

METHODS = "hello open load index search mixed restart memory disk".split()


class Unsupported(Exception):
    """The system cannot do what was asked."""


def serve(driver):
    """Serves until `close` or the end of stdin. A method that the driver lacks is `unsupported`."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def send(answer):
        answers.write(json.dumps(answer) + "\n")
        answers.flush()

    for line in sys.stdin:
        if not line.strip():
            continue
        request = json.loads(line)
        name = request.pop("request")
        if name == "close":
            break
        send(_answer(driver, name, request))
    last = {}
    try:
        driver.close()
    except Exception:
        last = {"error": traceback.format_exc()}
    send(last)
    # Threads of clients that do not end by themselves must not keep the process.
    os._exit(0)


def _answer(driver, name, request):
    method = getattr(driver, name, None) if name in METHODS else None
    if method is None:
        return {"unsupported": f"there is no {name}"}
    try:
        return method(request) if name in ("open", "load", "search", "mixed") else method()
    except Unsupported as error:
        return {"unsupported": str(error)}
    except Exception:
        return {"error": traceback.format_exc()}


def directory_size(directory):
    """Bytes of all files below a directory."""
    size = 0
    for parent, _, names in os.walk(directory):
        for name in names:
            try:
                size += os.lstat(os.path.join(parent, name)).st_size
            except FileNotFoundError:
                pass  # A server at work removes files.
    return size
