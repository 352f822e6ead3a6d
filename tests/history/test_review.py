"""The review: one set of numbers for each diagnosis, worked by hand, and one too thin for any; a real history end to end; trials."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from goldmine_ingest.errors import UsageError
from goldmine_ingest.history.diagnosis import diagnose
from goldmine_ingest.history.funnel import Brought, Facts, FeedDays, Pursued, Step, Window, funnel, share
from goldmine_ingest.history.near_misses import Cost
from goldmine_ingest.history.review import Review, concentration, read_facts, review
from goldmine_ingest.history.trial import changes, end, named, questions, start, tried, window_of
from goldmine_ingest.model import Contact, Pursuit, Trial
from goldmine_ingest.settings import CriteriaSettings, WorthSettings
from goldmine_ingest.store import Store, open_store
from tests.histories import NOON, brought, decision, event, job_id

DAY = timedelta(days=1)
WINDOW = Window(NOON - 30 * DAY, NOON)
GOOD = (FeedDays("f", 30, 0, 100, 100),)


def proposal(number: int, *stages: str, days_ago: float = 14, **said: object) -> Pursued:
    """A pursuit whose stages follow each other by a day."""
    begun = NOON - days_ago * DAY
    times = {stage: begun + i * DAY for i, stage in enumerate(("pursued", *stages))}
    return replace(Pursued(f"job-{number}", begun, times, begun - timedelta(hours=2), "upwork"), **said)  # type: ignore[arg-type]


def proposals(count: int, *stages: str, days_ago: float = 14) -> tuple[Pursued, ...]:
    return tuple(proposal(number, *stages, days_ago=days_ago) for number in range(count))


def facts(*pursued: Pursued, feeds: tuple[FeedDays, ...] = GOOD, costs: tuple[Cost, ...] = (), **market: object) -> Facts:
    there = {"listings": 300, "qualified": 40, "alerted": 40, "posting_known": 40, "hours_posting_to_alert": 0.5, **market}
    return Facts(WINDOW, 30.0, feeds, Brought(**there), {}, pursued, costs)  # type: ignore[arg-type]


# The word, the facts, and its first number: what was counted over what it was held against.
CASES = {
    # 16 of 30 feed days without a good poll: 0.5333 >= 0.5
    "sources_broken": (facts(feeds=(FeedDays("f", 30, 16, 100, 40, last_failure="auth"),)), (0.5333, 0.5)),
    # 15 listings in 30 days: 0.5 a day < 1; 2 qualified: 0.47 a week < 1
    "too_few_listings": (facts(listings=15, qualified=2, alerted=2), (0.5, 1)),
    # 300 listings, 4 qualified: 4 * 7 / 30 = 0.93 a week < 1
    "none_qualify": (facts(listings=300, qualified=4, alerted=4, costs=(Cost("proof", 9, 100), Cost("budget", 80, 3))), (0.93, 1)),
    # 7 hours in the median > 6
    "alerted_too_late": (facts(hours_posting_to_alert=7.0, hours_to_sight=6.5, hours_to_alert=0.5), (7, 6)),
    # 3 pursuits of 40 alerted: 0.075 < 0.1
    "not_pursued": (facts(*proposals(3)), (0.075, 0.1)),
    # 12 pursuits two weeks old, none replied: 0 < 0.1
    "no_response": (facts(*proposals(12)), (0.0, 0.1)),
    # 6 of 12 interviewed, ten days ago at the latest, no deal: 0 < 0.2
    "no_deals": (facts(*proposals(6), *proposals(6, "replied", "interviewed")), (0.0, 0.2)),
    # 2 of 6 interviews became deals: 0.3333 >= 0.2
    "healthy": (
        facts(*proposals(6), *proposals(4, "replied", "interviewed"), *proposals(2, "replied", "interviewed", "hired")),
        (0.3333, 0.2),
    ),
    # 8 pursuits old enough of 10, none replied: 0 of 8 says nothing yet
    "not_enough_data": (facts(*proposals(8), *proposals(9, days_ago=3)), (0.0, 0.1)),
}


@pytest.mark.parametrize("word", CASES)
def test_each_diagnosis(word: str) -> None:
    """The first rule that holds, with the figure that decided and its threshold."""
    given, first = CASES[word]
    found = diagnose(given, NOON)
    assert found.word == word
    assert (found.numbers[0].value, found.numbers[0].threshold) == first
    assert bool(found.missing) == (word == "not_enough_data")


def test_what_is_said_to_change_names_the_culprit() -> None:
    """The worst feed with its failure; the criterion that alone turns most away."""
    assert "f (auth)" in diagnose(CASES["sources_broken"][0], NOON).first_change
    assert "`budget`" in diagnose(CASES["none_qualify"][0], NOON).first_change
    assert "before the first sight" in diagnose(CASES["alerted_too_late"][0], NOON).first_change
    priced = facts(*(replace(each, objections=("price",)) for each in proposals(12, "replied", "interviewed")))
    assert "`price`" in diagnose(priced, NOON).first_change


def test_thin_data_says_how_much_is_missing() -> None:
    """Eight that are answered or old; the nine of three days ago are in flight and not ignored."""
    found = diagnose(CASES["not_enough_data"][0], NOON)
    assert [(m.what, m.have, m.need) for m in found.missing] == [("pursuits that were answered or are a week old", 8, 10)]
    assert [(m.have, m.need) for m in diagnose(Facts(WINDOW, 0.0), NOON).missing] == [(0, 7)]
    young = replace(facts(listings=5, qualified=0, alerted=0), observed_days=2.0)
    assert [(m.have, m.need) for m in diagnose(young, NOON).missing] == [(2.0, 7), (5, 20)]


def test_two_hours_are_late_only_in_a_crowd() -> None:
    """Three hours are no diagnosis by themselves; with 20 proposals at first sight they are."""
    assert diagnose(facts(*proposals(12), hours_posting_to_alert=3.0), NOON).word == "no_response"
    assert diagnose(facts(*proposals(12), hours_posting_to_alert=3.0, proposals=20.0), NOON).word == "alerted_too_late"
    answered = facts(*proposals(12, "replied"), hours_posting_to_alert=9.0)
    assert diagnose(answered, NOON).word == "not_enough_data"  # replies come all the same; interviews are what is missing


def test_a_later_rejection_does_not_erase_an_interview() -> None:
    rejected = proposal(1, "replied", "interviewed", "declined")
    assert rejected.reached("interviewed")
    assert (rejected.answered(NOON), rejected.closed(NOON)) == (True, False)
    assert proposal(1, "declined", days_ago=2).answered(NOON) is False
    assert proposal(1, "withdrawn").answered(NOON) is None


def test_wilson_interval() -> None:
    """By the formula, worked by hand: 0 of 10 leaves up to z²/(n+z²) = 3.8416/13.8416; half of 10 lies between 0.2366 and 0.7634."""
    assert (share(0, 10).low, share(0, 10).high) == (0.0, 0.2775)
    assert (share(5, 10).low, share(5, 10).high) == (0.2366, 0.7634)
    assert share(0, 0).share is None


def test_waiting_is_counted_from_the_stage_before() -> None:
    """Two hours from the alert to the proposal, a day between later stages; hired without an interview recorded waits from the reply."""
    steps = funnel(Brought(listings=9, qualified=3, alerted=2), [proposal(1, "replied", "hired"), proposal(2)])
    assert steps[3:] == (Step("pursued", 2, 2), Step("viewed", 1), Step("replied", 1, 24), Step("interviewed", 1), Step("hired", 1, 24))


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """Four jobs of two days ago: three qualified (two alerted), one rejected; two pursued, one hired; one contact."""
    path, then = tmp_path / "h.duckdb", NOON - 2 * DAY
    with open_store(path, now=NOON) as store:
        store.apply(
            brought(
                1,
                2,
                3,
                4,
                at_time=then,
                decisions=(decision(1), decision(2), decision(3), decision(4, "rejected")),
                events=(event(1, at_time=then), event(2, at_time=then), event(3, at_time=then)),
            )
        )
        store.append_events([event(n, kind, then + timedelta(hours=3), attempt=1) for n in (1, 2) for kind in ("attempt", "sent")])
        hired = Pursuit(job_id(1), "hired", NOON, None, Decimal(800))
        store.record_pursuits([Pursuit(job_id(n), "pursued", then + timedelta(hours=4), 12) for n in (1, 2)])
        store.record_pursuits([hired, Pursuit(job_id(2), "declined", NOON, objection="price")])
        store.record_contact(Contact("c1", NOON - DAY, "referral", "a client of last year", Decimal(50)))
    return path


def reviewed(store: Store, window: Window) -> Review:
    criteria = CriteriaSettings(worth=WorthSettings())
    return review(read_facts(store.con, window, criteria), read_facts(store.con, window.before, criteria), criteria, NOON)


def test_a_history_becomes_a_review(history: Path) -> None:
    """Counts, waiting, cost and shares of a small history, worked by hand."""
    with open_store(history, now=NOON) as store:
        found = reviewed(store, Window(NOON - 30 * DAY, NOON + timedelta(seconds=1)))
    assert [(s.stage, s.count) for s in found.funnel] == [
        ("listing", 4),
        ("qualified", 3),
        ("alerted", 2),
        ("pursued", 2),
        ("viewed", 1),
        ("replied", 1),
        ("interviewed", 1),
        ("hired", 1),
    ]
    assert [s.median_hours for s in found.funnel] == [None, None, 3, 1, None, None, None, 44]
    assert (found.connects.spent, found.connects.price, found.money.won) == (24, Decimal("3.60"), Decimal(800))
    assert found.second_paths.said == "2 pursuits, 1 contact"
    assert [(p.name, p.listings, p.qualified, p.pursued, p.hired) for p in found.by_source] == [("f", 4, 3, 2, 1)]
    assert [(p.name, p.share_of_hired) for p in found.by_platform] == [("upwork", 1.0)]
    assert found.concentration.endswith("If it closed tomorrow, 0 qualified listings and 0 pursuits would be left.")
    assert (found.diagnosis.word, found.before.watched) == ("not_enough_data", False)


def test_nothing_hangs_on_no_channel() -> None:
    assert concentration(()) == "Nothing qualified or was pursued, so that nothing hangs on any channel."


TRIAL = Trial("close", "a slow month-end", "a close in two days", NOON - 10 * DAY, 30, None, "c0")


def test_one_trial_at_a_time(history: Path) -> None:
    """A second one is refused while the first runs, and its name stays taken."""
    with open_store(history, now=NOON) as store:
        start(store, TRIAL)
        with pytest.raises(UsageError, match="runs until 2026-12-13"):
            start(store, replace(TRIAL, name="other"))
        assert end(store) == TRIAL
        with pytest.raises(UsageError, match="no trial runs"):
            end(store)
        with pytest.raises(UsageError, match="already"):
            start(store, TRIAL)
        assert window_of(named(store.con, "close"), NOON + DAY) == Window(TRIAL.started_at, NOON)


def test_a_trial_says_when_the_criteria_changed_under_it(history: Path) -> None:
    """The history was judged by c1 while the trial was declared under c0."""
    with open_store(history, now=NOON) as store:
        found = tried(store.con, TRIAL, facts(*proposals(3)), NOON + timedelta(seconds=1))
        assert [each.criteria_hash for each in found.changes] == ["c1"]
        assert found.criteria_changed
        assert changes(store.con, replace(TRIAL, criteria_hash="c1"), NOON + timedelta(seconds=1)) == ()


def test_the_three_questions() -> None:
    """Answered by numbers, or by too few of them."""
    thin = questions(facts(*proposals(3)), NOON)
    assert [q.answer for q in thin] == ["yes", "not enough data", "not enough data"]
    full = questions(CASES["no_deals"][0], NOON)
    assert [q.answer for q in full] == ["yes", "yes", "no"]
    assert full[1].numbers.startswith("6 replies to 12 decided pursuits, 50% (95 % interval 25% to 75%)")
