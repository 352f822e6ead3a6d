"""What the loader does with the shared place: takes each waiting batch in exactly once, and writes
the next plans.

A batch's note is committed with what it brought; its file is deleted afterwards. A kill between the
two leaves a file that is known as taken.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import timedelta

from goldmine_ingest.errors import GoldmineError, UnavailableError
from goldmine_ingest.pipeline.ingest.storing import Ingestion
from goldmine_ingest.runtime.crash_points import reach
from goldmine_ingest.settings.project import Project
from goldmine_ingest.store.cycle import OpenHistory
from goldmine_ingest.store.history import Store
from goldmine_ingest.store.plans import history_id
from goldmine_ingest.workers.batch import (
    DamagedBatchError,
    ForeignBatchError,
    NewerBatchError,
    decode,
)
from goldmine_ingest.workers.feed_plan import PLANS, draw_up, publish_plans
from goldmine_ingest.workers.shard import WAITING
from goldmine_ingest.workers.shard_of_feed import is_shared
from goldmine_ingest.workers.shared_place import Place

DAMAGED = "damaged"
FOLDERS = (WAITING, PLANS, DAMAGED)
# A file that is half written for so long is one that nobody is writing any more.
_LEFT_OVER = timedelta(days=1)
# So many files in a row that can't be read mean that the place is away.
_AWAY = 3


class Loading:
    """One cycle's. `problems` are (what, sentence) for its report, `notes` sentences. A place
    that can't be used stops nothing else.
    """

    def __init__(self, project: Project, env: Mapping[str, str]) -> None:
        self._project = project
        self._env = env
        self._place: Place | None = None
        self._asked = {feed.name for feed in project.feeds if is_shared(feed)}
        self.problems: list[tuple[str, str]] = []
        self.notes: list[str] = []

    def take_batches(
        self, ingestion: Ingestion, history: OpenHistory, stop: Callable[[], bool]
    ) -> None:
        """Takes in what waits, established feeds first, then in the order in which it was heard.
        One batch that is bad stops no other.
        """
        try:
            place = self._found()
            names = place.names(WAITING) if place else []
        except UnavailableError as error:
            return self._tell(error.subject or WAITING, error)
        missing_in_a_row = 0
        for name in names:
            if stop() or missing_in_a_row == _AWAY:
                return None
            try:
                self._take(name, place, ingestion, history)  # type: ignore[arg-type]  # there are names only where there is a place
                missing_in_a_row = 0
            except UnavailableError as error:
                self._tell(name, error)
                missing_in_a_row += 1
        return None

    def write_plans(self, history: OpenHistory) -> None:
        """Tells the shards what is stored now."""
        settings = self._project.workers
        try:
            place = self._found()
            if settings is None or place is None:
                return
            with history() as store:
                plans, now = (
                    draw_up(self._project, self._env, settings.shards, Store.of(store)),
                    store.now,
                )
            publish_plans(place, plans)
            reach("planned")
            for folder in FOLDERS:
                place.sweep(folder, now - _LEFT_OVER)
        except UnavailableError as error:
            self._tell(error.subject or "plans", error)

    def _take(
        self, name: str, place: Place, ingestion: Ingestion, open_history: OpenHistory
    ) -> None:
        batch_id = name.rpartition("/")[2].removesuffix(".parquet")
        with open_history() as opened:
            store = Store.of(opened)
            taken, history = store.taken_feeds(batch_id), history_id(store)
        if "" not in taken and not self._take_rows(
            name, batch_id, place, ingestion, history, taken
        ):
            return
        place.remove(name)
        reach("batch_removed")

    def _take_rows(
        self,
        name: str,
        batch_id: str,
        place: Place,
        ingestion: Ingestion,
        history: str,
        taken: Collection[str],
    ) -> bool:
        """Whether the batch's file has done its service."""
        content = place.read(name)
        if content is None:
            return False
        try:
            rows = decode(content, history)
            answers = [row.answer for row in rows if row.answer.feed not in taken]
            ours = [answer for answer in answers if answer.feed in self._asked]
            if answers and not ours:
                return self._put_aside(
                    name, place, f"none of its feeds is configured here, e.g. {answers[0].feed}"
                )
            ingestion.take_batch(batch_id, ours)
        except NewerBatchError as error:  # it stays where it is: the newer program will take it in
            self._tell(name, error)
            return False
        except (DamagedBatchError, ForeignBatchError) as error:
            return self._put_aside(name, place, error.message)
        except GoldmineError:
            raise  # the history's trouble, not the batch's
        except Exception as error:  # noqa: BLE001 - what no check foresaw in one file must not stop all others for ever
            return self._put_aside(name, place, f"it can't be taken in ({type(error).__name__})")
        if gone := sorted({answer.feed for answer in answers} - self._asked):
            self.notes.append(
                f"{name}: left out {len(gone)} feeds that aren't configured any more, e.g."
                f" {gone[0]}"
            )
        return True

    def _put_aside(self, name: str, place: Place, why: str) -> bool:
        place.move(name, f"{DAMAGED}/{name.rpartition('/')[2]}")
        self.problems.append(
            (name, f"{why}; set aside in {DAMAGED}/; its feeds are asked again when they are due")
        )
        return False

    def _found(self) -> Place | None:
        if self._place is None and self._project.workers is not None:
            self._place = Place(self._project.workers.batches)
        return self._place

    def _tell(self, what: str, error: GoldmineError) -> None:
        self.problems.append((what, error.message))
