"""`python -m tools.bench.judging`: what each step of judging a listing costs, in µs of CPU a listing
of about 1,200 characters, with five proofs of twelve terms and with a thousand.

The goals are those of "features and decision, fifty at a time", as a poll has its new listings judged:
at most 600 µs with five proofs, 1,000 with a thousand. One after the other is how a single listing is
judged (an edit, one that was pasted). Single steps are measured over texts that were looked at before,
so their sum is less. The loop is a fixed piece of plain Python: a figure in loops says more on a busy
machine than one in µs.
"""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Callable
from dataclasses import replace

from goldmine_ingest import config
from goldmine_ingest.criteria import Judge, evidence, overlap, red_flags, stack
from goldmine_ingest.criteria.case import Case
from goldmine_ingest.criteria.features import FeatureReader, full_text
from goldmine_ingest.criteria.judgement import Said, decide_all
from goldmine_ingest.criteria.title_head import head_place
from goldmine_ingest.model.posting import Listing
from goldmine_ingest.settings.criteria import ProofSettings
from goldmine_ingest.text.cues import find_cues
from goldmine_ingest.text.engagement import read_engagements
from goldmine_ingest.text.language import language_of
from goldmine_ingest.text.listing_text import ListingText, read_apart, readable
from goldmine_ingest.text.pieces import TakenApart
from goldmine_ingest.text.wordlists import counts
from tests.histories import NOON
from tools.bench.backtest import ROOT, _listing

_LISTINGS = 200
_TURNS = 5  # of which the fastest counts
_TERMS = 12  # a proof
_TOGETHER = 50  # as a poll does


def proofs(count: int) -> tuple[ProofSettings, ...]:
    """Made-up proofs of words that listings use: half skills, of which many share one; half phrases
    of two words that few listings have.
    """
    chance = random.Random(count)  # noqa: S311 - the same proofs each time
    used = counts("document_frequency")["counts"]
    pairs = sorted((run for run in used if run.count(" ") == 1), key=lambda run: (used[run], run))
    tools = sorted(counts("tools"))
    return tuple(
        ProofSettings(
            f"Proof {number}",
            phrases=tuple(chance.sample(pairs[:2000], _TERMS // 2)),
            skills=tuple(chance.sample(tools, _TERMS // 2)),
            result=f"{chance.choice(pairs)} and {chance.choice(pairs)} in three days",
            first_step=f"{chance.choice(pairs)} of one month, with every exception listed",
        )
        for number in range(count)
    )


def cost(work: Callable[[], object]) -> float:
    """µs of CPU a listing."""
    spent = []
    for _ in range(_TURNS):
        before = time.process_time()
        work()
        spent.append(time.process_time() - before)
    return min(spent) / _LISTINGS * 1e6


def title_of(text: ListingText) -> str:
    return text.text[: text.sentences[0].end]


def loop() -> None:
    """A fixed piece of plain Python, for each listing."""
    total = 0
    for number in range(10_000 * _LISTINGS):
        total += number & 3


def of_features(listings: list[Listing]) -> dict[str, float]:
    """The steps from a posting to its features."""
    postings = [listing.posting for listing in listings]
    reader = FeatureReader()
    table = reader.tables["en"]
    wholes = [full_text(posting) for posting in postings]
    lengths = [(len(p.title), len(p.description), *map(len, p.skills)) for p in postings]
    apart = [TakenApart(readable(whole), table) for whole in wholes]
    english = [(one, "en") for one in apart]
    read, encoded = read_apart(wholes, english, lengths), [one.encoded for one in apart]
    return {
        "taking apart": cost(lambda: [TakenApart(one.text, table) for one in apart]),
        "language": cost(lambda: [language_of(one.text, one.speech) for one in apart]),
        "cues": cost(lambda: [find_cues(one, 8) for one in apart]),
        "sentences, roles, lemmas, filler": cost(lambda: read_apart(wholes, english, lengths)),
        "signs of the engagement": cost(lambda: read_engagements(read, encoded)),
        "all features": cost(lambda: [reader.extract(posting) for posting in postings]),
        "all features, fifty at a time": cost(
            lambda: [
                reader.read_all(postings[begin : begin + _TOGETHER])
                for begin in range(0, _LISTINGS, _TOGETHER)
            ]
        ),
    }


def of_decision(listings: list[Listing], count: int) -> dict[str, float]:
    """The steps from features to a decision with so many proofs."""
    criteria = config.load_criteria(ROOT / "config/criteria.toml")
    judge = Judge(replace(criteria, proofs=proofs(count)))
    features = [judge.features(listing.posting) for listing in listings]
    cases = [
        Case(listing, judge._read(some, listing.posting), NOON)
        for listing, some in zip(listings, features, strict=True)
    ]
    texts = [case.facts.listing for case in cases]
    fitter = judge._for("en").matcher.fitter
    own = fitter.own
    matches = [judge.match(case.facts) for case in cases]

    asked = [judge._asked(*one, Said()) for one in zip(cases, matches, strict=True)]

    def decide(some: list[Listing]) -> None:
        for listing in some:
            judge.decide(listing, judge.features(listing.posting), now=NOON)

    def together() -> None:
        for begin in range(0, _LISTINGS, _TOGETHER):
            some = listings[begin : begin + _TOGETHER]
            judge.expect(some, now=NOON)
            decide(some)

    return {
        "the ask": cost(lambda: [fitter.ask(text) for text in texts]),
        "evidence": cost(lambda: [evidence.find(text, own) for text in texts]),
        "overlap of whole and ask": cost(
            lambda: [(overlap.of_whole(text, own), overlap.of_ask(text, own)) for text in texts]
        ),
        "craft": cost(
            lambda: [fitter.crafts.fit(text, head_place(title_of(text))) for text in texts]
        ),
        "stack": cost(lambda: [stack.fit(text, own) for text in texts]),
        "the whole fit": cost(lambda: [judge.match(case.facts) for case in cases]),
        "red flags": cost(lambda: [red_flags.judge(case) for case in cases]),
        "findings and decision": cost(
            lambda: [decide_all([one], judge.settings, judge.text_key) for one in asked]
        ),
        "features and decision": cost(lambda: decide(listings)),
        "features and decision, fifty at a time": cost(together),
    }


def main() -> None:
    gc.set_threshold(20_000, 10, 10)  # as the command does
    listings = [_listing(number) for number in range(_LISTINGS)]
    print(f"{'µs of CPU a listing':46}{'5 proofs':>10}{'1,000':>10}")
    print(f"{'10,000 rounds of a plain loop':46}{cost(loop):10.0f}")
    for name, spent in of_features(listings).items():
        print(f"{name:46}{spent:10.0f}")
    few, many = of_decision(listings, 5), of_decision(listings, 1_000)
    for name, spent in few.items():
        print(f"{name:46}{spent:10.0f}{many[name]:10.0f}")


if __name__ == "__main__":
    main()
