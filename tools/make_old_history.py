"""`python -m tools.make_old_history OLDER OUT [--by COMMIT]`: a history of a schema version, for
tests/store/old_histories.

OLDER (a packed history of an earlier version) is opened by the program, which migrates it, and gets
a job, its decision and an alert that are written as the program writes them: each kept file has
lived through all versions before it. With --by, the program is that of a commit, run from its own
sources. Before a migration is added, the newest is made with the program as it is:

    python -m tools.make_old_history tests/store/old_histories/schema_11.duckdb.gz \
        tests/store/old_histories/schema_12.duckdb.gz
"""

from __future__ import annotations

import argparse
import gzip
import io
import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).parents[1]
NEEDED = ("goldmine_ingest", "sql", "config", "tests/__init__.py", "tests/histories.py")
_FIRST_NUMBER = 950  # of the jobs; below lie those that the first versions wrote


def make(older: Path, out: Path) -> int:
    """Writes the history with the program that is imported here; gives its schema version."""
    from goldmine_ingest.store.history import open_store  # of the commit, where one is named
    from tests.histories import NOON, brought

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "goldmine.duckdb"
        path.write_bytes(gzip.decompress(older.read_bytes()))
        with open_store(path, now=NOON + timedelta(days=1)) as store:
            row = store.con.execute("SELECT max(version) FROM schema_version").fetchone()
            version = int(row[0]) if row else 0
            number = _FIRST_NUMBER + version
            store.apply(brought(number, feed=f"v{version}", at_time=NOON + timedelta(days=1)))
        with gzip.GzipFile(out, "wb", mtime=0) as packed:
            packed.write(path.read_bytes())
    return version


def make_by(commit: str, older: Path, out: Path) -> None:
    """As `make`, by the program of a commit. Raises CalledProcessError."""
    packed = subprocess.run(  # noqa: S603 - our own repository, a commit that the caller names
        ["git", "archive", "--format=tar", commit, *NEEDED],  # noqa: S607
        cwd=ROOT,
        check=True,
        capture_output=True,
    ).stdout
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            archive.extractall(folder, filter="data")
        subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-P", __file__, str(older), str(out)],
            env={**os.environ, "PYTHONPATH": folder},
            check=True,
        )


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tools.make_old_history",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("older", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--by", metavar="COMMIT")
    options = parser.parse_args(arguments)
    older, out = options.older.resolve(), options.out.resolve()
    if options.by:
        make_by(options.by, older, out)
    else:
        print(f"{out}: schema version {make(older, out)}")


if __name__ == "__main__":
    main(sys.argv[1:])
