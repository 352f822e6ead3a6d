"""Opinions on what the history holds: what is open in it, asked about by one explicit command, or
carried to a model elsewhere and back as files.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from goldmine_ingest.criteria import Judge
from goldmine_ingest.criteria.opinion import SecondOpinion
from goldmine_ingest.errors import PROVOKED, UsageError
from goldmine_ingest.model.opinion import Opinion
from goldmine_ingest.model.posting import Listing
from goldmine_ingest.opinion.question import Question, tokens_of
from goldmine_ingest.pipeline.opinions.calls import Calls, Limits, first_shape
from goldmine_ingest.pipeline.opinions.endpoint import Endpoint, find_endpoint
from goldmine_ingest.pipeline.opinions.wanted import Wanted, copied, is_wanted, questions, sort
from goldmine_ingest.runtime.redaction import Redactor
from goldmine_ingest.settings.feeds import proofs_of
from goldmine_ingest.settings.opinion import OpinionSettings
from goldmine_ingest.settings.project import Project
from goldmine_ingest.store.history import open_store

_AT_ONCE = 500  # listings in memory


@dataclass(slots=True)
class Done:
    """What a round brought: counts by state, why the last one has no answer, tokens."""

    states: dict[str, int] = field(default_factory=dict)
    why: str = ""
    tokens: int = 0


class HistoryRound:
    """Asks about stored listings. Raises UsageError without [opinion]."""

    def __init__(self, project: Project, now: Callable[[], datetime]) -> None:
        if project.criteria.opinion is None:
            raise UsageError("no model is asked: [opinion] is not in criteria.toml")
        self.settings: OpinionSettings = project.criteria.opinion
        self.project = project
        self.now = now
        self.judge = Judge(project.criteria)
        self.second = SecondOpinion(project.criteria, self.settings)

    def wanted(
        self, since: datetime | None, progress: Callable[[str], None] = lambda _: None
    ) -> Wanted:
        """What is open and not answered of the listings first seen since then, the newest first.
        Answers that equal texts have are among `there`.
        """
        found = Wanted()
        for batch in self._open(since, progress):
            about = questions(batch, self.second)
            with open_store(self.project.database.path, now=self.now()) as store:
                stored = store.opinions_under({question.key for _, question in about.values()})
            part = sort(about, stored, self.now(), tries=None)
            found.there += part.there
            for listing_id, question in part.ask:
                others = part.again[question.key]
                if question.key in found.again:
                    found.again[question.key] += [listing_id, *others]
                else:
                    found.again[question.key] = others
                    found.ask.append((listing_id, question))
        return found

    def newest(self, most: int) -> list[tuple[Listing, Question]]:
        """The newest open listings, answered or not."""
        chosen: list[tuple[Listing, Question]] = []
        for batch in self._open(None, lambda _: None):
            chosen += [(one, self.second.question(one.posting)) for one in batch]
            if len(chosen) >= most:
                break
        return chosen[:most]

    def asked_under(
        self, keys: Collection[str], progress: Callable[[str], None] = lambda _: None
    ) -> dict[str, tuple[Question, list[str]]]:
        """Of these keys those that the history asks under: the question, and the listings."""
        found: dict[str, tuple[Question, list[str]]] = {}
        for batch in self._open(None, progress):
            for listing in batch:
                question = self.second.question(listing.posting)
                if question.key in keys:
                    found.setdefault(question.key, (question, []))[1].append(listing.listing_id)
        return found

    def _open(
        self, since: datetime | None, progress: Callable[[str], None]
    ) -> Iterator[list[Listing]]:
        """The listings of which a model may have a say, the newest first, a batch at a time."""
        path = self.project.database.path
        with open_store(path, now=self.now()) as store:
            ids = store.listing_ids(since)[::-1]
        for start in range(0, len(ids), _AT_ONCE):
            some = ids[start : start + _AT_ONCE]
            with open_store(path, now=self.now()) as store:
                listings, feeds = store.listings(some), store.listing_feeds(some)
            yield [
                listings[i]
                for i in some
                if i in listings and self._is_open(listings[i], feeds.get(i, ()))
            ]
            progress(f"{min(start + _AT_ONCE, len(ids)):,} of {len(ids):,} listings looked at")

    def _is_open(self, listing: Listing, feeds: Sequence[str]) -> bool:
        proofs = proofs_of(feed for feed in self.project.feeds if feed.name in feeds)
        try:
            features = self.judge.features(listing.posting)
            decision = self.judge.decide(
                listing, features, now=listing.first_seen_at, proofs=proofs
            )
        except PROVOKED:
            return False
        return is_wanted(decision, self.project.criteria)

    def endpoint(self, env: Mapping[str, str], redactor: Redactor) -> Endpoint:
        """Where the model is asked. Raises UnavailableError."""
        return find_endpoint(self.project, self.settings, env, redactor)

    def ask(
        self,
        endpoint: Endpoint,
        asked: Sequence[tuple[str, Question]],
        keep: Callable[[Opinion], None],
        stop: Callable[[], bool] = lambda: False,
    ) -> None:
        """Asks, until three calls in a row fail; `keep` is told each outcome."""
        shape = first_shape(())
        if self.project.database.path.exists():
            with open_store(self.project.database.path, now=self.now()) as store:
                shape = first_shape(store.opinion_calls(endpoint.name, self.settings.model))
        Calls(
            endpoint,
            self.second.questions,
            Limits(self.settings.deadline),
            "command",
            shape,
            0,
            self.now,
            stop,
        ).ask_all(asked, keep)

    def fill(
        self,
        endpoint: Endpoint,
        wanted: Wanted,
        most: int | None,
        redactor: Redactor,
        progress: Callable[[str], None] = lambda _: None,
        stop: Callable[[], bool] = lambda: False,
    ) -> Done:
        """Asks about at most so many and stores what comes."""
        done = Done()
        asked = wanted.ask[:most]
        self.store(wanted.there)

        def keep(opinion: Opinion) -> None:
            opinion = replace(opinion, why=redactor.clean(opinion.why))
            others = wanted.again.get(opinion.key, ()) if opinion.answer else ()
            self.store([opinion, *(copied(opinion, i, opinion.asked_at) for i in others)])
            done.states[opinion.state] = done.states.get(opinion.state, 0) + 1
            done.why = opinion.why or done.why
            done.tokens += opinion.tokens or 0
            progress(f"{sum(done.states.values()):,} of {len(asked):,} asked")

        self.ask(endpoint, asked, keep, stop)
        return done

    def store(self, opinions: Sequence[Opinion]) -> None:
        """Keeps opinions in the history."""
        if opinions:
            with open_store(self.project.database.path, now=self.now()) as store:
                store.save_opinions(opinions)


def tokens(asked: Sequence[tuple[str, Question]]) -> int:
    """About how many tokens these questions and their answers take."""
    return sum(tokens_of(question) for _, question in asked)
