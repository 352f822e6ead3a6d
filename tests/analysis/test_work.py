"""The work that is asked for: reasons, tasks and the automatable end, worked by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from goldmine_ingest.analysis.funnel import Window
from goldmine_ingest.analysis.shares import share
from goldmine_ingest.analysis.work import Counted, Moving, Work, read_work, work
from goldmine_ingest.analysis.work_sentences import rows, sentences
from goldmine_ingest.model.changes import ListingVersion
from goldmine_ingest.model.decision import Decision, Signal
from goldmine_ingest.model.posting import BaseAmounts, Listing
from goldmine_ingest.model.pursuit import Pursuit
from goldmine_ingest.settings.criteria import CriteriaSettings, ProofSettings
from goldmine_ingest.settings.tasks import TaskSettings
from goldmine_ingest.store.history import open_store
from tests.histories import NOON, brought, decision, job_id, listing

DAY = timedelta(days=1)
TASKS = (
    TaskSettings("Reconciliation", exposure="human-critical"),
    TaskSettings("Data entry", exposure="automatable"),
    TaskSettings("Dashboards"),
)
PROOFS = (ProofSettings("Finance", exposure="human-critical"),)
CRITERIA = CriteriaSettings(tasks=TASKS, proofs=PROOFS)


def counted(entry: int, reconciliation: int, everything: int = 100) -> list[Counted]:
    return [
        Counted("all", "", None, None, everything),
        Counted("task", "Data entry", None, None, entry),
        Counted("task", "Reconciliation", None, None, reconciliation),
        Counted("task", "Dashboards", None, None, 50),  # declared nothing: no side
    ]


# Of what is asked of one's tasks now and before, how much is automatable, and what is said.
MOVES = {
    # 30 of 40 (0.60 to 0.86) against 10 of 40 (0.14 to 0.40)
    "to": ((30, 10), (10, 30), True, "Your work moves to the automatable end: 75% (30 of 40)"),
    "away": ((10, 30), (30, 10), True, "Your work moves away from the automatable end: 25%"),
    # 22 of 40 (0.40 to 0.69) against 18 of 40 (0.31 to 0.60) overlap
    "chance": ((22, 18), (18, 22), False, "may be chance."),
    # 19 are one too few
    "thin": ((10, 9), (30, 10), None, "of 20 listings in each time there are 19 now, 40 before."),
    "nothing before": ((30, 10), (0, 0), None, "there are 40 now, 0 before."),
}


@pytest.mark.parametrize("name", MOVES)
def test_whether_the_work_moves_to_the_automatable_end(name: str) -> None:
    now, before, differs, said = MOVES[name]
    found = work(counted(*now), counted(*before), CRITERIA)
    assert (found.own_by, found.own.differs) == ("task", differs)
    assert (found.own.now, found.own.before) == (
        share(now[0], sum(now)),
        share(before[0], sum(before)),
    )
    assert said in sentences(found)[1]


def shown(human: int, automatable: int, declared: str | None = "human-critical") -> list[Counted]:
    return [
        Counted("all", "", None, None, 100),
        Counted("exposure", "Finance", declared, "human-critical", human),
        Counted("exposure", "Finance", declared, "automatable", automatable),
    ]


def test_without_declared_tasks_the_texts_of_what_the_proofs_matched_tell() -> None:
    found = work(shown(10, 30), shown(30, 10), CriteriaSettings(proofs=PROOFS))
    assert (found.own_by, found.own.now, found.own.differs) == ("text", share(30, 40), True)


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        (
            shown(10, 30),
            shown(30, 10),
            "Finance: you call it human-critical; 75% (30 of 40) of what it matched reads more"
            " automatable, before 25% (10 of 40); more than chance explains.",
        ),
        (
            shown(10, 30),
            shown(0, 0),
            "Finance: you call it human-critical; 75% (30 of 40) of what it matched reads more"
            " automatable.",
        ),
        # too few, or another declaration than one can drift from
        (shown(10, 9), shown(30, 10), None),
        (shown(10, 30, None), shown(30, 10, None), None),
    ],
)
def test_the_drift_of_a_proof_from_what_it_is_called(
    now: list[Counted], before: list[Counted], said: str | None
) -> None:
    told = sentences(work(now, before, CriteriaSettings(proofs=PROOFS)))[2:]
    assert told == ([] if said is None else [said])


def test_why_clients_pay_and_where_replies_came_from() -> None:
    rows_of = [
        Counted("all", "", None, None, 40),
        Counted("job", "cost", None, None, 10, decided=4, replied=2),
        Counted("job", "risk", None, None, 12, decided=3, replied=1),
        Counted("job", "speed", None, None, 2, decided=2),
    ]
    assert sentences(work(rows_of, [], CRITERIA))[0] == (
        "Most often clients want less risk: 30% (12 of 40). Your replies came from: less risk 1,"
        " less cost 2."
    )
    none = work([Counted("all", "", None, None, 20)], [], CRITERIA)
    assert sentences(none)[0] == "None of the 20 listings says why its client pays."


def test_nothing_is_said_of_nothing() -> None:
    found = work([], [], CRITERIA)
    assert sentences(found) == []
    assert [row[1] for row in rows(found)] == [0, 0, 0]
    assert Moving("own", None, share(0, 0), share(0, 0)).differs is None


# number: (days ago, pay, proposals, its signs)
JOBS = {
    1: (2, 1000, 10, ("job.cost", "task.Reconciliation")),
    2: (2, 400, 20, ("job.cost", "task.Reconciliation")),
    3: (2, None, None, ("job.risk",)),
    4: (2, 300, 30, None),  # judged before signs were looked for
    5: (12, 500, 5, ("job.cost", "task.Data entry")),
}


def _job(number: int) -> Listing:
    days, pay, proposals, _ = JOBS[number]
    amount = None if pay is None else Decimal(pay)
    seen = NOON - days * DAY
    made = listing(number, seen=seen, pay="fixed", proposals_min=proposals)
    return replace(made, base=BaseAmounts(amount, amount))


def _decision(number: int) -> Decision:
    kinds = JOBS[number][3]
    signals = None if kinds is None else tuple(_sign(kind) for kind in kinds)
    return replace(
        decision(number), signals=signals, exposure="automatable", proof_exposure="human-critical"
    )


def _sign(kind: str) -> Signal:
    return Signal(kind, kind.partition(".")[2], "its words")


def _read(path: Path) -> Work:
    with open_store(path, now=NOON) as store:
        for number in JOBS:
            version = ListingVersion(_job(number), _job(number).first_seen_at, f"text {number}")
            store.apply(
                brought(
                    number,
                    at_time=_job(number).first_seen_at,
                    versions=(version,),
                    decisions=(_decision(number),),
                    events=(),
                )
            )
        begun = NOON - 2 * DAY
        store.record_pursuits(
            [
                Pursuit(job_id(1), "pursued", begun),
                Pursuit(job_id(1), "replied", NOON - DAY),
                Pursuit(job_id(2), "pursued", begun),  # two days ago: in flight
                Pursuit(job_id(3), "pursued", begun),
                Pursuit(job_id(3), "declined", NOON - DAY),
            ]
        )
        return read_work(store.con, Window(NOON - 10 * DAY, NOON), CRITERIA, NOON - 7 * DAY)


def test_demand_money_crowding_and_replies_of_a_history(tmp_path: Path) -> None:
    found = _read(tmp_path / "h.duckdb")
    assert found.looked_at == 3
    by_name = {each.name: each for each in (*found.reasons, *found.tasks)}
    cost = by_name["cost"]
    assert (cost.listings, cost.before) == (share(2, 3), share(1, 1))
    assert (cost.median_fixed, cost.median_hourly, cost.proposals) == (Decimal(700), None, 15)
    # job 1 was replied to, job 2 is in flight
    assert cost.replies == share(1, 1)
    assert by_name["risk"].replies == share(0, 1)
    assert by_name["speed"].listings == share(0, 3)
    assert by_name["Reconciliation"].listings == share(2, 3)
    assert by_name["Data entry"].before == share(1, 1)
    assert (found.own.now, found.own.before) == (share(0, 2), share(1, 1))
    assert found.drifts[0].now == share(3, 3)
    assert sentences(found)[0] == "Why clients pay can't be said yet: 3 of 20 listings."
