"""Backtests: decided by the measures as the judge decides, with the facts of the first sight,
and nothing owed to anyone.
"""

from __future__ import annotations

import io
import json
from contextlib import redirect_stdout
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldmine_ingest import config
from goldmine_ingest.analysis.backtest import (
    Backtest,
    backtest,
    compare,
    history_of,
    keep_measures,
)
from goldmine_ingest.analysis.changed_words import decide_changed, measure_changed
from goldmine_ingest.analysis.measured import measured
from goldmine_ingest.analysis.measuring import (
    FEW,
    USUAL,
    Measuring,
    Pace,
    batches,
    cases,
    first_sights,
    measure_missing,
    read_batch,
    spread,
)
from goldmine_ingest.analysis.proof_similarity import only_proofs_changed
from goldmine_ingest.analysis.verdicts import DECISIONS, effects_of
from goldmine_ingest.cli import main
from goldmine_ingest.criteria import Judge
from goldmine_ingest.criteria.opinion import Opinions
from goldmine_ingest.errors import ConfigError
from goldmine_ingest.model.changes import ListingVersion
from goldmine_ingest.model.flags import FLAGS
from goldmine_ingest.model.opinion import Answer as Answered
from goldmine_ingest.model.opinion import Opinion
from goldmine_ingest.model.pursuit import Pursuit, Rating
from goldmine_ingest.runtime.locks import database_lock
from goldmine_ingest.settings.criteria import CRITERIA as CRITERIA_NAMES
from goldmine_ingest.settings.criteria import CriteriaSettings
from goldmine_ingest.settings.opinion import OpinionSettings
from goldmine_ingest.settings.project import Project
from goldmine_ingest.settings.reference import Reference
from goldmine_ingest.store.history import Store, open_store
from tests.histories import NOON, brought
from tests.rig.feed_server import Answer, FeedServer
from tests.rig.project import CRITERIA, Home, upwork_feed, upwork_item
from tools.bench.backtest import seed

LISTINGS = 80
NOW = NOON + timedelta(hours=1)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A history of listings that were judged live by the shipped criteria."""
    folder = tmp_path_factory.mktemp("backtest")
    made = config.load(seed(folder, LISTINGS), env={}, cwd=folder)
    answer_some(made)
    return made


ASKING = OpinionSettings(Reference("http://127.0.0.1:9/v1"), "m")


def answer_some(project: Project) -> None:
    """What a model said of two listings of three, of every fit there is."""
    criteria = replace(project.criteria, opinion=ASKING)
    second = Judge(criteria).second
    assert second is not None
    with open_store(project.database.path, now=NOW) as store:
        rows = [row[0] for row in store.con.execute("SELECT rowid FROM listing").fetchall()]
        said = [
            Opinion(
                listing.listing_id,
                second.question(listing.posting).key,
                "m",
                NOW,
                9,
                "failed" if number % 10 == 9 else "answered",
                answer=None
                if number % 10 == 9
                else Answered(
                    "the ask",
                    proof=None if number % 7 == 0 else project.criteria.proofs[number % 2].name,
                    fit=(number * 37) % 101,
                    specific=True,
                    engagement="project",
                ),
            )
            for number, listing in enumerate(first_sights(store, rows))
            if number % 3
        ]
        store.save_opinions(said)


def as_the_judge_decides(
    store: Store, criteria: CriteriaSettings
) -> dict[str, tuple[str, dict[str, int]]]:
    judge = Judge(criteria)
    rows = [row[0] for row in store.con.execute("SELECT rowid FROM listing").fetchall()]
    found = {}
    batch = read_batch(store, rows, {})
    said = store.opinions([row[0] for row in batch.rows])
    for listing, features, now, proofs in cases(judge, batch):
        opinions = Opinions(said.get(listing.listing_id, ()))
        decision = judge.decide(listing, features, now=now, proofs=proofs, opinions=opinions)
        found[listing.listing_id] = (decision.decision, effects_of(decision, criteria))
    return found


def as_the_measures_decide(
    project: Project, criteria: CriteriaSettings
) -> dict[str, tuple[str, dict[str, int] | None]]:
    """Decision and effects; None for the effects of a listing that no word can move."""
    names, history = (*CRITERIA_NAMES, "flags", "minimum_score"), history_of(project, None, NOW)
    with (
        TemporaryDirectory() as folder,
        measured(history, (project.criteria,), Path(folder)) as measures,
    ):
        measures.decide("present", project.criteria, since=None)
        *_, last = measure_changed(measures, project.criteria, criteria, since=None, pace=USUAL)
        assert last.complete
        decide_changed(measures, criteria, since=None)
        rows = measures.con.execute(
            f"SELECT listing_id, decision, {', '.join(names)} FROM proposed"  # noqa: S608 - names of ours
        ).fetchall()
        fixed = {
            name
            for (name,) in measures.con.execute(
                "SELECT listing_id FROM screened ANTI JOIN may_move USING (listing_id)"
            ).fetchall()
        }
    return {
        row[0]: (
            DECISIONS[row[1]],
            None if row[0] in fixed else dict(zip(names, row[2:], strict=True)),
        )
        for row in rows
    }


def money(low: int, high: int) -> st.SearchStrategy[Decimal | None]:
    return st.none() | st.decimals(low, high, places=2)


share = st.decimals(0, 1, places=3)
word = st.sampled_from(["pass", "review", "fail"])


@st.composite
def thresholds(draw: st.DrawFn, criteria: CriteriaSettings) -> CriteriaSettings:
    """The criteria with every setting moved that isn't a word to search for."""
    bound = st.sampled_from(["low", "middle", "high"])
    budget = replace(
        criteria.budget,  # type: ignore[type-var]
        fixed_minimum=draw(money(0, 5000)),
        hourly_minimum=draw(money(0, 100)),
        fixed_bound=draw(bound),
        hourly_bound=draw(bound),
    )
    client = replace(
        criteria.client,  # type: ignore[type-var]
        payment_verified=draw(st.none() | st.booleans()),
        spent_minimum=draw(money(0, 20_000)),
        hire_rate_minimum=draw(st.none() | share),
        rating_minimum=draw(money(0, 5)),
    )
    worth = replace(
        criteria.worth,  # type: ignore[type-var]
        win_rate=draw(share),
        hourly_value=draw(st.decimals(0, 200, places=2)),
        typical_connects=draw(st.integers(0, 60)),
        minimum_value=draw(st.decimals(-50, 300, places=2)),
        maximum_proposals=draw(st.none() | st.integers(0, 60)),
    )
    proofs = tuple(
        replace(
            proof,
            want=draw(share),
            fixed_minimum=draw(money(0, 5000)),
            hourly_minimum=draw(money(0, 100)),
        )
        for proof in criteria.proofs
    )
    fail, passes = sorted((draw(st.integers(0, 100)), draw(st.integers(0, 100))))
    opinion = replace(
        ASKING,
        pass_=passes,
        fail=fail,
        against=draw(st.sampled_from(["review", "fail"])),
        ask_from=draw(st.none() | share),
    )
    decision = replace(
        criteria.decision,
        require=draw(st.none() | st.lists(st.sampled_from(CRITERIA_NAMES), unique=True).map(tuple)),
        minimum_score=draw(
            st.sampled_from([Decimal(0), Decimal(50)]) | st.decimals(0, 100, places=2)
        ),
        unknown={name: draw(word) for name in CRITERIA_NAMES},
        weights={name: draw(st.decimals(0, 5, places=1)) for name in CRITERIA_NAMES},
        flags={name: draw(word) for name in FLAGS},
    )
    return replace(
        criteria,
        budget=draw(st.sampled_from([None, budget, budget])),
        client=draw(st.sampled_from([None, client, client])),
        worth=draw(st.sampled_from([None, worth, worth])),
        opinion=draw(st.sampled_from([None, opinion, opinion])),
        proofs=proofs,
        proof_match=replace(
            criteria.proof_match,
            **dict(zip(("minimum", "sure"), sorted((draw(share), draw(share))), strict=True)),
        ),
        first_step=replace(criteria.first_step, minimum_specificity=draw(share)),
        decision=decision,
    )


@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_the_measures_decide_as_the_judge_does_whatever_the_thresholds(
    project: Project, data: st.DataObject
) -> None:
    # [budget] also names the base currency: without it, it is USD, as it is in the shipped
    # criteria.
    criteria = data.draw(thresholds(project.criteria))
    decided = as_the_measures_decide(project, criteria)
    with open_store(project.database.path, now=NOW) as store:
        assert decided == as_the_judge_decides(store, criteria)


def test_the_live_decisions_are_those_of_the_measures(project: Project) -> None:
    with open_store(project.database.path, now=NOW) as store:
        live = dict(store.con.execute("SELECT listing_id, decision FROM decisions").fetchall())
    decided = as_the_measures_decide(project, project.criteria)
    assert {listing_id: decision for listing_id, (decision, _) in decided.items()} == live
    assert len(live) == LISTINGS


PHRASES_OF_WORK = st.lists(
    st.sampled_from(
        ["ledger", "payouts", "brand identity", "bank statements", "shop", "API integration"]
    ),
    max_size=4,
    unique=True,
).map(tuple)
TOOLS = st.lists(
    st.sampled_from(["Excel", "Go", "React", "Python", "SQL", "Figma", "Power BI"]),
    max_size=4,
    unique=True,
).map(tuple)
EXCLUDED = st.lists(
    st.sampled_from(["NetSuite", "Shopify", "logo", "weekly", "/free|trial/"]),
    max_size=2,
    unique=True,
).map(tuple)


@st.composite
def criteria_of_any_kind(draw: st.DrawFn, criteria: CriteriaSettings) -> CriteriaSettings:
    """Other words, rules, crafts and thresholds, bands and what flags do included."""
    moved = draw(thresholds(criteria))
    proofs = tuple(
        replace(
            proof, phrases=draw(PHRASES_OF_WORK), skills=draw(TOOLS), exclude=draw(EXCLUDED)[:1]
        )
        for proof in moved.proofs[: draw(st.integers(0, len(moved.proofs)))]
    )
    rules = None if moved.rules is None else replace(moved.rules, exclude=draw(EXCLUDED))
    crafts = draw(st.sampled_from([(), (), ("finance",), ("dev", "data")]))
    budget = moved.budget
    return replace(
        moved,
        proofs=proofs,
        rules=draw(st.sampled_from([None, rules])),
        me=draw(st.sampled_from([None, moved.me])),
        proof_match=replace(moved.proof_match, crafts=crafts),
        scope=replace(
            moved.scope,
            production=draw(PHRASES_OF_WORK)[:1],
            want=draw(st.sampled_from([(), (), ("cost", "risk"), ("judgment",)])),
        ),
        budget=budget and replace(budget, currency=draw(st.sampled_from(["USD", "EUR", "UAH"]))),
    )


@settings(max_examples=8, deadline=None)
@given(data=st.data())
def test_live_and_backtest_are_the_same_to_the_byte_whatever_the_criteria(
    project: Project, data: st.DataObject
) -> None:
    """A new listing judged as a cycle does, its stored features judged later, and its measures in
    columns, as backtest and tune ask them.
    """
    criteria = data.draw(criteria_of_any_kind(project.criteria))
    judge, later = Judge(criteria), Judge(criteria)
    decided = as_the_measures_decide(project, criteria)
    with open_store(project.database.path, now=NOW) as store:
        rows = [row[0] for row in store.con.execute("SELECT rowid FROM listing").fetchall()]
        batch = read_batch(store, rows, {})
        stored = store.opinions([row[0] for row in batch.rows])
    assert len(rows) == LISTINGS
    for listing, features, now, _ in cases(later, batch):
        said = Opinions(stored.get(listing.listing_id, ()))
        live = judge.decide(listing, judge.features(listing.posting), now=now, opinions=said)
        assert repr(later.decide(listing, features, now=now, opinions=said)) == repr(live)
        decision, effects = decided[listing.listing_id]
        assert decision == live.decision
        assert effects in (None, effects_of(live, criteria))


@settings(max_examples=6, deadline=None)
@given(data=st.data())
def test_the_newest_first_are_compared_as_all_of_them(
    project: Project, data: st.DataObject
) -> None:
    """Each step of a preview is the backtest of the listings that it reaches, the last one all."""
    criteria = data.draw(criteria_of_any_kind(project.criteria))
    pace, history = Pace(first=3, batch=20), history_of(project, None, NOW)
    with (
        TemporaryDirectory() as folder,
        measured(history, (project.criteria,), Path(folder)) as measures,
    ):
        measures.decide("everything", project.criteria, since=None)
        measures.con.execute("CREATE TABLE present AS FROM everything")
        steps = []
        for step in measure_changed(measures, project.criteria, criteria, since=None, pace=pace):
            measures.con.execute(
                "CREATE OR REPLACE TABLE present AS FROM everything"
                " WHERE $1 IS NULL OR first_seen_at >= $1::TIMESTAMPTZ",
                [step.since],
            )
            steps.append((step, compare(measures, project.criteria, criteria, since=step.since)))
    assert [step.complete for step, _ in steps] == [*[False] * (len(steps) - 1), True]
    for step, found in steps[:1] + steps[-1:]:
        assert found == backtest(project, criteria, since=step.since, now=NOW)


PHRASES = [
    'proof.Finance reconciliation.phrases=["ledger", "payouts", "brand identity"]',
    'proof.Finance reconciliation.exclude=["Stripe"]',
    'proof.Finance reconciliation.skills=["Excel", "Go", "React"]',
    'rules.exclude=["NetSuite"]',
    'me.country="US"',
    'scope.production=["pitch deck"]',
]


@pytest.mark.parametrize("change", PHRASES)
def test_changed_words_are_measured_again_as_the_judge_decides(
    project: Project, change: str
) -> None:
    proposed = config.change_criteria(project.criteria, [change, "budget.fixed_minimum=100"])
    found = backtest(project, proposed, since=None, now=NOW)
    with open_store(project.database.path, now=NOW) as opened:
        before, after = (
            as_the_judge_decides(opened, criteria) for criteria in (project.criteria, proposed)
        )
    qualified = [
        {name for name, (decision, _) in decided.items() if decision == "qualified"}
        for decided in (before, after)
    ]
    assert set(found.entering) == qualified[1] - qualified[0]
    assert set(found.leaving) == qualified[0] - qualified[1]
    assert (found.present.qualified, found.proposed.qualified) == (
        len(qualified[0]),
        len(qualified[1]),
    )
    assert found.judged == LISTINGS == found.unchanged + len(found.entering) + len(found.leaving)


def test_changed_proofs_alone_match_the_stored_features_only(project: Project) -> None:
    """A proof less, one renamed, one new: the others' similarities are taken from the history."""
    history = history_of(project, None, NOW)
    first, *others = project.criteria.proofs
    proposed = replace(
        project.criteria,
        proofs=(
            replace(first, name="Zebra"),
            replace(first, name="Aardvark", phrases=("audit",)),
            others[-1],
        ),
    )
    assert only_proofs_changed(history, project.criteria, proposed)
    found = backtest(project, proposed, since=None, now=NOW)
    with open_store(project.database.path, now=NOW) as opened:
        after = as_the_judge_decides(opened, proposed)
    assert found.proposed.qualified == sum(
        decision == "qualified" for decision, _ in after.values()
    )


def test_features_of_an_older_version_are_made_again(tmp_path: Path) -> None:
    home = config.load(seed(tmp_path, 20), env={}, cwd=tmp_path)
    proposed = config.change_criteria(home.criteria, PHRASES[:1])
    expected = backtest(home, proposed, since=None, now=NOW)
    with open_store(home.database.path, now=NOW) as opened:
        opened.con.execute("UPDATE text_features SET payload = '{}'")
    assert backtest(home, proposed, since=None, now=NOW) == expected
    assert (
        backtest(
            home, config.change_criteria(home.criteria, PHRASES[2:3]), since=None, now=NOW
        ).judged
        == 20
    )


def test_a_history_without_measures_gets_them_once(tmp_path: Path) -> None:
    home = config.load(seed(tmp_path, 20), env={}, cwd=tmp_path)
    with open_store(home.database.path, now=NOW) as opened:
        stored = opened.con.execute("FROM measure ORDER BY listing_id").fetchall()
        opened.con.execute("DELETE FROM measure WHERE listing_id > '00000000000000000005'")
    history = history_of(home, None, NOW)
    keep_measures(history, home.criteria, tmp_path)
    with open_store(home.database.path, now=NOW) as opened:
        assert opened.con.execute("FROM measure ORDER BY listing_id").fetchall() == stored
    assert list(measure_missing(history, home.criteria, tmp_path)) == []


def test_an_edited_listing_is_judged_as_it_was_first(tmp_path: Path) -> None:
    home = config.load(seed(tmp_path, 20), env={}, cwd=tmp_path)
    before = backtest(home, home.criteria, since=None, now=NOW)
    with open_store(home.database.path, now=NOW) as opened:
        ids = [row[0] for row in opened.con.execute("SELECT listing_id FROM listing").fetchall()]
        edited = [
            replace(one, revision=1, posting=replace(one.posting, title="Nothing", description=""))
            for one in opened.listings(ids).values()
        ]
        opened.apply(
            brought(
                versions=tuple(ListingVersion(one, NOW, "other text") for one in edited), present={}
            )
        )
    assert backtest(home, home.criteria, since=None, now=NOW) == before


def test_the_ledger_and_the_decisions_stay_as_they_are(project: Project) -> None:
    def rows() -> list[Any]:
        with open_store(project.database.path, now=NOW) as opened:
            return [
                opened.con.execute(f"FROM {table} ORDER BY ALL").fetchall()
                for table in ("alert_event", "open_alert", "decision")
            ]

    before = rows()
    backtest(project, config.change_criteria(project.criteria, PHRASES[:1]), since=None, now=NOW)
    assert rows() == before


def test_nobody_waits_while_criteria_are_tried(project: Project) -> None:
    """A program that has the history for all of that time is in no one's way, nor in its own."""
    proposed = config.change_criteria(project.criteria, ["budget.fixed_minimum=300"])
    expected = backtest(project, proposed, since=None, now=NOW)
    with (
        TemporaryDirectory() as folder,
        measured(history_of(project, None, NOW), (project.criteria,), Path(folder)) as measures,
        database_lock(project.database.path, timedelta(0)),
    ):
        measures.decide("present", project.criteria, since=None)
        for _ in measure_changed(measures, project.criteria, proposed, since=None, pace=USUAL):
            assert compare(measures, project.criteria, proposed, since=None) == expected


def test_a_cycle_runs_while_words_are_tried(tmp_path: Path) -> None:
    """What it brings meanwhile is the next backtest's."""
    with FeedServer() as feeds:
        feeds.script(
            "/jobs",
            Answer(body=upwork_feed(*map(upwork_item, range(4)))),
            Answer(body=upwork_feed(*map(upwork_item, range(9)))),
        )
        home = Home(
            tmp_path,
            f'[fetch]\nallow_private = ["{urlsplit(feeds.url("/")).netloc}"]\n[[feed]]\nname ='
            f' "jobs"\nurl = "{feeds.url("/jobs")}"\nbacklog = "all"\n',
            criteria=CRITERIA,
        )
        assert home.run().new_listings == 4
        project, brought_by = home.project(), []
        phrases = 'proof.Finance reconciliation.phrases=["bank exports"]'
        proposed = config.change_criteria(project.criteria, [phrases])
        expected = backtest(project, proposed, since=None, now=NOON)

        def cycle(_: str) -> None:
            brought_by.append(home.run(all_feeds=True).new_listings)

        found = backtest(project, proposed, since=None, now=NOON, progress=cycle)
    assert brought_by == [5]
    assert (found, found.judged) == (expected, 4)
    assert backtest(project, proposed, since=None, now=NOON).judged == 9


def test_ratings_and_pursuits_are_kept_or_lost(tmp_path: Path) -> None:
    home = config.load(seed(tmp_path, 240), env={}, cwd=tmp_path)
    with open_store(home.database.path, now=NOW) as opened:
        good, bad, won, *_ = [
            row[0]
            for row in opened.con.execute(
                "SELECT listing_id FROM decisions WHERE decision = 'qualified'"
            ).fetchall()
        ]
        opened.record_rating(Rating(good, "good", None, NOW))
        opened.record_rating(Rating(bad, "bad", None, NOW))
        opened.record_pursuits([Pursuit(won, "pursued", NOW), Pursuit(won, "replied", NOW)])
    same = backtest(home, home.criteria, since=None, now=NOW).kept
    none = backtest(
        home,
        config.change_criteria(home.criteria, ["proof_match.minimum=1", "proof_match.sure=1"]),
        since=None,
        now=NOW,
    )
    assert (same.good_kept, same.bad_kept, same.pursuits_kept, same.good_lost) == (1, 1, 1, 0)
    assert (
        none.kept.good_lost,
        none.kept.bad_lost,
        none.kept.pursuits_lost,
        none.kept.good_kept,
    ) == (1, 1, 1, 0)
    assert none.moved_by["proof"] == (0, none.present.qualified)


def test_since_counts_the_first_sight(project: Project) -> None:
    found = backtest(project, project.criteria, since=NOW - timedelta(days=7), now=NOW)
    with open_store(project.database.path, now=NOW) as opened:
        recent = opened.con.execute(
            "SELECT count(*) FROM listings WHERE first_seen_at >= ?", [NOW - timedelta(days=7)]
        ).fetchone()
    assert recent is not None
    assert 0 < found.judged == recent[0] < LISTINGS


def test_two_processes_measure_what_one_does(project: Project, tmp_path: Path) -> None:
    with open_store(project.database.path, now=NOW) as opened:
        rows = [row[0] for row in opened.con.execute("SELECT rowid FROM listing").fetchall()]
        work = [
            read_batch(opened, rows[start : start + 20], {}) for start in range(0, len(rows), 20)
        ]
    written = []
    for folder, parallel in (("one", False), ("two", True)):
        (tmp_path / folder).mkdir()
        counts = list(
            spread(Measuring(project.criteria, tmp_path / folder), iter(work), parallel=parallel)
        )
        assert counts == [len(batch.rows) for batch in work]
        written.append([file.read_text() for file in sorted((tmp_path / folder).iterdir())])
    assert written[0] == written[1]


@pytest.mark.parametrize("count", [0, 1, FEW, FEW + 1, 5_000, 10_001, 100_000])
def test_each_process_has_as_much_of_the_work(count: int) -> None:
    """Ten thousand listings once went in batches of 4,000: one process had 6,000 of them."""
    parts = list(batches(range(count)))
    assert [row for part in parts for row in part] == list(range(count))
    in_turn = [sum(map(len, parts[first::2])) for first in (0, 1)]
    assert max(map(len, parts), default=0) <= USUAL.batch
    if count > FEW:
        assert abs(in_turn[0] - in_turn[1]) <= USUAL.batch
        assert min(in_turn) > 0.4 * count


def shown(project: Project, *arguments: str) -> str:
    out = io.StringIO()
    with redirect_stdout(out):
        assert (
            main(["--config", str(project.config_path), "backtest", "--since", "5200w", *arguments])
            == 0
        )
    return out.getvalue()


def test_the_document_is_the_contracts(project: Project) -> None:
    found = json.loads(shown(project, "--json", "--set", "budget.fixed_minimum=5000"))
    assert list(found) == [
        "schema",
        "since",
        "judged",
        "present",
        "proposed",
        "entering",
        "leaving",
        "unchanged",
        "moved_by",
        "ratings",
        "pursuits",
    ]
    assert (
        list(found["present"])
        == list(found["proposed"])
        == ["qualified", "review", "rejected", "alerts_per_day"]
    )
    assert found["moved_by"]["budget"]["leaving"] > 0
    assert set(found["ratings"]) == {"good_kept", "good_lost", "bad_kept", "bad_lost"}
    assert set(found["pursuits"]) == {"kept", "lost"}


def test_the_table_says_what_moves_and_why(project: Project) -> None:
    text = shown(project, "--set", "budget.fixed_minimum=5000")
    assert "would newly qualify" in text
    assert "budget" in text


def test_criteria_from_a_file(project: Project, tmp_path: Path) -> None:
    (tmp_path / "other.toml").write_text(
        project.criteria.text.replace("fixed_minimum = 500", "fixed_minimum = 5000")
    )
    from_file = json.loads(shown(project, "--json", "--criteria", str(tmp_path / "other.toml")))
    assert from_file == json.loads(
        shown(project, "--json", "--set", "budget.fixed_minimum=5000")
    ) | {"since": from_file["since"]}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("budget.hourly_minimun=35", "hourly_minimun"),
        ("budget.hourly_minimum=many words", "no TOML value"),
        ("budget.hourly_minimum", "KEY=VALUE"),
        ("budget.hourly_minimum=-3", "budget.hourly_minimum"),
        ("proof.Nobody.want=1", "no proof 'Nobody'"),
        ("budget.currency.x=1", "no table"),
        ('rules.exclude=["/(/"]', "/(/"),
    ],
)
def test_a_change_that_is_wrong_is_a_configuration_error(
    project: Project, change: str, says: str
) -> None:
    with pytest.raises(ConfigError) as error:
        config.change_criteria(project.criteria, [change])
    assert says in str(error.value)
    assert error.value.exit_status == 2


def test_a_bare_word_is_a_text_and_a_missing_table_is_made(project: Project) -> None:
    without = replace(project.criteria, text='[[proof]]\nname = "A"\nphrases = ["b"]\n')
    found = config.change_criteria(
        without, ["budget.fixed_bound=low", "proof.A.want=0.5", "budget.fixed_minimum=7"]
    )
    assert found.budget is not None
    assert (found.budget.fixed_bound, found.budget.fixed_minimum, found.proofs[0].want) == (
        "low",
        7,
        Decimal("0.5"),
    )


def test_nothing_to_judge_is_no_error(tmp_path: Path) -> None:
    home = config.load(seed(tmp_path, 1), env={}, cwd=tmp_path)
    found: Backtest = backtest(home, home.criteria, since=NOW, now=NOW)
    assert (found.judged, found.present.alerts_per_day) == (0, 0)
