"""The second opinions of one cycle: asked after all polls are stored and before anything is sent,
with the database closed meanwhile.

What is still open is told by the history itself, so that a cycle that was killed loses nothing: the
next one asks. What isn't answered within `per_cycle` is unknown, and the cycle goes on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from goldmine_ingest.criteria.features import text_hash
from goldmine_ingest.criteria.judge import Judge
from goldmine_ingest.criteria.opinion import Opinions, SecondOpinion
from goldmine_ingest.errors import PROVOKED, GoldmineError
from goldmine_ingest.model.alert import AlertEvent
from goldmine_ingest.model.decision import Decision, TextFeatures
from goldmine_ingest.model.opinion import Opinion
from goldmine_ingest.opinion.question import Question
from goldmine_ingest.pipeline.cycle_state import CycleState
from goldmine_ingest.pipeline.ingest.counting import happened
from goldmine_ingest.pipeline.ingest.ingest_context import IngestContext
from goldmine_ingest.pipeline.opinions.calls import (
    Calls,
    Limits,
    failures,
    first_shape,
    paused_until,
)
from goldmine_ingest.pipeline.opinions.deciding import (
    Owing,
    Standing,
    is_judged_by_hand,
    is_silent,
    open_alerts_of,
    owed,
)
from goldmine_ingest.pipeline.opinions.endpoint import find_endpoint
from goldmine_ingest.pipeline.opinions.wanted import copied, first, is_wanted, questions, sort
from goldmine_ingest.runtime.crash_points import reach
from goldmine_ingest.settings.opinion import OpinionSettings
from goldmine_ingest.store.history import Store


class SecondOpinions:
    """One cycle's."""

    def __init__(
        self, state: CycleState, judge: Judge, context: IngestContext, began: datetime
    ) -> None:
        self._state = state
        self._judge = judge
        self._context = context
        self._began = began
        self._fresh: dict[str, Opinion] = {}
        self._undecided: list[str] = []  # by a cycle that was killed after their answers came

    def run(self, ids: Sequence[str]) -> None:
        """Asks about these listings, as far as limits let it; decides again what was answered."""
        settings, second = self._state.project.criteria.opinion, self._judge.second
        if settings is None or second is None:
            return
        try:
            self._ask(ids, settings, second)
        except GoldmineError as error:
            # a variable or a secret file is missing: the others decide, and it is said
            self._state.tally.problems.append(("opinion", error.message))
        if again := list(dict.fromkeys((*self._undecided, *self._fresh))):
            reach("opinions_stored")
            self._decide_again(again)

    def _ask(self, ids: Sequence[str], settings: OpinionSettings, second: SecondOpinion) -> None:
        state, environment = self._state, self._state.environment
        endpoint = find_endpoint(state.project, settings, environment.env, environment.redactor)
        with self._open_store() as store:
            decisions = store.decisions(ids)
            ids = [i for i in ids if i in decisions and self._is_wanted(decisions[i])]
            matches = store.match_causes(ids)
            ids = [i for i in ids if not is_judged_by_hand(matches.get(i, {}))]
            silent = {i for i in ids if is_silent(matches.get(i, {}))}
            ids = first(ids, set(ids) - silent)
            listings = store.listings(ids)
            about = questions((listings[i] for i in ids if i in listings), second)
            stored = store.opinions_under({question.key for _, question in about.values()})
            calls = store.opinion_calls(endpoint.name, settings.model)
            asked_today = store.opinions_asked(environment.now())
        wanted = sort(about, stored, environment.now())
        self._undecided = wanted.answered
        self._keep(wanted.there)
        until = paused_until(calls)
        if until is not None and until > environment.now():
            return
        round_of = Calls(
            endpoint,
            second.questions,
            Limits(settings.deadline, settings.per_cycle),
            "cycle",
            first_shape(calls),
            failures(calls),
            environment.now,
            environment.stop,
        )
        room = _Room(settings.max_per_day - asked_today, settings.max_per_day // 2 - asked_today)
        round_of.ask_all(
            room.fits(wanted.ask, silent),
            lambda opinion: self._came(opinion, wanted.again.get(opinion.key, ())),
        )
        self._tell()

    def _is_wanted(self, decision: Decision) -> bool:
        return is_wanted(decision, self._state.project.criteria)

    def _came(self, opinion: Opinion, others: Sequence[str]) -> None:
        alike = [copied(opinion, listing_id, opinion.asked_at) for listing_id in others]
        self._keep([opinion, *(alike if opinion.answer else ())])

    def _keep(self, opinions: Sequence[Opinion]) -> None:
        if not opinions:
            return
        cleaned = self._state.environment.redactor.clean
        with self._open_store() as store:
            store.save_opinions([replace(one, why=cleaned(one.why)) for one in opinions])
        self._fresh.update((one.listing_id, one) for one in opinions)

    def _tell(self) -> None:
        failed = [one for one in self._fresh.values() if one.state == "failed"]
        if failed:
            count = f"{len(failed)} listing{'s' if len(failed) > 1 else ''}"
            self._state.tally.notes.append(f"opinion: {count} without one: {failed[-1].why}")

    def _decide_again(self, ids: Sequence[str]) -> None:
        with self._open_store() as store:
            standing = self._standing(store, ids)
            opinions = store.opinions(ids)
            features = store.features({text_hash(s.listing.posting) for s in standing})
        owing = Owing(
            self._state.project.destinations,
            self._state.environment.now(),
            self._began,
            self._state.run_id,
        )
        decisions: list[Decision] = []
        events: list[AlertEvent] = []
        made: dict[str, TextFeatures] = {}
        for one in standing:
            said = Opinions(opinions.get(one.listing.listing_id, ()))
            try:
                decision = self._decision(one, said, {**features, **made}, made)
            except PROVOKED:
                continue  # a row that can't be judged stays as it was decided; doctor finds it
            if decision != one.decision:
                decisions.append(decision)
                events += owed(one, decision, owing)
        with self._open_store() as store:
            store.decide_again(decisions, tuple(made.values()), events)
        judged = self._state.tally.judged
        judged.update({d.listing_id: d.decision for d in decisions if d.listing_id in judged})
        happened(self._state.tally, events)

    def _decision(
        self,
        standing: Standing,
        said: Opinions,
        stored: dict[str, TextFeatures],
        made: dict[str, TextFeatures],
    ) -> Decision:
        listing = standing.listing
        name = text_hash(listing.posting)
        if name not in stored:
            made[name] = self._judge.features(listing.posting)
        return self._judge.decide(
            listing,
            stored.get(name) or made[name],
            now=self._context.now,
            proofs=self._context.proofs_of(standing.feeds),
            opinions=said,
        )

    def _standing(self, store: Store, ids: Sequence[str]) -> list[Standing]:
        listings, decisions, feeds = (
            store.listings(ids),
            store.decisions(ids),
            store.listing_feeds(ids),
        )
        decided_at, matches = store.decided_at(ids), store.match_causes(ids)
        alerted, answered = store.alerted(ids), store.answered(ids)
        alerts = open_alerts_of(store.open_alerts(), ids)
        return [
            Standing(
                listings[i],
                feeds.get(i, ()),
                decisions[i],
                decided_at[i],
                matches.get(i, {}),
                alerts[i],
                i in alerted,
                answered.get(i),
            )
            for i in ids
            if i in listings and i in decisions
        ]

    @contextmanager
    def _open_store(self) -> Iterator[Store]:
        with self._state.history.open() as store:
            yield Store.of(store)


class _Room:
    """How many calls a day has left: `of_silent` for listings that alert no one, which may use up
    half a day's calls at most.
    """

    def __init__(self, of_all: int, of_silent: int) -> None:
        self._of_all = of_all
        self._of_silent = of_silent

    def fits(
        self, asked: Sequence[tuple[str, Question]], silent: set[str]
    ) -> list[tuple[str, Question]]:
        """The first of them, as many as there is room for."""
        chosen: list[tuple[str, Question]] = []
        for listing_id, question in asked:
            room = self._of_silent if listing_id in silent else self._of_all
            if len(chosen) < min(room, self._of_all):
                chosen.append((listing_id, question))
        return chosen
