"""What is deployed, and how often: schedules from goldmine.toml, the rest from prefect.yaml."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from goldmine_ingest.app import FeedReport, RunReport
from goldmine_ingest.errors import ConfigError
from goldmine_ingest.flows.identity import Deployed, Identity, identify
from goldmine_ingest.flows.shown import feed_table, matches_markdown, run_name
from goldmine_ingest.model.decision import Decision
from goldmine_ingest.model.fetched import Outcome
from goldmine_ingest.model.posting import Listing, Posting
from goldmine_ingest.settings.project import Project
from tests.rig.fault_table import fault
from tests.rig.project import NOON, Home

# Prefect is imported by the tests that need it: each worker reads this file, and one runs it.
FLOWS = ("poll", "digest", "maintain")


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
    from goldmine_ingest.flows.deployments import intervals

    found = intervals(project_of(tmp_path, *paces))
    assert (found["poll"], found["digest"], found["maintain"]) == (poll, digest, timedelta(hours=6))


def test_a_disabled_feed_sets_no_pace(tmp_path: Path) -> None:
    from goldmine_ingest.flows.deployments import intervals

    project = project_of(tmp_path, "1m", "1h")
    assert intervals(
        replace(project, feeds=(replace(project.feeds[0], enabled=False), project.feeds[1]))
    )["poll"] == timedelta(hours=1)


@pytest.mark.parametrize("name", FLOWS)
@fault("P2", "a run longer than its interval", "one at a time")
def test_p2_a_deployment_runs_once_at_a_time_on_an_interval_without_parameters(
    tmp_path: Path, name: str
) -> None:
    from goldmine_ingest.flows.deployments import deployment

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
    from goldmine_ingest.flows.deploy import read_plan

    project = project_of(tmp_path, "10m")
    assert [(planned.flow, planned.pool) for planned in read_plan(project)] == [
        (name, identify(project).name) for name in FLOWS
    ]


def test_workers_take_the_place_of_poll_and_each_shard_is_deployed_once_with_its_number_alone(
    tmp_path: Path,
) -> None:
    from goldmine_ingest.flows.deploy import read_plan, spread
    from goldmine_ingest.flows.deployments import deployment, intervals

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
    from goldmine_ingest.flows.deploy import read_plan

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
        shown.splitlines()[2] == "| 90 | [∗b∗ (x)(http://evil.example) ‹script› ¦"
        " 'c'](https://board.example/1_%282%29%7C3) | P\\|Q |"
    )
    assert "](http://evil" not in shown
    javascript = replace(listing, posting=replace(listing.posting, url="javascript:alert(1)"))
    assert "javascript" not in matches_markdown(
        [(javascript, Decision("0" * 20, "h", "qualified", 90, ()))]
    )  # type: ignore[arg-type]


def test_each_feed_has_a_row_with_what_it_brought_and_when_it_is_asked_next() -> None:
    found = RunReport(
        "r",
        NOON,
        NOON,
        feeds=(
            FeedReport("a", Outcome.OK, 200, 3, 2, qualified=1, next_poll_at=NOON),
            FeedReport("b", Outcome.TIMEOUT, error="x"),
        ),
    )
    assert feed_table(found) == [
        {
            "feed": "a",
            "outcome": "ok",
            "new": 2,
            "qualified": 1,
            "next poll": f"{NOON:%Y-%m-%d %H:%M} UTC",
        },
        {"feed": "b", "outcome": "timeout", "new": 0, "qualified": 0, "next poll": ""},
    ]


@pytest.mark.parametrize("name", ["shared pool", "a/b", "prefect-own", "", " x", 3])
def test_a_projects_name_is_one_that_prefect_takes(tmp_path: Path, name: object) -> None:
    shown = name if isinstance(name, int) else f'"{name}"'
    home = Home(
        tmp_path,
        f'[project]\nname = {shown}\n[[feed]]\nname = "f"\nurl = "https://board.example/"\n',
    )
    if name in ("shared pool", ""):
        assert identify(home.project()).name == (name or identify(home.project()).name)
    else:
        with pytest.raises(ConfigError, match=r"project\.name"):
            home.project()


def test_a_name_is_kept_where_the_folder_moves_and_a_copy_of_it_gets_another(
    tmp_path: Path,
) -> None:
    first = identify(project_of(tmp_path / "here", "10m"))
    assert re.fullmatch(r"here-[0-9a-f]{6}", first.name)
    shutil.copytree(tmp_path / "here", tmp_path / "copy")
    copied = identify(project_of(tmp_path / "copy", "10m"))
    assert re.fullmatch(r"copy-[0-9a-f]{6}", copied.name)
    (tmp_path / "here").rename(tmp_path / "there")
    moved = identify(project_of(tmp_path / "there", "10m"))
    assert moved.name == first.name
    assert moved.owns(Deployed(first.name, first.config))
    assert not moved.owns(Deployed(first.name, copied.config))
    kept = tmp_path / "there/data/goldmine.duckdb.project"
    assert kept.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[",
        "[]",
        '{"name": 3, "names": [], "configs": []}',
        '{"name": "x", "names": [1], "configs": []}',
    ],
)
def test_a_record_of_names_that_is_damaged_counts_as_none(tmp_path: Path, text: str) -> None:
    project = project_of(tmp_path, "10m")
    before = identify(project).name
    (tmp_path / "data/goldmine.duckdb.project").write_text(text)
    assert identify(project).name == before


@pytest.mark.parametrize(
    ("name", "key"),
    [("goldmine-1a2b3c", "goldmine-1a2b3c-feeds"), ("Büro 2", "buro-2-"), ("日本", "")],
)
def test_an_artifact_has_a_key_that_prefect_takes(tmp_path: Path, name: str, key: str) -> None:
    found = Identity(name, "/c", frozenset([name]), frozenset(["/c"])).artifact("feeds")
    assert found.startswith(key)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", found)


def test_in_the_projects_folder_a_prefect_yaml_may_deploy_other_things_too(tmp_path: Path) -> None:
    from goldmine_ingest.flows.deploy import read_plan

    project = project_of(tmp_path, "10m")
    rows = "\n".join(
        f"- {{entrypoint: '{e}', work_pool: {{name: mine}}, tags: [x]}}"
        for e in ("flows/poll.py:poll", "goldmine_ingest.flows.poll.poll")
    )
    (project.home / "prefect.yaml").write_text(f"deployments:\n{rows}\n")
    assert [(planned.flow, planned.pool, planned.tags) for planned in read_plan(project)] == [
        ("poll", "mine", ("x",))
    ]


def test_what_a_run_would_execute_is_compared_with_what_this_program_deploys(
    tmp_path: Path,
) -> None:
    from prefect.client.schemas.responses import DeploymentResponse

    from goldmine_ingest.flows.deployments import deployment, differences

    made = deployment(
        "poll",
        project_of(tmp_path, "10m"),
        work_pool_name="p",
        job_variables={"env": {"GOLDMINE_CONFIG": "/c"}},
    )
    found = DeploymentResponse(
        name=made.name,
        flow_id=uuid4(),
        entrypoint=made.entrypoint,
        work_pool_name="p",
        job_variables={"env": {"GOLDMINE_CONFIG": "/c"}},
        pull_steps=[],
        tags=["other"],
    )
    assert differences(found, made) == []
    for field, value in {
        "entrypoint": "evil.py:poll",
        "path": "/tmp/evil",  # noqa: S108 - only a name
        "pull_steps": [{"prefect.deployments.steps.run_shell_script": {"script": "evil"}}],
        "job_variables": {"env": {"GOLDMINE_CONFIG": "/c"}, "command": "evil"},
        "work_pool_name": None,
        "storage_document_id": uuid4(),
    }.items():
        assert differences(found.model_copy(update={field: value}), made) == [field]
