"""One cycle in a process of its own, which a test may kill: python -m tests.rig.one_cycle GOLDMINE_TOML

It loads the program, writes a line, and waits for the moment (ISO 8601, a line of standard input) at which the cycle shall be: what a test
kills is the cycle, not the start of Python, and the next process can get ready meanwhile.
"""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

from goldmine_ingest import config
from goldmine_ingest.pipeline import Warm, run_cycle
from goldmine_ingest.settings.criteria import CriteriaSettings


def main(path: str) -> int:
    with Warm() as warm:
        warm.judge(CriteriaSettings())  # loads what judges
        print("ready", flush=True)
        moment = datetime.fromisoformat(sys.stdin.readline().strip())
        project = config.load(Path(path), env={}, cwd=Path(path).parent)
        return run_cycle(project, env={}, now=lambda: moment, out=sys.stderr, all_feeds=True, warm=warm).exit_status


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
