"""`goldmine deploy`: creates or updates the Prefect deployments; with --workers for workers, and
becomes one that takes their runs.
"""

from __future__ import annotations

import argparse
import os
import shlex
import sys

from goldmine_ingest.cli.output import print_table
from goldmine_ingest.cli.session import Session
from goldmine_ingest.errors import UsageError
from goldmine_ingest.runtime.optional_packages import need_package


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--workers",
        action="store_true",
        help=(
            "polling by the workers of [workers], if it is set; then become a worker, until told to"
            " stop"
        ),
    )

    parser.add_argument(
        "--yaml",
        action="store_true",
        help=(
            "change nothing; print the same deployments as a prefect.yaml for `prefect deploy"
            " --all`"
        ),
    )


def run(args: argparse.Namespace, session: Session) -> int:
    project = session.project()
    session.warn(project)
    need_package("prefect", "deployments", "goldmine serve --no-prefect works without them")
    if args.yaml:
        from goldmine_ingest.flows.deploy import as_yaml, read_plan

        print(as_yaml(project, read_plan(project)), end="", file=session.out)
        return 0
    if not session.env.get("PREFECT_API_URL"):
        raise UsageError(
            "PREFECT_API_URL is not set: deployments need a Prefect server that stays",
            hint=(
                "prefect server start, then export PREFECT_API_URL=http://127.0.0.1:4200/api; or"
                " use goldmine serve, which needs none"
            ),
        )
    from goldmine_ingest.flows.proxies import naming_proxy, spare_own_machine

    spare_own_machine(os.environ)
    from goldmine_ingest.flows.deploy import SHARDS_QUEUE, deploy, read_plan, spread

    plan = read_plan(project)
    workers = project.workers if args.workers else None
    pool, at_once = plan[0].pool, len(plan)
    if workers:
        plan, at_once = (
            spread(plan, workers.shards),
            at_once + min(workers.shards, os.cpu_count() or 1),
        )
    with naming_proxy(session.env["PREFECT_API_URL"], os.environ):
        deployed = deploy(project, plan)
    print_table(("deployment", "runs"), deployed, session.out)
    worker = ["-m", "prefect", "worker", "start", "--pool", pool, "--limit", str(at_once)]
    if workers:
        session.say(
            f"more workers, here or elsewhere: prefect worker start --pool {shlex.quote(pool)}"
            f" --work-queue {SHARDS_QUEUE}"
        )
        if "://" not in workers.batches:
            session.say(
                f"on other machines {workers.batches} must be this same folder, and"
                f" {project.config_path.resolve()} the same file"
            )
    elif args.workers:
        session.say(
            "one process polls: goldmine.toml has no [workers], which would divide the feeds"
        )
    if not args.workers:
        session.say(f"a worker takes their runs: {shlex.join(worker[1:])}")
        return 0
    session.out.flush()
    os.execv(sys.executable, [sys.executable, *worker])  # noqa: S606 - our own interpreter, no shell
