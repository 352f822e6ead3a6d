"""The review: one set of numbers for each diagnosis, worked by hand, and one too thin for any; a
real history end to end; trials.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from goldmine_ingest.analysis import review_sentences as sentences
from goldmine_ingest.analysis.diagnosis import Missing, Number, diagnose
from goldmine_ingest.analysis.funnel import (
    Brought,
    Facts,
    FeedDays,
    Pursued,
    Step,
    Window,
    funnel,
)
from goldmine_ingest.analysis.near_misses import Cost
from goldmine_ingest.analysis.review import Review, read_facts, review
from goldmine_ingest.analysis.review_parts import Part, concentration, parts
from goldmine_ingest.analysis.shares import apart, share
from goldmine_ingest.analysis.trial import changes, end, named, questions, start, tried, window_of
from goldmine_ingest.errors import UsageError
from goldmine_ingest.model.alert import Cause
from goldmine_ingest.model.changes import ListingVersion
from goldmine_ingest.model.decision import Finding
from goldmine_ingest.model.pursuit import Contact, Pursuit, Trial
from goldmine_ingest.settings.criteria import BudgetSettings, CriteriaSettings, WorthSettings
from goldmine_ingest.settings.rules import RulesSettings
from goldmine_ingest.store.history import Store, open_store
from tests.histories import NOON, brought, decision, event, holds, job_id, listing, shows
from tests.rig.blank_history import blank_history

DAY = timedelta(days=1)
WINDOW = Window(NOON - 30 * DAY, NOON)
GOOD = (FeedDays("f", 30, 0, 100, 100),)


def proposal(number: int, *stages: str, days_ago: float = 14, **said: object) -> Pursued:
    """A pursuit whose stages follow each other by a day."""
    begun = NOON - days_ago * DAY
    times = {stage: begun + i * DAY for i, stage in enumerate(("pursued", *stages))}
    return replace(
        Pursued(f"job-{number}", begun, times, begun - timedelta(hours=2), "upwork"), **said
    )  # type: ignore[arg-type]


def proposals(count: int, *stages: str, days_ago: float = 14) -> tuple[Pursued, ...]:
    return tuple(proposal(number, *stages, days_ago=days_ago) for number in range(count))


def facts(
    *pursued: Pursued,
    feeds: tuple[FeedDays, ...] = GOOD,
    costs: tuple[Cost, ...] = (),
    **market: object,
) -> Facts:
    there = {
        "listings": 300,
        "qualified": 40,
        "alerted": 40,
        "posting_known": 40,
        "hours_posting_to_alert": 0.5,
        **market,
    }
    return Facts(WINDOW, 30.0, feeds, Brought(**there), {}, pursued, costs)  # type: ignore[arg-type]


# The word, the facts, and its first number: what was counted over what it was held against.
CASES = {
    # 16 of 30 feed days without a good poll: 0.5333 >= 0.5
    "sources_broken": (
        facts(feeds=(FeedDays("f", 30, 16, 100, 40, last_failure="auth"),)),
        (0.5333, 0.5),
    ),
    # 15 listings in 30 days: 0.5 a day < 1; 2 qualified: 0.47 a week < 1
    "too_few_listings": (facts(listings=15, qualified=2, alerted=2), (0.5, 1)),
    # 300 listings, 4 qualified: 4 * 7 / 30 = 0.93 a week < 1
    "none_qualify": (
        facts(
            listings=300,
            qualified=4,
            alerted=4,
            costs=(Cost("proof", 9, 100), Cost("budget", 80, 3)),
        ),
        (0.93, 1),
    ),
    # 7 hours in the median > 6
    "alerted_too_late": (
        facts(hours_posting_to_alert=7.0, hours_to_sight=6.5, hours_to_alert=0.5),
        (7, 6),
    ),
    # 3 pursuits of 40 alerted: 0.075 < 0.1
    "not_pursued": (facts(*proposals(3)), (0.075, 0.1)),
    # 12 pursuits two weeks old, none replied: 0 < 0.1
    "no_response": (facts(*proposals(12)), (0.0, 0.1)),
    # 6 of 12 interviewed, ten days ago at the latest, no deal: 0 < 0.2
    "no_deals": (facts(*proposals(6), *proposals(6, "replied", "interviewed")), (0.0, 0.2)),
    # 2 of 6 interviews became deals: 0.3333 >= 0.2
    "healthy": (
        facts(
            *proposals(6),
            *proposals(4, "replied", "interviewed"),
            *proposals(2, "replied", "interviewed", "hired"),
        ),
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


def test_what_was_there_before_the_first_reading_makes_no_market() -> None:
    """Thirty qualified of a full first page are no thirty a month: 10 listings came in 30 days.
    On the first day nothing is said yet.
    """
    full_page = {
        "listings": 200,
        "qualified": 30,
        "alerted": 30,
        "earlier": 190,
        "earlier_qualified": 30,
    }
    found = diagnose(facts(**full_page), NOON)
    assert (found.word, [n.value for n in found.numbers]) == ("too_few_listings", [0.33, 0, 0.15])
    first_day = replace(facts(**{**full_page, "earlier": 200}), observed_days=0.2)
    assert [(m.what, m.have, m.need) for m in diagnose(first_day, NOON).missing] == [
        ("days watched", 0.2, 7)
    ]
    assert questions(first_day, NOON)[0].answer == "not enough data"
    strict = replace(
        facts(listings=200, qualified=0, alerted=0, earlier=200, costs=(Cost("budget", 150, 50),)),
        observed_days=0.2,
    )
    assert diagnose(strict, NOON).word == "none_qualify"


def test_held_back_alerts_are_no_stuck_ones() -> None:
    """38 of 40 qualified alerted no one by the backlog rule; the one alert that hangs among
    three is no broken destination.
    """
    held = facts(
        *proposals(12), alerted=2, stuck=1, not_alerted={"earlier": 37, "stuck": 1}, posting_known=2
    )
    assert diagnose(held, NOON).word == "no_response"
    broken = facts(*proposals(12), alerted=2, stuck=3, posting_known=2)  # 3 of 5 never went out
    assert (diagnose(broken, NOON).word, diagnose(broken, NOON).numbers[0].value) == (
        "alerted_too_late",
        0.6,
    )


def test_a_broken_source_is_no_quiet_marketplace() -> None:
    """Guru's only feed was dark for 20 of 30 days; Upwork's for 12: 25 listings on the other 18
    days are more than one a day.
    """
    feeds = (
        FeedDays("g", 30, 20, 90, 30, platforms=("guru",)),
        FeedDays("u", 30, 12, 90, 50, platforms=("upwork",)),
    )
    came = {
        "feed": {"g": Brought(10), "u": Brought(25)},
        "platform": {"guru": Brought(10), "upwork": Brought(25)},
    }
    whole = replace(facts(feeds=feeds), by=came)
    for by, dark, seen in (("feed", "g", "u"), ("platform", "guru", "upwork")):
        assert {part.name: part.diagnosis for part in parts(whole, by, NOON)} == {
            dark: "sources_broken",
            seen: "none_qualify",
        }


def test_healthy_names_the_feeds_that_are_broken() -> None:
    """Two of four feeds were dark, not half of all days: what is heard of goes well, and a part
    of the market isn't heard of.
    """
    feeds = (
        *GOOD,
        FeedDays("g", 30, 0, 90, 90),
        FeedDays("dark", 30, 20, 90, 30),
        FeedDays("mute", 30, 15, 90, 40),
    )
    found = diagnose(replace(CASES["healthy"][0], feeds=feeds), NOON)
    assert (found.word, found.numbers[-1].value) == ("healthy", 2)
    assert "repair dark, mute" in found.first_change


def test_a_marketplace_is_watched_by_the_feeds_that_bring_it(tmp_path: Path) -> None:
    """f brought Upwork before the window and only answers within it; g brought nothing."""
    with open_store(tmp_path / "h.duckdb", now=NOON) as store:
        store.apply(brought(1, feed="f", at_time=NOON - 40 * DAY))
        store.apply(shows(1, feed="f", at_time=NOON - DAY))
        store.apply(shows(feed="g", at_time=NOON - DAY))
        found = read_facts(store.con, WINDOW, CriteriaSettings())
    assert {feed.feed: feed.platforms for feed in found.feeds} == {"f": ("upwork",), "g": ()}


def test_each_part_is_diagnosed_by_its_own_numbers() -> None:
    """One feed's proposals stay without answers, one is dark, one brings nothing, and one is too
    new to say anything.
    """
    silent = tuple(replace(each, feeds=("silent",), proof="Finance") for each in proposals(12))
    feeds = (
        *(FeedDays(name, 30, 0, 90, 90) for name in ("silent", "empty")),
        FeedDays("dark", 30, 20, 90, 10),
        FeedDays("new", 2, 0, 9, 9),
    )
    by = {
        "feed": {
            "silent": Brought(90, 30, alerted=30),
            "dark": Brought(40, 20, alerted=20),
            "new": Brought(3, 0),
        },
        "proof": {"Finance": Brought(60, 30, alerted=30), "Boards": Brought(70)},
    }
    costs = {("proof", "Boards"): (Cost("budget", 60, 10),)}
    whole = replace(facts(*silent, feeds=feeds), by=by, turned_away_by=costs)
    assert {part.name: part.diagnosis for part in parts(whole, "feed", NOON)} == {
        "silent": "no_response",
        "dark": "sources_broken",
        "empty": "too_few_listings",
        "new": "not_enough_data",
    }
    finance, boards = parts(whole, "proof", NOON)
    assert (finance.name, finance.diagnosis, finance.numbers[0].value) == (
        "Finance",
        "no_response",
        0,
    )
    assert (boards.diagnosis, "`budget`" in boards.first_change) == ("none_qualify", True)
    new = next(part for part in parts(whole, "feed", NOON) if part.name == "new")
    assert [(m.have, m.need) for m in new.missing] == [(2, 7), (3, 20)]


# What was recorded of 12 pursuits without a reply, what is said of it, the share that was viewed.
VIEWS = {
    "nothing at all": (proposals(12), "No outcome of any of the 12 pursuits is recorded", None),
    "only refusals": (
        (*proposals(8), *proposals(4, "declined")),
        "Whether they open the proposals was never recorded",
        None,
    ),
    "two of twelve viewed": (
        (*proposals(10), *proposals(2, "viewed")),
        "Few open the proposal, 2 of 12 as far as you recorded it",
        0.1667,
    ),
    "most viewed": ((*proposals(5), *proposals(7, "viewed")), "They look and don't answer", 0.5833),
}


@pytest.mark.parametrize("name", VIEWS)
def test_what_was_never_recorded_is_unknown(name: str) -> None:
    pursued, sentence, viewed = VIEWS[name]
    found = diagnose(facts(*pursued), NOON)
    assert (found.word, sentence in found.first_change) == ("no_response", True)
    assert (found.numbers[1].name, found.numbers[1].value) == (
        "share of pursuits that were viewed",
        viewed,
    )
    steps = {step.stage: step.count for step in funnel(Brought(), pursued)}
    assert steps["viewed"] == (None if viewed is None else round(viewed * 12))
    assert (steps["replied"], funnel(Brought(), ())[4].count) == (0, 0)


def test_nothing_stated_is_no_sum_of_zero() -> None:
    """Two pursuits, one won; neither names connects, and the deal no amount."""
    whole = facts(proposal(1, "hired", feeds=("f",)), proposal(2, feeds=("f",)))
    found = review(whole, Facts(WINDOW.before, 30.0), CriteriaSettings(worth=WorthSettings()), NOON)
    assert (found.connects.spent, found.connects.price, found.money.won) == (None, None, None)
    (feed,) = found.by_source
    assert (feed.connects, feed.money) == (None, None)
    assert sentences.paid(found) == [
        "2 pursuits, of which none names its connects.",
        "1 deal, of which none names its amount.",
    ]
    assert "never recorded" in sentences.never_recorded(found)[0]
    unpursued = diagnose(facts(), NOON)
    assert (unpursued.word, unpursued.first_change[:23]) == (
        "not_pursued",
        "No pursuit is recorded:",
    )


# Listings, what each criterion turned away alone and with others, feeds; the sentence's beginning.
OTHER_WORK = {
    "33 listings, all fail on proof: this feed brings other work (tagged most often: SEO 9).": (
        facts(
            listings=33,
            qualified=0,
            rejected=33,
            costs=(Cost("budget", 1, 25), Cost("proof", 1, 32)),
        ),
    ),
    "28 of the 33 listings fail on budget: these feeds bring work that pays too little": (
        facts(
            listings=33,
            qualified=0,
            rejected=30,
            feeds=(*GOOD, FeedDays("g", 30, 0, 9, 9)),
            costs=(Cost("budget", 0, 28), Cost("proof", 0, 20)),
        ),
    ),
    # proof is told of before others that turn as many away
    "33 listings, all fail on proof: this feed brings other work (tagged most often: SEO 9). Change"
    " the search behind it, or add a proof of that work: each fails on several": (
        facts(
            listings=33,
            qualified=0,
            rejected=33,
            costs=(Cost("rules", 0, 33), Cost("budget", 0, 33), Cost("proof", 0, 33)),
        ),
    ),
    # 4 of 33 fail on one alone: more than a tenth
    "Look at `client` first: it turns away 4 listings": (
        facts(
            listings=33,
            qualified=0,
            rejected=33,
            costs=(Cost("proof", 2, 27), Cost("client", 4, 9)),
        ),
    ),
}


@pytest.mark.parametrize("sentence", OTHER_WORK)
def test_none_qualify_says_what_the_feeds_bring_instead(sentence: str) -> None:
    (given,) = OTHER_WORK[sentence]
    tags = () if "budget" in sentence else (("SEO", 9),)
    found = diagnose(replace(given, tags=tags), NOON)
    assert found.word == "none_qualify"
    assert found.first_change.startswith(sentence)


def test_shares_are_apart_where_their_intervals_are() -> None:
    """0 of 20 leaves at most 16 % open; 10 of 20 at least 30 %; 3 of 20 at least 5 %."""
    assert apart(share(10, 20), share(0, 20))
    assert apart(share(0, 20), share(10, 20))
    assert not apart(share(0, 20), share(3, 20))
    assert not apart(share(0, 20), share(0, 0))


def test_what_is_said_to_change_names_the_culprit() -> None:
    """The worst feed with its failure; the criterion that alone turns most away."""
    assert "f (auth)" in diagnose(CASES["sources_broken"][0], NOON).first_change
    assert "`budget`" in diagnose(CASES["none_qualify"][0], NOON).first_change
    assert "before the first sight" in diagnose(CASES["alerted_too_late"][0], NOON).first_change
    priced = facts(
        *(replace(each, objections=("price",)) for each in proposals(12, "replied", "interviewed"))
    )
    assert "`price`" in diagnose(priced, NOON).first_change


def test_thin_data_says_how_much_is_missing() -> None:
    """Eight that are answered or old; the nine of three days ago are in flight and not ignored."""
    found = diagnose(CASES["not_enough_data"][0], NOON)
    assert [(m.what, m.have, m.need) for m in found.missing] == [
        ("pursuits that were answered or are a week old", 8, 10)
    ]
    assert [(m.have, m.need) for m in diagnose(Facts(WINDOW, 0.0), NOON).missing] == [(0, 7)]
    young = replace(facts(listings=5, qualified=0, alerted=0), observed_days=2.0)
    assert [(m.have, m.need) for m in diagnose(young, NOON).missing] == [(2.0, 7), (5, 20)]


def test_one_setting_says_when_a_pursuit_is_ignored() -> None:
    """A proposal of 12 days ago: ignored after 7 days, in flight by 14; and so is an interview."""
    week, fortnight = (
        tuple(
            proposal(n, *stages, days_ago=12, ignored_after=timedelta(days=days))
            for n, stages in enumerate(((), ("replied", "interviewed")))
        )
        for days in (7, 14)
    )
    assert [(p.answered(NOON), p.closed(NOON)) for p in week] == [(False, None), (True, False)]
    assert [(p.answered(NOON), p.closed(NOON)) for p in fortnight] == [(None, None), (True, None)]
    waiting = replace(facts(*fortnight[:1]), ignored_after=timedelta(days=14))
    assert diagnose(replace(waiting, pursued=waiting.pursued * 5), NOON).missing == (
        Missing("pursuits that were answered or are 14 days old", 0, 10),
    )


def test_two_hours_are_late_only_in_a_crowd() -> None:
    """Three hours are no diagnosis by themselves; with 20 proposals at first sight they are."""
    assert diagnose(facts(*proposals(12), hours_posting_to_alert=3.0), NOON).word == "no_response"
    assert (
        diagnose(facts(*proposals(12), hours_posting_to_alert=3.0, proposals=20.0), NOON).word
        == "alerted_too_late"
    )
    answered = facts(*proposals(12, "replied"), hours_posting_to_alert=9.0)
    assert (
        diagnose(answered, NOON).word == "not_enough_data"
    )  # replies come all the same; interviews are what is missing


def test_a_later_rejection_does_not_erase_an_interview() -> None:
    rejected = proposal(1, "replied", "interviewed", "declined")
    assert rejected.reached("interviewed")
    assert (rejected.answered(NOON), rejected.closed(NOON)) == (True, False)
    assert proposal(1, "declined", days_ago=2).answered(NOON) is False
    assert proposal(1, "withdrawn").answered(NOON) is None


def test_wilson_interval() -> None:
    """By the formula, worked by hand: 0 of 10 leaves up to z²/(n+z²) = 3.8416/13.8416; half of
    10 lies between 0.2366 and 0.7634.
    """
    assert (share(0, 10).low, share(0, 10).high) == (0.0, 0.2775)
    assert (share(5, 10).low, share(5, 10).high) == (0.2366, 0.7634)
    assert share(0, 0).share is None


def test_waiting_is_counted_from_the_stage_before() -> None:
    """Two hours from the alert to the proposal, a day between later stages; hired without an
    interview recorded waits from the reply.
    """
    steps = funnel(
        Brought(listings=9, qualified=3, alerted=2), [proposal(1, "replied", "hired"), proposal(2)]
    )
    assert steps[3:] == (
        Step("pursued", 2, 2),
        Step("viewed", 1),
        Step("replied", 1, 24),
        Step("interviewed", 1),
        Step("hired", 1, 24),
    )


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """Four jobs of two days ago: three qualified (two alerted), one rejected; two pursued, one
    hired; one contact.
    """
    path, then = tmp_path / "h.duckdb", NOON - 2 * DAY
    with open_store(blank_history(path), now=NOON) as store:
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
        store.append_events(
            [
                event(n, kind, then + timedelta(hours=3), attempt=1)
                for n in (1, 2)
                for kind in ("attempt", "sent")
            ]
        )
        hired = Pursuit(job_id(1), "hired", NOON, None, Decimal(800))
        store.record_pursuits(
            [Pursuit(job_id(n), "pursued", then + timedelta(hours=4), 12) for n in (1, 2)]
        )
        store.record_pursuits([hired, Pursuit(job_id(2), "declined", NOON, objection="price")])
        store.record_contact(
            Contact("c1", NOON - DAY, "referral", "a client of last year", Decimal(50))
        )
    return path


def reviewed(store: Store, window: Window) -> Review:
    criteria = CriteriaSettings(worth=WorthSettings())
    return review(
        read_facts(store.con, window, criteria),
        read_facts(store.con, window.before, criteria),
        criteria,
        NOON,
    )


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
    assert (found.connects.spent, found.connects.price, found.money.won) == (
        24,
        Decimal("3.60"),
        Decimal(800),
    )
    assert found.second_paths.said == "2 pursuits, 1 contact"
    assert [(p.name, p.listings, p.qualified, p.pursued, p.hired) for p in found.by_source] == [
        ("f", 4, 3, 2, 1)
    ]
    assert [(p.name, p.share_of_hired) for p in found.by_platform] == [("upwork", 1.0)]
    assert found.concentration.endswith("If it closed tomorrow, nothing would be left.")
    assert (found.diagnosis.word, found.before.watched) == ("not_enough_data", False)


def test_the_backlog_is_explained(tmp_path: Path) -> None:
    """Jobs 1 to 3 were there when f was first read: one held back, one alerted all the same, one
    rejected. 4 came later, into g too.
    """
    first, later = NOON - 10 * DAY, NOON - 9 * DAY
    with open_store(tmp_path / "h.duckdb", now=NOON) as store:
        told = (event(1, "suppressed", first, cause=Cause.BACKLOG), event(2, at_time=first))
        store.apply(
            brought(
                1,
                2,
                3,
                at_time=first,
                decisions=(decision(1), decision(2), decision(3, "rejected")),
                events=told,
            )
        )
        store.apply(
            brought(
                4, 5, at_time=later, present=holds(1, 2, 3, 4, 5), events=(event(4, at_time=later),)
            )
        )
        store.apply(shows(4, feed="g", at_time=later))
        done = [
            event(n, kind, at + DAY / 24, attempt=1)
            for n, at in ((2, first), (4, later))
            for kind in ("attempt", "sent")
        ]
        store.append_events([*done, event(5, "suppressed", later, cause=Cause.REPOST)])
        market = read_facts(store.con, WINDOW, CriteriaSettings()).by or {}
    everything = market["all"][""]
    assert (everything.listings, everything.earlier, everything.new) == (5, 3, 2)
    assert (everything.qualified, everything.earlier_qualified, everything.alerted) == (4, 2, 2)
    assert everything.not_alerted == {"earlier": 1, "repost": 1}
    assert sentences.not_alerted(everything) == [
        (
            "3 of the 5 listings were there before their feed was first read; they count in no rate"
            " and no wait from posting."
        ),
        (
            "2 of the 4 qualified listings alerted no one: 1 there before the feed was first read,"
            " 1 a repost of something alerted."
        ),
    ]
    assert (market["feed"]["g"].listings, market["feed"]["g"].earlier) == (
        1,
        0,
    )  # f had been read before, so that 4 was news


def test_waiting_is_that_of_news(tmp_path: Path) -> None:
    """A job of three weeks ago on a feed's first page waited for no one; the one that came later
    was seen after two hours.
    """
    first, later = NOON - 10 * DAY, NOON - 9 * DAY
    posted = {1: first - 21 * DAY, 2: later - timedelta(hours=2)}
    with open_store(tmp_path / "h.duckdb", now=NOON) as store:
        for number, at in ((1, first), (2, later)):
            job = ListingVersion(
                listing(number, seen=at, posted_at=posted[number]), at, f"text of {job_id(number)}"
            )
            store.apply(
                brought(number, at_time=at, versions=(job,), present=holds(*range(1, number + 1)))
            )
            store.append_events(
                [
                    event(number, kind, at + timedelta(hours=1), attempt=1)
                    for kind in ("attempt", "sent")
                ]
            )
        found = read_facts(store.con, WINDOW, CriteriaSettings()).brought
    assert (
        found.hours_to_sight,
        found.hours_to_alert,
        found.hours_posting_to_alert,
        found.posting_known,
    ) == (2, 1, 3, 1)


def test_criteria_are_charged_per_feed_and_proof(tmp_path: Path) -> None:
    """Job 1 of f fails budget alone; job 2 of g fails budget and rules."""
    fails = {1: ("budget",), 2: ("budget", "rules")}
    tags = {1: ("SEO", "PHP", "seo"), 2: ("seo", "Excel", "Ads", "Logo")}
    with open_store(tmp_path / "h.duckdb", now=NOON) as store:
        for number, feed in ((1, "f"), (2, "g")):
            findings = tuple(Finding(name, "fail", Decimal(0), "no") for name in fails[number])
            job = listing(number, skills=tags[number])
            store.apply(
                brought(
                    number,
                    feed=feed,
                    versions=(ListingVersion(job, NOON, f"text of {job_id(number)}"),),
                    decisions=(replace(decision(number, "rejected"), findings=findings),),
                    events=(),
                )
            )
        found = read_facts(
            store.con,
            Window(NOON - DAY, NOON + DAY),
            CriteriaSettings(budget=BudgetSettings(), rules=RulesSettings()),
        )
    assert found.turned_away == (Cost("budget", 1, 1), Cost("rules", 0, 1))
    assert found.part("feed", "f").turned_away == (Cost("budget", 1, 0),)
    assert found.part("feed", "g").turned_away == (Cost("budget", 0, 1), Cost("rules", 0, 1))
    assert found.part("proof", "Finance").turned_away == found.turned_away
    assert found.tags == (("SEO", 2), ("Ads", 1), ("Excel", 1))
    assert found.part("feed", "f").tags == (("PHP", 1), ("SEO", 1))


def test_nothing_hangs_on_no_channel() -> None:
    assert (
        concentration(())
        == "Nothing qualified or was pursued, so that nothing hangs on any channel."
    )


def test_if_a_channel_closed_tomorrow() -> None:
    """Upwork brought 3 of 4 pursuits and 30 of 40 qualified listings; the other marketplace what
    is left.
    """
    by = {"platform": {"upwork": Brought(200, 30), "guru": Brought(100, 10)}}
    pursued = [*proposals(3, "hired"), replace(proposal(4, "hired"), platform="guru")]
    found = concentration(parts(replace(facts(*pursued), by=by), "platform", NOON))
    assert (
        found
        == "upwork bears 75% of the qualified listings, 75% of the pursuits and 75% of the deals. "
        "If it closed tomorrow, 10 qualified listings, 1 pursuit and 1 deal would be left."
    )


def said(here: Facts, before: Facts | None = None) -> Review:
    return review(
        here, before or Facts(WINDOW.before, 0.0), CriteriaSettings(worth=WorthSettings()), NOON
    )


def test_a_review_of_nothing_says_only_that() -> None:
    nothing = said(Facts(WINDOW, 0.0))
    assert (
        sentences.nothing_known(nothing)
        == "Nothing is known of this time: no feed was polled, and nothing was recorded. `goldmine"
        " run` polls your feeds."
    )
    assert sentences.nothing_known(said(facts())) is None


def test_a_thin_review_gives_no_figure_for_what_is_unknown() -> None:
    """A month of listings without one pursuit: no share of pursuits, no connects, no comparison."""
    thin = said(replace(facts(listings=25, qualified=4, alerted=4), observed_days=9.0))
    assert sentences.period(thin) == "2026-10-24 to 2026-11-23, 9 of these 30 days watched"
    assert sentences.numbers(thin) == [
        "missing: alerted listings: 4 of 5",
        "missing: pursuits that were answered or are a week old: 0 of 10",
    ]
    assert sentences.compared(thin) == [
        "There is nothing to compare with: nothing was watched in the 30 days before."
    ]
    assert sentences.paid(thin) == [
        "No pursuit was recorded in this time; `goldmine track LISTING pursued --connects 12`"
        " records one."
    ]
    assert sentences.second_paths(thin) == "0 pursuits, 0 contacts outside the marketplaces."


def test_a_full_review_in_sentences() -> None:
    """12 of 16 pursuits name 12 connects each; 6 replies; two deals, one of them of 800; the
    month before was watched for ten days.
    """
    won = replace(proposal(1, "replied", "interviewed", "hired"), won=Decimal(800))
    open_won = proposal(2, "replied", "interviewed", "hired")
    paid = tuple(
        replace(each, connects=12)
        for each in (won, open_won, *proposals(6), *proposals(4, "replied", "interviewed"))
    )
    full = said(
        facts(*paid, *proposals(4)),
        replace(facts(*proposals(3), listings=100, qualified=0), observed_days=10.0),
    )
    assert sentences.numbers(full) == [
        (
            "share of interviews that became deals: 33% (2 of 6; 95 % interval 10% to 70%),"
            " threshold 20%"
        ),
        "share of pursuits with a reply: 38% (6 of 16; 95 % interval 18% to 61%), threshold 10%",
    ]
    assert sentences.paid(full) == [
        (
            "16 pursuits cost 144 connects (21.60 USD), 12 a pursuit, 24 a reply. Of 4 of them no"
            " connects are known."
        ),
        "2 deals brought 800.00 USD; of 1 of them no amount is known.",
    ]
    assert sentences.compared(full) == [
        "Only 10 of the 30 days before were watched: compare shares, not counts.",
        "listings that qualify: 13% (40 of 300), before 0% (0 of 100); more than chance explains",
        "pursuits with a reply: 38% (6 of 16), before 0% (0 of 3); may be chance",
        "interviews that became deals: 33% (2 of 6), before none yet",
    ]


def test_parts_say_a_change_once_and_what_they_lack() -> None:
    part = Part(
        "a",
        1,
        1,
        1,
        1,
        1,
        1,
        1,
        1,
        Decimal(1),
        None,
        None,
        None,
        "no_deals",
        (Number("of", 0.1, 0.2),),
        (),
        "Do it.",
    )
    lacking = replace(
        part, diagnosis="not_enough_data", missing=(Missing("alerted listings", 1, 5),)
    )
    found = said(facts())
    assert sentences.diagnosed(
        [part, replace(part, name="b"), replace(lacking, name="c"), replace(lacking, name="d")],
        found,
    ) == [
        "a: no deals (of: 0.1, threshold 0.2). Do it.",
        "b: no deals (of: 0.1, threshold 0.2).",
        "not enough data (alerted listings: 1 of 5): c, d",
    ]


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
        assert (
            changes(store.con, replace(TRIAL, criteria_hash="c1"), NOON + timedelta(seconds=1))
            == ()
        )


def test_each_change_of_the_criteria_has_its_date_also_the_way_back(tmp_path: Path) -> None:
    """c0 from the start, c1 from the third day on, c0 again on the sixth; what judged before the
    trial is no change.
    """
    for number, (days, criteria) in enumerate(
        ((-1, "old"), (1, "c0"), (3, "c1"), (4, "c1"), (6, "c0"), (7, "c0")), 1
    ):
        at = TRIAL.started_at + days * DAY
        with open_store(tmp_path / "h.duckdb", now=at) as store:
            store.apply(
                brought(number, at_time=at, decisions=(decision(number, criteria=criteria),))
            )
    with open_store(tmp_path / "h.duckdb", now=NOON) as store:
        found = tried(store.con, TRIAL, facts(), NOON).changes
    assert [
        (each.criteria_hash, (each.at_time - TRIAL.started_at).days, each.back) for each in found
    ] == [
        ("c1", 3, False),
        ("c0", 6, True),
    ]
    assert [sentences.criteria_change(each) for each in found] == [
        "the criteria changed under it: other criteria (c1) from 2026-11-16 12:00 UTC",
        "the criteria changed under it: those of the beginning again from 2026-11-19 12:00 UTC",
    ]


def test_the_three_questions() -> None:
    """Answered by numbers, or by too few of them."""
    thin = questions(facts(*proposals(3)), NOON)
    assert [q.answer for q in thin] == ["yes", "not enough data", "not enough data"]
    full = questions(CASES["no_deals"][0], NOON)
    assert [q.answer for q in full] == ["yes", "yes", "no"]
    assert full[1].numbers.startswith(
        "6 replies to 12 decided pursuits, 50% (95 % interval 25% to 75%)"
    )
