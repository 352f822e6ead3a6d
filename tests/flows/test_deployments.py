"""What is deployed, and how often: schedules from goldmine.toml, the rest from prefect.yaml."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from goldmine_ingest.app import FeedReport, RunReport
from goldmine_ingest.errors import ConfigError
from goldmine_ingest.flows.deploy import read_plan, spread
from goldmine_ingest.flows.deployments import FLOWS, deployment, intervals
from goldmine_ingest.flows.identity import identify
from goldmine_ingest.flows.shown import escaped, matches_markdown, run_name
from goldmine_ingest.model.decision import Decision
from goldmine_ingest.model.fetched import Outcome
from goldmine_ingest.model.posting import Listing, Posting
from goldmine_ingest.settings.project import Project
from tests.rig.fault_table import fault
from tests.rig.project import NOON, Home


def project_of(folder: Path, *paces: str) -> Project:
    feeds = "".join(
        f'[[feed]]\nname = "f{n}"\nurl = "https://board.example/{n}"\nevery = "{pace}"\n'
        for n, pace in enumerate(paces)
    )
    return Home(folder, feeds).project()


@pytest.mark.parametrize(
    ("paces", "poll", "digest"),
    [
        (("10m", "1h"), timedelta(minutes=10), None),
        (("1h", "6h"), timedelta(hours=1), timedelta(minutes=15)),
        (("auto", "6h"), timedelta(minutes=3), None),
    ],
)
def test_polls_are_as_frequent_as_the_most_frequent_feed(
    tmp_path: Path, paces: tuple[str, ...], poll: timedelta, digest: object
) -> None:
    found = intervals(project_of(tmp_path, *paces))
    assert (found["poll"], found["digest"], found["maintain"]) == (poll, digest, timedelta(hours=6))


def test_a_disabled_feed_sets_no_pace(tmp_path: Path) -> None:
    project = project_of(tmp_path, "1m", "1h")
    assert intervals(
        replace(project, feeds=(replace(project.feeds[0], enabled=False), project.feeds[1]))
    )["poll"] == timedelta(hours=1)


@pytest.mark.parametrize("name", FLOWS)
@fault("P2", "a run longer than its interval", "one at a time")
def test_p2_a_deployment_runs_once_at_a_time_on_an_interval_without_parameters(
    tmp_path: Path, name: str
) -> None:
    made = deployment(name, project_of(tmp_path, "10m"))
    assert (made.concurrency_limit, made.concurrency_options.collision_strategy.value) == (
        1,
        "CANCEL_NEW",
    )
    assert made.parameters == {}
    assert made.entrypoint == f"goldmine_ingest.flows.{name}.{name}"
    assert all(schedule.schedule.interval for schedule in made.schedules or ())


def test_without_a_plan_of_ones_own_every_flow_is_deployed_to_the_projects_pool(
    tmp_path: Path,
) -> None:
    project = project_of(tmp_path, "10m")
    assert [(planned.flow, planned.pool) for planned in read_plan(project)] == [
        (name, identify(project).name) for name in FLOWS
    ]


def test_workers_take_the_place_of_poll_and_each_shard_is_deployed_once_with_its_number_alone(
    tmp_path: Path,
) -> None:
    project = project_of(tmp_path, "10m")
    plan = spread(read_plan(project), 3)
    own = identify(project).name
    names = [
        f"load/{own}",
        f"digest/{own}",
        f"maintain/{own}",
        *(f"shard/{own}-000{number}" for number in range(3)),
    ]
    assert [planned.name for planned in plan] == names
    made = [deployment(planned.flow, project, shard_number=planned.shard) for planned in plan]
    assert [each.parameters for each in made] == [
        {},
        {},
        {},
        {"number": 0},
        {"number": 1},
        {"number": 2},
    ]
    assert {
        (each.concurrency_limit, each.concurrency_options.collision_strategy.value) for each in made
    } == {(1, "CANCEL_NEW")}
    assert [intervals(project)[name] for name in ("load", "shard")] == [
        timedelta(minutes=1),
        timedelta(minutes=10),
    ]


@pytest.mark.parametrize(
    "text",
    ["deployments: []", "[", "deployments: [{entrypoint: flows/other.py:other}]", "work_pool: 1"],
)
def test_a_wrong_plan_is_a_configuration_error(tmp_path: Path, text: str) -> None:
    project = project_of(tmp_path, "10m")
    (project.config_path.parent / "prefect.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError):
        read_plan(project)


def report(*outcomes: Outcome, **facts: object) -> RunReport:
    feeds = tuple(FeedReport(f"f{n}", outcome) for n, outcome in enumerate(outcomes))
    return RunReport("r", NOON, NOON, feeds=feeds, **facts)  # type: ignore[arg-type]  # named freely


@pytest.mark.parametrize(
    ("found", "name"),
    [
        (
            report(*[Outcome.OK] * 40, Outcome.TIMEOUT, qualified=3),
            "poll: 41 feeds, 3 qualified, 1 failing",
        ),
        (report(Outcome.NOT_MODIFIED), "poll: 1 feeds, 0 qualified"),
        (report(), "poll: nothing was due"),
        (report(busy="x"), "poll: skipped, another cycle is in the way"),
    ],
)
def test_a_run_is_called_by_what_happened(found: RunReport, name: str) -> None:
    assert run_name("poll", found) == name


def test_z5_a_title_is_text_in_an_artifact_and_its_link_the_only_one() -> None:
    title = "*b* [x](http://evil.example) <script> | `c`"
    listing = Listing(
        "0" * 20, Posting("upwork", title, "", url="https://board.example/1_(2)|3"), NOON
    )
    shown = matches_markdown([(listing, Decision("0" * 20, "h", "qualified", 90, (), proof="P|Q"))])  # type: ignore[arg-type]  # any number
    assert (
        shown.splitlines()[2]
        == f"| 90 | [{escaped(title)}](https://board.example/1_%282%29%7C3) | P\\|Q |"
    )
    assert "](http://evil" not in shown
    javascript = replace(listing, posting=replace(listing.posting, url="javascript:alert(1)"))
    assert "javascript" not in matches_markdown(
        [(javascript, Decision("0" * 20, "h", "qualified", 90, ()))]
    )  # type: ignore[arg-type]
