"""`python -m tools.bench.resident CONFIG CYCLES`: what a cycle costs in a process that stays, as
`goldmine serve` does.

Every feed is asked in each cycle, and the configuration is looked at before it. Prints one JSON
list: the CPU seconds (user and system, threads included) of each cycle after the first two, which
load what later ones have. tools.bench.cycle runs it beside the other script.
"""

from __future__ import annotations

import io
import json
import os
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from goldmine_ingest.app import Resources, run_cycle
from goldmine_ingest.config.current import CurrentProject
from goldmine_ingest.runtime.redaction import Redactor


def cycles(path: Path, count: int) -> list[float]:
    """The CPU seconds of each cycle but the first two. Raises SystemExit where a cycle has a
    problem: its cost would be another's.
    """
    redactor, current = Redactor(), CurrentProject(path, env=os.environ, cwd=path.parent)
    used = []
    with Resources() as resources:
        for _ in range(count + 2):
            began = time.process_time()
            report = run_cycle(
                current.read(),
                env=os.environ,
                now=lambda: datetime.now(UTC),
                out=io.StringIO(),
                all_feeds=True,
                redactor=redactor,
                resources=resources,
            )
            used.append(time.process_time() - began)
            if report.problems or report.busy:
                raise SystemExit(f"a cycle failed: {report.problems or report.busy}")
    return used[2:]


def main(arguments: Sequence[str]) -> None:
    path, count = arguments
    print(json.dumps(cycles(Path(path), int(count))))


if __name__ == "__main__":
    main(sys.argv[1:])
