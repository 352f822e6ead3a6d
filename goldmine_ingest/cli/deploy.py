"""`goldmine deploy`: creates or updates the Prefect deployments; with --workers, also runs a worker here that takes their runs."""

from __future__ import annotations

import argparse
import os
import sys

from goldmine_ingest.cli.output import print_table
from goldmine_ingest.cli.session import Session
from goldmine_ingest.errors import UsageError


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--workers", action="store_true", help="then become a worker of their pool, until told to stop")


def run(args: argparse.Namespace, session: Session) -> int:
    project = session.project()
    session.warn(project)
    if not session.env.get("PREFECT_API_URL"):
        raise UsageError(
            "PREFECT_API_URL is not set: deployments need a Prefect server that stays",
            hint="prefect server start, then export PREFECT_API_URL=http://127.0.0.1:4200/api; or use goldmine serve, which needs none",
        )
    from flows.deploy import deploy, read_plan

    plan = read_plan(project)
    print_table(("deployment", "runs"), deploy(project, plan), session.out)
    worker = ["-m", "prefect", "worker", "start", "--pool", plan[0].pool, "--limit", str(len(plan))]
    if not args.workers:
        session.say(f"a worker takes their runs: prefect {' '.join(worker[2:])}")
        return 0
    session.out.flush()
    os.execv(sys.executable, [sys.executable, *worker])  # noqa: S606 - our own interpreter, no shell
