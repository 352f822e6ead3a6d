"""Plans: what the loader tells each shard of its feeds, in the shared place. A worker rests on
nothing that isn't committed.

Each shard's plan is one file, replaced after each load: the feeds with their states (validators,
when due) and current entries.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from goldmine_ingest.errors import UnavailableError
from goldmine_ingest.settings.project import Project
from goldmine_ingest.store.engine import duckdb
from goldmine_ingest.store.history import Store
from goldmine_ingest.store.plans import Plan, read_plan, write_plan
from goldmine_ingest.workers.shard_of_feed import divide, hosts_of
from goldmine_ingest.workers.shared_place import Place

PLANS = "plans"


def plan_name(shard: int) -> str:
    return f"{PLANS}/shard-{shard:04d}.parquet"


def draw_up(
    project: Project, env: Mapping[str, str], shards: int, store: Store
) -> dict[str, bytes]:
    """The plan of each shard, by its file's name."""
    plans = {}
    with tempfile.TemporaryDirectory(prefix="goldmine-") as folder:
        for shard, feeds in enumerate(divide(hosts_of(project, env), shards)):
            file = Path(folder) / "plan.parquet"
            write_plan(store, feeds, file)
            plans[plan_name(shard)] = file.read_bytes()
    return plans


def publish_plans(place: Place, plans: Mapping[str, bytes]) -> None:
    """Puts the plans into the shared place, and takes away those of shards that there aren't any
    more.
    """
    for name, content in plans.items():
        place.write(name, content)
    for name in place.names(PLANS):
        if name not in plans:
            place.remove(name)


def read_shard(place: Place, shard: int) -> Plan:
    """The plan of a shard; empty before the first load. Raises UnavailableError."""
    content = place.read(plan_name(shard))
    if content is None:
        return Plan()
    with (
        tempfile.TemporaryDirectory(prefix="goldmine-") as folder,
        duckdb.connect(":memory:") as con,
    ):
        file = Path(folder) / "plan.parquet"
        file.write_bytes(content)
        try:
            con.execute(
                "SET TimeZone = 'UTC'; SET enable_progress_bar = false"
            )  # it would go to standard output
            return read_plan(con, file)
        except (duckdb.Error, TypeError, KeyError, ValueError) as error:
            hint = (
                "do the loader and this worker run the same version? The next load writes it anew"
            )
            raise UnavailableError(
                f"{plan_name(shard)} can't be read ({type(error).__name__})", hint=hint
            ) from error
