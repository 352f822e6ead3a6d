"""One cycle in a process of its own, which a test may kill: python -m tests.rig.one_cycle GOLDMINE_TOML NOW"""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

from goldmine_ingest import config
from goldmine_ingest.pipeline import run_cycle


def main(path: str, now: str) -> int:
    project = config.load(Path(path), env={}, cwd=Path(path).parent)
    moment = datetime.fromisoformat(now)
    return run_cycle(project, env={}, now=lambda: moment, out=sys.stdout, all_feeds=True).exit_status


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
