"""What the loader does with the shared place: takes each waiting batch in exactly once, and writes the next plans.

A batch's note is committed with what it brought; its file is deleted afterwards. A kill between the two leaves a file that is known as
taken.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager

from goldmine_ingest.crash_points import reach
from goldmine_ingest.errors import GoldmineError, UnavailableError
from goldmine_ingest.pipeline.taking import Taking
from goldmine_ingest.pipeline.workers.batch import DamagedBatchError, NewerBatchError, decode
from goldmine_ingest.pipeline.workers.place import Place
from goldmine_ingest.pipeline.workers.plan import draw_up, publish_plans
from goldmine_ingest.pipeline.workers.shard import WAITING
from goldmine_ingest.settings.project import Project
from goldmine_ingest.store.cycle import CycleStore

DAMAGED = "damaged"

OpenHistory = Callable[[], AbstractContextManager[CycleStore]]


class Loading:
    """One cycle's. `problems` are (what, sentence) for its report; a place that can't be used is one, and stops nothing else."""

    def __init__(self, project: Project, env: Mapping[str, str], open_history: OpenHistory) -> None:
        self._project = project
        self._env = env
        self._open = open_history
        self._place: Place | None = None
        self.taken = 0
        self.problems: list[tuple[str, str]] = []

    def take_batches(self, taking: Taking, stop: Callable[[], bool]) -> None:
        """Takes in what waits, established feeds first, then in the order in which it was heard."""
        try:
            place = self._found()
            for name in place.names(WAITING) if place else ():
                if stop():
                    return
                self._take(name, place, taking)  # type: ignore[arg-type]  # there are names only where there is a place
        except UnavailableError as error:
            self._tell(str(error.subject), error)

    def write_plans(self) -> None:
        """Tells the shards what is stored now."""
        settings = self._project.workers
        try:
            place = self._found()
            if settings is None or place is None:
                return
            with self._open() as store:
                plans = draw_up(self._project, self._env, settings.shards, store.whole)
            publish_plans(place, plans)
            reach("planned")
        except UnavailableError as error:
            self._tell(str(error.subject), error)

    def _take(self, name: str, place: Place, taking: Taking) -> None:
        batch_id = name.rpartition("/")[2].removesuffix(".parquet")
        with self._open() as store:
            taken = store.whole.taken_feeds(batch_id)
        if "" not in taken:
            content = place.read(name)
            if content is None:
                return
            try:
                rows = decode(content)
            except NewerBatchError as error:  # it stays where it is: the newer program will take it in
                return self._tell(name, error)
            except DamagedBatchError as error:
                place.move(name, f"{DAMAGED}/{name.rpartition('/')[2]}")
                return self._tell(name, error, f"set aside in {DAMAGED}/; its feeds are asked again when they are due")
            taking.take_batch(batch_id, [row.heard for row in rows if row.heard.feed not in taken])
            self.taken += 1
        place.remove(name)
        reach("batch_removed")

    def _found(self) -> Place | None:
        if self._place is None and self._project.workers is not None:
            self._place = Place(self._project.workers.batches)
        return self._place

    def _tell(self, what: str, error: GoldmineError, more: str = "") -> None:
        self.problems.append((what, f"{error.message}; {more}" if more else error.message))
