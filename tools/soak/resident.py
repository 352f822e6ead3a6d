"""The product in a process of its own, as `goldmine serve --no-prefect` runs it, one cycle per line
of input.

python -m tools.soak.resident CONFIG       reads {"now": "...", "all": false}, answers with what the
cycle did and what the process holds
"""

from __future__ import annotations

import gc
import io
import json
import os
import sys
import threading
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from goldmine_ingest import config
from goldmine_ingest.app import Resources, run_cycle
from goldmine_ingest.model.alert import SendResult
from goldmine_ingest.notify import Notifier
from goldmine_ingest.notify.recipients import Whom
from goldmine_ingest.render.message import Rendered
from goldmine_ingest.settings.project import Project


class Impatient(Notifier):
    """Waits for a destination that hangs (A7) for three seconds instead of twenty."""

    def send(
        self,
        destination: str,
        url: str,
        rendered: Rendered,
        *,
        deadline: timedelta = timedelta(seconds=3),
        proxy: str = "",
        whom: Whom | None = None,
    ) -> SendResult:
        return super().send(destination, url, rendered, deadline=deadline, proxy=proxy, whom=whom)


def main(path: str) -> None:
    with Resources(notifier=Impatient()) as resources:
        for line in sys.stdin:
            order = json.loads(line)
            moment = datetime.fromisoformat(order["now"])
            report = run_cycle(
                _quick(Path(path)),
                env={},
                now=partial(_given, moment),
                out=io.StringIO(),
                all_feeds=order["all"],
                resources=resources,
            )
            polls = {feed.feed: feed.outcome.value for feed in report.feeds}
            answer = {
                "polls": polls,
                "errors": {f.feed: f.error for f in report.feeds if f.error},
                "busy": bool(report.busy),
                **held(),
            }
            print(json.dumps(answer), flush=True)


def _given(moment: datetime) -> datetime:
    return moment


def _quick(path: Path) -> Project:
    """The real limits, in tenths of seconds and kilobytes."""
    project = config.load(path, env={}, cwd=path.parent)
    return replace(
        project,
        fetch=replace(
            project.fetch,
            connect_timeout=timedelta(seconds=1),
            idle_timeout=timedelta(seconds=0.5),
            total_timeout=timedelta(seconds=1),
            max_wire=400_000,
            max_body=500_000,
            concurrency=32,
            per_host=4,
        ),
    )


def held() -> dict[str, Any]:
    """What this process and its children hold now."""
    gc.collect()
    children = [
        int(pid)
        for task in Path("/proc/self/task").iterdir()
        for pid in (task / "children").read_text().split()
    ]
    return {
        "memory": resident_bytes(os.getpid()),
        "child": max((resident_bytes(pid) for pid in children), default=0),
        "threads": threading.active_count(),
        "files": len(list(Path("/proc/self/fd").iterdir())),
        "children": len(children),
    }


def resident_bytes(pid: int) -> int:
    """What a process has in memory."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    main(sys.argv[1])
