"""What `goldmine doctor` finds in the place that workers and loader share: it can be used,
nothing waits for long, what was set aside.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from goldmine_ingest.errors import UnavailableError
from goldmine_ingest.exchange.invariants import Check
from goldmine_ingest.settings.project import Project
from goldmine_ingest.workers.loader import DAMAGED
from goldmine_ingest.workers.shard import WAITING, began_in
from goldmine_ingest.workers.shared_place import Place

# Batches are taken in each minute; one that waits for so long shows that nobody loads, or that it
# is a newer program's.
_LONG = timedelta(hours=1)


def workers(project: Project, now: datetime) -> Iterator[Check]:
    """Every check of the shared place, where there is one. No batch is read."""
    if project.workers is None:
        return

    try:
        place = Place(project.workers.batches)
        waiting, aside = place.names(WAITING), place.names(DAMAGED)
    except UnavailableError as error:
        yield Check(
            "workers: shared place",
            ok=False,
            detail=f"{error.message}. {error.hint}",
            count=1,
            example=error.subject,
        )
        return
    yield _waiting(waiting, now)
    if aside:
        detail = (
            f"{len(aside)} files that couldn't be taken in, e.g. {aside[-1]}; their feeds were"
            " asked again. Look, then delete them"
        )
        yield Check(
            "workers: set aside",
            ok=True,
            detail=detail,
            count=len(aside),
            example=aside[-1],
            warning=True,
        )


def _waiting(names: list[str], now: datetime) -> Check:
    if not names:
        return Check("workers: batches", ok=True, detail="no batch waits")
    oldest = min((began for name in names if (began := began_in(name))), default=now)
    long = now - oldest > _LONG
    detail = (
        f"{len(names)} batches wait, the oldest for {(now - oldest).total_seconds() / 60:.0f} min"
    )
    detail += (
        "; does a worker take the load runs? goldmine run takes them in and says what is wrong"
        " with one"
        if long
        else ""
    )
    return Check(
        "workers: batches", ok=True, detail=detail, count=len(names), example=names[0], warning=long
    )
