"""Projects side by side on a real Prefect server, plain `prefect deploy`, and runs as a worker
starts them. Slow: a minute.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import yaml

from goldmine_ingest import config
from goldmine_ingest.errors import ConfigError
from goldmine_ingest.settings.project import Project
from tests.rig.fault_table import fault
from tests.rig.project import Home
from tests.rig.receiver import Receiver
from tests.rig.waiting import PATIENCE

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
FEED = '[[feed]]\nname = "jobs"\nurl = "file:jobs.xml"\n'
# What differs by when a deployment was made, not by what it is.
_OWN = ("id", "created", "updated", "deployment_id")


@pytest.fixture(scope="module")
def api(prefect_harness: None) -> str:
    """The address of a Prefect server of its own."""
    from prefect.settings import get_current_settings

    url = get_current_settings().api.url
    assert url
    return url


@pytest.fixture
def nothing(api: str) -> Iterator[str]:
    """The same, without the deployments of other tests."""
    yield api
    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as client:
        for found in client.read_deployments():
            client.delete_deployment(found.id)


def project_of(folder: Path, name: str = "") -> Project:
    (folder / "config").mkdir(parents=True, exist_ok=True)
    (folder / "jobs.xml").write_text(
        "<rss version='2.0'><channel><title>Jobs</title></channel></rss>"
    )
    return Home(folder, f'[project]\nname = "{name}"\n{FEED}').project()


def deployments() -> dict[str, Any]:
    """By Prefect's full name."""
    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as client:
        flows = {flow.id: flow.name for flow in client.read_flows()}
        return {
            f"{flows[found.flow_id]}/{found.name}": found for found in client.read_deployments()
        }


def deploy(project: Project) -> None:
    from goldmine_ingest.flows.deploy import deploy as deploy_plan
    from goldmine_ingest.flows.deploy import read_plan

    deploy_plan(project, read_plan(project))


def earlier(flow: str, name: str, config_path: Path | None) -> UUID:
    """A deployment as versions without project names made it."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.actions import WorkPoolCreate
    from prefect.exceptions import ObjectAlreadyExists

    with get_client(sync_client=True) as client:
        with contextlib.suppress(ObjectAlreadyExists):
            client.create_work_pool(WorkPoolCreate(name="goldmine", type="process"))
        where: dict[str, Any] = {
            "work_pool_name": "goldmine",
            "job_variables": {"env": {"GOLDMINE_CONFIG": str(config_path)}},
        }
        return client.create_deployment(
            client.create_flow_from_name(flow),
            name,
            entrypoint=f"flows.{flow}.{flow}",
            tags=["goldmine"],
            **(where if config_path else {}),
        )


def from_a_file(flow: str, name: str, checkout: Path) -> None:
    """A deployment as `prefect deploy flows/poll.py:poll` made it in an earlier version's checkout:
    nothing says whose it is but the folder to which its runs go.
    """
    from prefect.client.orchestration import get_client

    step = {"prefect.deployments.steps.set_working_directory": {"directory": str(checkout)}}
    with get_client(sync_client=True) as client:
        client.create_deployment(
            client.create_flow_from_name(flow),
            name,
            entrypoint=f"flows/{flow}.py:{flow}",
            pull_steps=[step],
        )


def test_what_prefect_deploy_made_of_a_file_is_retired_by_its_checkout(
    tmp_path: Path, nothing: str
) -> None:
    """And another checkout's is left alone."""
    one = project_of(tmp_path / "one", "one")
    from_a_file("poll", "goldmine", tmp_path / "one")
    from_a_file("digest", "goldmine", tmp_path / "other")
    deploy(one)
    assert set(deployments()) == {"poll/one", "digest/one", "maintain/one", "digest/goldmine"}


@fault(
    "P12",
    "two projects on one Prefect server",
    "each has its own deployments; one that is another's is refused and left alone",
)
def test_p12_two_projects_share_a_server_and_neither_touches_what_is_the_others(
    tmp_path: Path, nothing: str
) -> None:
    one, other = project_of(tmp_path / "one", "one"), project_of(tmp_path / "other")
    earlier("poll", "goldmine", one.config_path)
    earlier("digest", "goldmine", other.config_path)
    earlier("maintain", "goldmine", None)
    earlier("shard", "shard-0001", one.config_path)
    earlier("poll", "mine", one.config_path)
    deploy(one)
    own = {"poll/one", "digest/one", "maintain/one"}
    assert set(deployments()) == {*own, "digest/goldmine", "maintain/goldmine", "poll/mine"}
    before = deployments()["poll/one"]
    assert before.tags[:2] == ["goldmine", "one"]
    assert before.work_pool_name == "one"

    deploy(other)
    (name,) = {found.name for found in deployments().values()} - {"one", "goldmine", "mine"}
    assert name.startswith("other-")
    assert set(deployments()) == {
        *own,
        f"poll/{name}",
        f"digest/{name}",
        f"maintain/{name}",
        "maintain/goldmine",
        "poll/mine",
    }

    third = project_of(tmp_path / "third", "one")
    with pytest.raises(ConfigError, match=f"belongs to {one.config_path}") as refused:
        deploy(third)
    assert "[project] name" in str(refused.value)
    assert str(refused.value).count("\n") == 1
    assert deployments()["poll/one"] == before

    deploy(project_of(tmp_path / "one", "uno"))
    assert not own & set(deployments())
    assert "poll/uno" in deployments()


def command(*words: str, cwd: Path, api: str, **env: str) -> subprocess.CompletedProcess[str]:
    plain = {
        "PATH": os.environ["PATH"],
        "HOME": str(cwd),
        "LANG": "C.UTF-8",
        "NO_COLOR": "1",
        "PREFECT_API_URL": api,
        **env,
    }
    return subprocess.run(  # noqa: S603 - ours
        [sys.executable, "-m", *words],
        cwd=cwd,
        env=plain,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )


def plain(value: Any) -> Any:
    """A deployment without what differs by the time at which it was made."""
    if isinstance(value, Mapping):
        return {
            key: plain(each)
            for key, each in value.items()
            if key not in _OWN and not str(each).startswith("deployment:")
        }
    return [plain(each) for each in value] if isinstance(value, list) else value


def test_plain_prefect_deploy_makes_what_goldmine_deploy_makes(
    tmp_path: Path, nothing: str
) -> None:
    """Field by field, in a copy of the checkout; and so does the file that `goldmine deploy
    --yaml` prints.
    """
    from goldmine_ingest.flows.deploy import as_yaml, read_plan

    shutil.copytree(
        ROOT / "config", tmp_path / "config", ignore=shutil.ignore_patterns("secrets", "*.env")
    )
    shutil.copy(ROOT / "prefect.yaml", tmp_path)
    project = config.load(None, env={"HOME": str(tmp_path)}, cwd=tmp_path)
    assert yaml.safe_load(as_yaml(project, read_plan(project))) == yaml.safe_load(
        (ROOT / "prefect.yaml").read_text()
    )

    deploy(project)
    ours = {name: plain(found.model_dump(mode="json")) for name, found in deployments().items()}
    for found in deployments().values():
        _delete(found.id)
    done = command("prefect", "--no-prompt", "deploy", "--all", cwd=tmp_path, api=nothing)
    assert done.returncode == 0, done.stdout + done.stderr
    prefects = {name: plain(found.model_dump(mode="json")) for name, found in deployments().items()}
    assert len(ours) == 3
    assert prefects == ours


def _delete(deployment_id: UUID) -> None:
    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as client:
        client.delete_deployment(deployment_id)


def run_as_a_worker_does(
    deployment_id: UUID, folder: Path, api: str, config_path: Path
) -> tuple[Any, str]:
    """The state that a run of a deployment ends in, and what its process printed."""
    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as client:
        run = client.create_flow_run_from_deployment(deployment_id)
        done = command(
            "prefect.engine",
            cwd=folder,
            api=api,
            PREFECT__FLOW_RUN_ID=str(run.id),
            GOLDMINE_CONFIG=str(config_path),
        )
        return client.read_flow_run(run.id).state, done.stdout + done.stderr


def test_a_folder_flows_of_the_users_breaks_nothing(tmp_path: Path, nothing: str) -> None:
    project = project_of(tmp_path)
    for name in ("__init__", "poll"):
        (tmp_path / "flows").mkdir(exist_ok=True)
        (tmp_path / f"flows/{name}.py").write_text("raise RuntimeError('not ours')\n")
    deploy(project)
    (poll,) = (found for name, found in deployments().items() if name.startswith("poll/"))
    state, said = run_as_a_worker_does(poll.id, tmp_path, nothing, project.config_path)
    assert state.is_completed(), said
    assert "Traceback" not in said


def test_a_deployment_of_an_earlier_version_ends_with_a_line_that_says_what_to_do(
    tmp_path: Path, nothing: str
) -> None:
    project = project_of(tmp_path)
    state, said = run_as_a_worker_does(
        earlier("poll", "goldmine", project.config_path), tmp_path, nothing, project.config_path
    )
    assert state.is_failed()
    assert "goldmine deploy" in state.message
    assert "Traceback" not in said
    assert not (tmp_path / "data/goldmine.duckdb").exists()


@pytest.mark.parametrize(
    ("broken", "word"),
    [
        ("data", "write"),
        ("goldmine.toml", "not valid TOML"),
        ("history", "damaged"),
        ("gone", "this machine has no"),
    ],
)
@fault(
    "P13",
    "a run that can't write, or can't read its configuration",
    "Failed, in a line or two; no page of traceback",
)
def test_p13_what_keeps_a_run_from_its_work_is_said_in_a_line_or_two(
    tmp_path: Path, nothing: str, broken: str, word: str
) -> None:
    project = project_of(tmp_path)
    deploy(project)
    (poll,) = (found for name, found in deployments().items() if name.startswith("poll/"))
    shutil.rmtree(tmp_path / "data")
    if broken == "data":
        (tmp_path / "data").write_text("a file where the folder should be")
    elif broken == "history":
        (tmp_path / "data").mkdir()
        (tmp_path / "data/goldmine.duckdb").write_text("not a database" * 1000)
    elif broken == "gone":
        project.config_path.unlink()
    else:
        project.config_path.write_text("[[feed")
    state, said = run_as_a_worker_does(poll.id, tmp_path, nothing, project.config_path)
    assert state.is_failed(), said
    assert word in state.message
    assert "Traceback" not in said
    # What DuckDB's binding says of its own at the end of a process is not the run's.
    own = [line for line in said.splitlines() if " | " in line or "rror" in line]
    assert len(own) < 10, said


def test_runs_that_crash_before_our_code_begins_are_told_like_a_broken_source(
    tmp_path: Path, nothing: str
) -> None:
    """Three in a row, once; and once that they work again."""
    from prefect.client.orchestration import get_client
    from prefect.states import Completed, Crashed

    from goldmine_ingest.flows.following import Following
    from goldmine_ingest.flows.runner import OwnRunner
    from goldmine_ingest.flows.served import Served

    with Receiver() as sink, get_client(sync_client=True) as client:
        phone = f'[[notify]]\nname = "phone"\nurl = "json://127.0.0.1:{sink.port}/"\n'
        project = Home(tmp_path, f"{FEED}{phone}").project()
        served = Served(OwnRunner("goldmine", limit=1), project, lambda _: None, alone=False)
        served.apply(client)
        said: list[str] = []
        following = Following(project, served, said.append)
        for count in range(1, 5):
            run = client.create_flow_run_from_deployment(served.id_of("poll"))
            client.set_flow_run_state(run.id, Crashed(), force=True)
            following.look(client)
            assert len(sink.accepted) == (count >= 3)
        assert "crash before they begin" in str(sink.accepted[0].json)
        run = client.create_flow_run_from_deployment(served.id_of("poll"))
        client.set_flow_run_state(run.id, Completed(), force=True)
        following.look(client)
        following.look(client)
        assert ["work again" in str(each.json) for each in sink.accepted] == [False, True]
    assert len(said) == 2


def test_intervals_of_a_changed_configuration_are_taken_up_and_a_broken_one_is_said_once(
    tmp_path: Path, nothing: str
) -> None:
    from prefect.client.orchestration import get_client

    from goldmine_ingest.flows.following import Following
    from goldmine_ingest.flows.runner import OwnRunner
    from goldmine_ingest.flows.served import Served

    project = project_of(tmp_path, "changing")
    text = project.config_path.read_text()

    def every() -> float:
        schedule = deployments()["poll/changing"].schedules[0].schedule
        return float(schedule.interval.total_seconds())

    with get_client(sync_client=True) as client:
        said: list[str] = []
        served = Served(OwnRunner("goldmine", limit=1), project, said.append, alone=False)
        served.apply(client)
        following = Following(project, served, said.append)
        assert every() == 300
        for broken in ("[[feed", "[[feed"):
            project.config_path.write_text(broken)
            following.look(client)
        assert len(said) == 1
        assert "going on with the configuration as it was" in said[0]
        assert every() == 300
        project.config_path.write_text(text + 'every = "20m"\n')
        following.look(client)
        assert every() == 1200
        assert "right again" in said[1]
