"""Writes python/NAME.txt (every package with its version and hash) for every python/NAME.in: one
resolution for all of them, as they share an environment. `python bench/peers/lock.py`, with the Python
that runs the drivers; the hashes are those of its platform."""

import json
import pathlib
import re
import subprocess
import sys
import tempfile

FOLDER = pathlib.Path(__file__).resolve().parent / "python"
HEADER = "# Written by lock.py for Linux on x86-64, Python 3.11.\n"


def resolve(*arguments):
    """What pip would install into an empty environment, by name: version and hash."""
    with tempfile.NamedTemporaryFile(suffix=".json") as report:
        dry = ["install", "--quiet", "--dry-run", "--ignore-installed", "--report", report.name]
        subprocess.run([sys.executable, "-m", "pip", *dry, *arguments], check=True)
        found = json.load(report)["install"]
    packages = {}
    for package in found:
        name = re.sub(r"[-_.]+", "-", package["metadata"]["name"]).lower()
        digest = package["download_info"]["archive_info"]["hashes"]["sha256"]
        packages[name] = (package["metadata"]["version"], digest)
    return packages


def main():
    inputs = sorted(FOLDER.glob("*.in"))
    everything = resolve(*(word for path in inputs for word in ("-r", str(path))))
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as constraints:
        constraints.writelines(f"{name}=={version}\n" for name, (version, _) in everything.items())
        constraints.flush()
        for path in inputs:
            packages = resolve("-r", str(path), "-c", constraints.name)
            lines = (
                f"{name}=={version} --hash=sha256:{digest}\n"
                for name, (version, digest) in sorted(packages.items())
            )
            path.with_suffix(".txt").write_text(HEADER + "".join(lines))


main()
