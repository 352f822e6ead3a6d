"""`goldmine serve` and everyone else on the machine: the server answers its owner alone, what
Prefect is told of a deployment is never what runs, and what else there is (a page, a door, proxy
variables) goes on beside it. Two real `serve`, started in the same second, for the whole module;
with a third on the first one's server, they are ended in every way at the end.
"""

from __future__ import annotations

import base64
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from goldmine_ingest.pipeline.delivery.buttons import ButtonMaker, key_of_buttons, reply_topic
from tests.rig import browser as chromium
from tests.rig.fault_table import fault
from tests.rig.feed_server import Answer, FeedServer, Tripwire, closed_port
from tests.rig.ports import free_port
from tests.rig.processes import command_line, listeners, session_of
from tests.rig.project import Home, upwork_feed, upwork_item
from tests.rig.receiver import Receiver
from tests.rig.services import Services
from tests.rig.terminal import Terminal, on_a_terminal
from tests.rig.waiting import PATIENCE, wait_for
from tests.runtime.test_signals import goldmine, home_of
from tests.web.test_command import get
from tests.web.test_phone_process import EVENTS, ask, is_open, path_of, phones_of

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc"),
]

PAGE = re.compile(
    r"Prefect's page: http://127\.0\.0\.1:(\d+) - log in with any name; "
    r"the password (?:is in|\S+ \(also in) (/[^\s)]+)"
)
OUR_PAGE = re.compile(r"The page is at http://([^/:]+):(\d+)(/in/\S+)")
NOBODY = 65534
_SELDOM = "23h"  # polls of its own would come between


@dataclass
class Served:
    """A `goldmine serve` that runs."""

    home: Home
    process: subprocess.Popen[Any]
    terminal: Terminal | None = None

    @property
    def folder(self) -> Path:
        return self.home.folder

    def said(self) -> str:
        return (self.folder / "said.txt").read_text(encoding="utf-8")

    @property
    def port(self) -> int:
        return int(PAGE.findall(self.said())[-1][0])

    @property
    def secret(self) -> str:
        return Path(PAGE.findall(self.said())[-1][1]).read_text(encoding="ascii")

    @property
    def server(self) -> int:
        return int((self.folder / "data/prefect/server.lock").read_text())

    def ours(self) -> set[int]:
        """Every process of this `serve` that is alive; the server leads a session of its own."""
        return session_of(self.process.pid) | session_of(self.server)

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, Any]:
        """As the owner, unless other headers are given."""
        known = {"Authorization": basic(self.secret), **headers}
        answer = request(self.port, method, path, body, known)
        while (
            answer.status == 503
        ):  # its database is locked just now, Prefect says so, and to ask again
            answer.read()
            time.sleep(0.2)
            answer = request(self.port, method, path, body, known)
        text = answer.read()
        return answer.status, json.loads(text) if text.startswith((b"{", b"[")) else text.decode()

    def deployment(self, flow: str) -> dict[str, Any]:
        found: list[dict[str, Any]] = self.ask(
            "POST", "/api/deployments/filter", {"flows": {"name": {"any_": [flow]}}}
        )[1]
        return found[0]

    def new_run(self, flow: str) -> str:
        status, made = self.ask(
            "POST",
            f"/api/deployments/{self.deployment(flow)['id']}/create_flow_run",
            {"state": {"type": "SCHEDULED"}},
        )
        assert status == 201
        return str(made["id"])

    def state(self, run: str) -> str:
        return str(self.ask("GET", f"/api/flow_runs/{run}")[1]["state_type"])

    def runners(self) -> set[int]:
        """The processes of runs that are in hand."""
        return {
            pid
            for pid in session_of(self.process.pid)
            if "multiprocessing.spawn" in command_line(pid)
        }


def basic(secret: str, user: str = "goldmine") -> str:
    return "Basic " + base64.b64encode(f"{user}:{secret}".encode()).decode()


def request(
    port: int, method: str, path: str, body: object = None, headers: dict[str, str] | None = None
) -> HTTPResponse:
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    sent = {"Content-Type": "application/json", **(headers or {})}
    connection.request(method, path, None if body is None else json.dumps(body), sent)
    return connection.getresponse()


@contextmanager
def serving(
    folder: Path, feeds: FeedServer, sink: Receiver, *, every: str = _SELDOM, **env: str
) -> Iterator[Served]:
    folder.mkdir(parents=True, exist_ok=True)
    home = home_of(folder, feeds, sink, every=every)
    with goldmine(home, "serve", **env) as process:
        yield Served(home, process)


@dataclass(frozen=True)
class Around:
    """What stands around the second `serve`: proxies that are only said to be there, a service
    whose buttons are listened to, and the port of the door.
    """

    proxies: Tripwire
    services: Services
    door: int

    @property
    def env(self) -> dict[str, str]:
        schemes = {"HTTP_PROXY": "http", "HTTPS_PROXY": "http", "ALL_PROXY": "socks5"}
        place = f"127.0.0.1:{self.proxies.port}"
        proxy = {name: f"{scheme}://{place}" for name, scheme in schemes.items()}
        return {**proxy, **{name.lower(): url for name, url in proxy.items()}}

    def settings(self, settings: str) -> str:
        """With [fetch] proxy = "env", so that the variables stay. All else is on this machine."""
        with_env = settings.replace("[fetch]\n", '[fetch]\nproxy = "env"\n')
        assert with_env != settings
        return (
            f'{with_env}[web]\nlisten = "127.0.0.1:{free_port()}"\n[actions]\nurl ='
            f' "https://box.example"\nlisten = "127.0.0.1:{self.door}"\n[[notify]]\nname ='
            f' "push"\nurl = "{self.services.url("ntfy", "jobs")}"\n'
        )


@contextmanager
def serving_on_a_terminal(
    folder: Path, feeds: FeedServer, sink: Receiver, around: Around
) -> Iterator[Served]:
    home = home_of(folder, feeds, sink, every=_SELDOM)
    home.settings = around.settings(home.settings.replace(feeds.url("/jobs"), feeds.url("/news")))
    home.project()
    env = {"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8", "TERM": "xterm"}
    command = [sys.executable, "-m", "goldmine_ingest", "serve", "--web"]
    with on_a_terminal(
        command, cwd=folder, env={**env, **around.env}, copy=folder / "said.txt"
    ) as terminal:
        yield Served(home, terminal.process, terminal)


@pytest.fixture(scope="module")
def feeds() -> Iterator[FeedServer]:
    with FeedServer() as server:
        server.script("/jobs", Answer(body=upwork_feed()))
        news = upwork_feed(upwork_item(1, posted=datetime.now(UTC)))
        server.script("/news", Answer(body=news))
        yield server


@pytest.fixture(scope="module")
def sink() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


@pytest.fixture(scope="module")
def around() -> Iterator[Around]:
    with Tripwire() as proxies, Services() as services:
        yield Around(proxies, services, free_port())


@pytest.fixture(scope="module")
def two(
    tmp_path_factory: pytest.TempPathFactory,
    feeds: FeedServer,
    sink: Receiver,
    around: Around,
    known_to_prefect: Callable[[Path], None],
) -> Iterator[tuple[Served, Served]]:
    """Two projects' `serve`, started in the same second, each past its first poll; the second on a
    terminal, with a page, a door and proxy variables.
    """
    with ExitStack() as stack:
        folders = [tmp_path_factory.mktemp(name) for name in ("one", "two")]
        for folder in folders:
            known_to_prefect(folder)
        first = stack.enter_context(serving(folders[0], feeds, sink))
        second = stack.enter_context(serving_on_a_terminal(folders[1], feeds, sink, around))
        for each in (first, second):
            wait_for(lambda each=each: PAGE.search(each.said()) or each.process.poll() is not None)
            wait_for(lambda each=each: "COMPLETED" in states(each))
        yield first, second


@pytest.fixture(scope="module")
def served(two: tuple[Served, Served]) -> Served:
    return two[0]


def states(each: Served) -> set[str]:
    return {run["state_type"] for run in each.ask("POST", "/api/flow_runs/filter", {})[1]}


@fault("P11", "two `serve` of two projects started in the same second", "each has its own server")
def test_p11_two_starts_at_once_each_get_their_own_server(two: tuple[Served, Served]) -> None:
    first, second = two
    assert first.port != second.port
    assert first.secret != second.secret
    for mine, other in ((first, second), (second, first)):
        assert mine.ask("GET", "/api/version")[0] == 200
        assert mine.ask("GET", "/api/version", Authorization=basic(other.secret))[0] == 401
        tags = mine.deployment("poll")["tags"]
        assert f"config:{mine.folder / 'config/goldmine.toml'}" in tags


@fault(
    "N13",
    "goldmine serve with HTTP_PROXY and ALL_PROXY=socks5://…",
    "its own server is asked directly; it polls",
)
def test_n13_it_starts_and_polls_where_proxies_are_set(
    two: tuple[Served, Served], feeds: FeedServer, sink: Receiver, around: Around
) -> None:
    """Feed and destination are on this machine too. What ends it: P11, below."""
    known = Path(f"/proc/{two[1].process.pid}/environ").read_bytes()
    assert f"ALL_PROXY=socks5://127.0.0.1:{around.proxies.port}".encode() in known
    wait_for(lambda: sink.accepted)
    assert len(feeds.requests("/news")) == 1
    assert around.proxies.hits == 0


def test_prefects_page_ours_and_the_door_share_neither_port_nor_process(
    two: tuple[Served, Served], around: Around
) -> None:
    """Three processes on three ports, and what is pressed is heard as it is without Prefect. All of
    them end with `serve`: P11, below.
    """
    served, door, prefect = two[1], around.door, two[1].port
    wait_for(lambda: OUR_PAGE.search(served.said()) and is_open(door) and around.services.streams)
    [(host, page, link)] = OUR_PAGE.findall(served.said())
    whose = {port: listeners(port) for port in (int(page), prefect, door)}
    assert all(len(who) == 1 for who in whose.values()), whose
    assert len({*whose.values()}) == 3, whose
    ours = {pid for port in (int(page), door) for pid in whose[port]}
    assert all(" web " in f"{command_line(pid)} " for pid in ours)
    assert whose[door] == set(phones_of(served.process.pid))
    for pid in ours:  # whoever they call, it isn't Prefect
        known = Path(f"/proc/{pid}/environ").read_bytes()
        assert b"PREFECT_API" not in known
        assert str(prefect).encode() not in known

    status, cookie, _ = get(int(page), link, host)
    assert status == 303
    for foreign in ("/api/health", "/api/admin/version", "/runs"):
        assert get(int(page), foreign, host, cookie.partition(";")[0])[0] == 404
    status, _, text = get(prefect, "/keys", "127.0.0.1")
    assert "Keys and words" not in text

    home = served.home
    assert "✓ Pursued" in ask("POST", door, path_of(home, "pursue", "phone"))[1]
    maker = ButtonMaker(home.project(), "push", key_of_buttons(home.project().database.path))
    [(listing,)] = home.rows("SELECT listing_id FROM listings")
    press = maker.token("bad", str(listing), datetime.now(UTC))
    around.services.touch({"url": f"http://x/{reply_topic('push', maker.key)}", "body": press})
    wait_for(lambda: home.rows("SELECT rating FROM ratings") == [("bad",)])
    assert home.rows(EVENTS) == [("pursued", "phone")]


# What a stranger may send; {port} is the server's. All of it is refused, whatever else is right.
STRANGERS: dict[str, tuple[int, dict[str, str]]] = {
    "no password": (401, {}),
    "an empty password": (401, {"Authorization": basic("")}),
    "a wrong one": (401, {"Authorization": basic("x" * 43)}),
    "another scheme": (401, {"Authorization": "Bearer {secret}"}),
}
# What the owner's browser sends for somebody else's page: the password comes along by itself.
PAGES: dict[str, tuple[int, dict[str, str]]] = {
    "a foreign Host": (421, {"Host": "evil.example"}),
    "a foreign Host with our port": (421, {"Host": "evil.example:{port}"}),
    "a name that only begins like ours": (421, {"Host": "localhost.evil.example:{port}"}),
    "a Host with a name in front": (421, {"Host": "127.0.0.1:{port}@evil.example"}),
    "an address that isn't loopback": (421, {"Host": "192.0.2.7:{port}"}),
    "a foreign Origin": (403, {"Origin": "http://evil.example"}),
    "a page of another port": (403, {"Origin": "http://127.0.0.1:1"}),
    "an Origin of nobody": (403, {"Origin": "null"}),
    "a request across sites": (403, {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}),
    "a request from another port": (403, {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors"}),
    "a frame": (
        403,
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"},
    ),
    "a form": (
        403,
        {
            "Sec-Fetch-Site": "cross-site",
            "Sec-Fetch-Mode": "navigate",
            "Sec-Fetch-Dest": "document",
            "X-As": "POST",
        },
    ),
}


def operations(served: Served) -> list[tuple[str, str]]:
    """(method, path) of all that Prefect says it answers, and of its pages. Names in a path are
    filled with what could be there.
    """
    schema = served.ask("GET", "/openapi.json")[1]
    found = [(verb.upper(), path) for path, verbs in schema["paths"].items() for verb in verbs]
    assert len(found) > 150, "this isn't Prefect's whole API"
    below = [
        (verb, "/api" + re.sub(r"\{[^}]*\}", lambda _: str(uuid4()), path)) for verb, path in found
    ]
    pages = (
        "/",
        "/v2/",
        "/v2/dashboard",
        "/runs",
        "/ui-settings",
        "/docs",
        "/openapi.json",
        "/api/docs",
        "/api/openapi.json",
        "/api/static/x",
    )
    tricks = (
        "//api/health",
        "/api/health/",
        "/api//health",
        "/api/health/../version",
        "/API/health",
        "/api/variables/name/health",
    )
    return [
        *below,
        *(("GET", path) for path in (*pages, *tricks)),
        ("POST", "/api/health"),
        ("OPTIONS", "/api/version"),
        ("HEAD", "/"),
    ]


OPEN = {("GET", "/api/health"), ("GET", "/api/ready")}


@fault(
    "Z19",
    "a stranger's reads and writes on every path that Prefect's OpenAPI lists",
    "401; nothing is changed",
)
def test_z19_a_stranger_is_refused_on_every_path(served: Served) -> None:
    before = everything(served)
    for verb, path in operations(served):
        for what, (status, headers) in STRANGERS.items():
            sent = {name: value.format(secret=served.secret) for name, value in headers.items()}
            answer = request(served.port, verb, path, {}, sent)
            answer.read()
            expected = 200 if (verb, path) in OPEN else status
            assert answer.status == expected, (what, verb, path)
            assert not [
                name
                for name, _ in answer.getheaders()
                if name.lower().startswith("access-control-")
            ]
    assert everything(served) == before


@fault(
    "Z20",
    "foreign Host, Origin and Sec-Fetch-Site with the owner's password, on every path",
    "421 or 403; no CORS; nothing is changed",
)
def test_z20_another_page_or_a_rebound_name_is_refused_on_every_path(served: Served) -> None:
    before, known = everything(served), {"Authorization": basic(served.secret)}
    paths = operations(served)
    for number, (what, (status, headers)) in enumerate(PAGES.items()):
        sent = known | {name: value.format(port=served.port) for name, value in headers.items()}
        as_given = sent.pop("X-As", None)
        for verb, path in paths[
            number % 4 :: 4
        ]:  # each page asks a quarter of all paths, each path is asked by three pages
            answer = request(served.port, as_given or verb, path, {}, sent)
            answer.read()
            assert answer.status == status, (what, verb, path)
            assert not [
                name
                for name, _ in answer.getheaders()
                if name.lower().startswith("access-control-")
            ]
    assert everything(served) == before
    # Its own page, by each of its names, and somebody who followed a link.
    for host in (
        f"127.0.0.1:{served.port}",
        f"localhost:{served.port}",
        f"LOCALHOST:{served.port}",
        f"[::1]:{served.port}",
    ):
        assert served.ask("GET", "/api/version", Host=host, Origin=f"http://{host}")[0] == 200
    visit = {
        "Sec-Fetch-Site": "cross-site",
        "Sec-Fetch-Mode": "navigate",
        "Sec-Fetch-Dest": "document",
    }
    assert served.ask("GET", "/v2/", **visit)[0] == 200


def everything(served: Served) -> list[Any]:
    """What a stranger could have changed."""
    deployments = served.ask("POST", "/api/deployments/filter", {})[1]
    code = [
        {
            name: one[name]
            for name in ("id", "name", "entrypoint", "path", "pull_steps", "paused", "tags")
        }
        for one in deployments
    ]
    return [
        code,
        *(
            served.ask("POST", f"/api/{kind}/filter", {})[1]
            for kind in ("flows", "variables", "automations")
        ),
    ]


SOCKETS = (
    "/api/events/in",
    "/api/events/out",
    "/api/logs/out",
    "/api/task_runs/subscriptions/scheduled",
)


@fault(
    "Z19",
    "web sockets without the password, and with another page's Origin",
    "closed before anything is said",
)
@pytest.mark.parametrize("path", SOCKETS)
def test_z19_web_sockets(served: Served, path: str) -> None:
    url, known = f"ws://127.0.0.1:{served.port}{path}", {"Authorization": basic(served.secret)}
    for headers, protocols in (
        ({}, None),
        ({"Authorization": basic("x")}, None),
        ({**known, "Origin": "http://evil.example"}, ["prefect"]),
    ):
        with (
            pytest.raises(InvalidStatus) as refused,
            connect(url, additional_headers=headers, subprotocols=protocols, proxy=None),
        ):  # type: ignore[arg-type]
            pass
        assert refused.value.response.status_code == 403
    for first in (
        '{"type": "auth", "token": "x"}',
        '{"type": "auth", "token": null}',
        "[]",
        '{"type": "filter"}',
        "{",
    ):
        with connect(url, subprotocols=["prefect"], proxy=None) as stranger:  # type: ignore[list-item]
            stranger.send(first)
            with pytest.raises(ConnectionClosed):
                stranger.recv(timeout=PATIENCE)
    with connect(url, subprotocols=["prefect"], proxy=None) as owner:  # type: ignore[list-item]
        owner.send(json.dumps({"type": "auth", "token": f"goldmine:{served.secret}"}))
        assert json.loads(owner.recv(timeout=PATIENCE))["type"] == "auth_success"


@fault(
    "Z19",
    "another user of the machine, who knows where all is",
    "no secret is readable, nothing is answered",
)
def test_z19_another_user_of_the_machine(served: Served) -> None:
    secret, port, pids = served.secret, served.port, sorted(served.ours())

    def snoop() -> list[str]:
        """What another user gets hold of."""
        found = [f"command line of {pid}" for pid in pids if secret in command_line(pid)]
        if request(port, "POST", "/api/deployments/filter", {}).status != 401:
            found.append("an answer")
        if os.geteuid() != NOBODY:
            return found  # no other user could be tried: a client without the secret stands for one
        for file in (
            served.folder / "data/prefect/server.secret",
            *(Path(f"/proc/{pid}/environ") for pid in pids),
        ):
            try:
                found += [str(file)] if secret.encode() in file.read_bytes() else []
            except OSError:
                continue
        return found

    assert as_nobody(snoop) == []
    written = [
        file
        for file in served.folder.rglob("*")
        if file.is_file() and secret.encode() in file.read_bytes()
    ]
    assert written == [served.folder / "data/prefect/server.secret"]
    assert written[0].stat().st_mode & 0o777 == 0o600
    assert secret not in served.said()


def as_nobody(what: Callable[[], list[str]]) -> list[str]:
    """`what()` in a process of another user; of this one, where it can't be another."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            if os.getuid() == 0:
                os.setgroups([])
                os.setgid(NOBODY)
                os.setuid(NOBODY)
            told = what()
        except BaseException as error:  # noqa: BLE001 - told to the parent
            told = [repr(error)]
        os.write(writing, json.dumps(told).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        answer: list[str] = json.loads(pipe.read())
    os.waitpid(child, 0)
    return answer


def changed(served: Served, flow: str, mark: Path) -> None:
    """What an attacker who can write to the API does: another entrypoint, another folder, steps
    before the run.
    """
    code = served.folder / "evil.py"
    touch = f"pathlib.Path({str(mark)!r}).touch()"
    lines = (
        f"import pathlib\nfrom prefect import flow\n{touch}\n",
        f"@flow(name={flow!r})\ndef {flow}():\n    {touch}\n",
        f"def hook(*_):\n    {touch}\n",
        f"{flow}.on_crashed_hooks.append(hook)\n{flow}.on_cancellation_hooks.append(hook)\n",
    )
    code.write_text("\n\n".join(lines))
    step = {"prefect.deployments.steps.run_shell_script": {"script": f"touch {mark}"}}
    change = {
        "entrypoint": f"{code}:{flow}",
        "path": str(served.folder),
        "pull_steps": [step],
        "job_variables": {"command": f"touch {mark}"},
    }
    assert (
        served.ask("PATCH", f"/api/deployments/{served.deployment(flow)['id']}", change)[0] == 204
    )


@fault(
    "Z21",
    "entrypoint, path, pull steps and job variables of a deployment changed by who can write to"
    " the API",
    "only our code runs; said once; put right",
)
def test_z21_a_changed_deployment_runs_our_code_and_is_put_right(
    served: Served, tmp_path: Path
) -> None:
    mark, before = tmp_path / "executed", served.deployment("maintain")
    changed(served, "maintain", mark)
    run = served.new_run("maintain")
    wait_for(lambda: served.state(run) == "COMPLETED")
    assert not mark.exists()
    wait_for(lambda: served.deployment("maintain")["entrypoint"] == before["entrypoint"])
    wait_for(
        lambda: (
            f"somebody changed the deployment maintain/{before['name']} in Prefect" in served.said()
        )
    )
    after = served.deployment("maintain")
    assert (after["path"], after["pull_steps"], after["job_variables"]) == (before["path"], [], {})
    assert not before["pull_steps"]

    changed(served, "maintain", mark)
    wait_for(lambda: served.deployment("maintain")["entrypoint"] == before["entrypoint"])
    assert served.said().count("somebody changed") == 1, "the same change is said once"
    assert "Traceback" not in served.said()


def begun(served: Served, flow: str) -> tuple[str, set[int]]:
    """A run that is in hand, and its process. Of a flow whose schedule is hours away: the server
    cancels the second of two runs at once.
    """
    busy = served.runners()
    run = served.new_run(flow)
    wait_for(lambda: served.state(run) != "SCHEDULED" and served.runners() - busy, "a process")
    return run, served.runners() - busy


@fault(
    "Z21", "a run of a changed deployment crashes; another is cancelled", "the hooks are ours too"
)
def test_z21_hooks_of_a_changed_deployment_are_ours(served: Served, tmp_path: Path) -> None:
    mark = tmp_path / "executed"
    for end, state in (("crash", "CRASHED"), ("cancel", "CANCELLED")):
        changed(served, "maintain", mark)
        run, processes = begun(served, "maintain")
        if end == "crash":
            for pid in processes:
                os.kill(pid, signal.SIGKILL)
        else:
            served.ask(
                "POST",
                f"/api/flow_runs/{run}/set_state",
                {"state": {"type": "CANCELLING"}, "force": True},
            )
        wait_for(lambda run=run, state=state: served.state(run) == state)
    assert not mark.exists()


class Touches:
    """Unpickled, it makes a file: any other code could stand there."""

    def __init__(self, mark: Path) -> None:
        self._mark = mark

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self._mark,)


@fault("Z21", "a run whose result, says the API, lies pickled in a file", "it isn't read")
def test_z21_a_result_that_the_api_names_is_not_unpickled(served: Served, tmp_path: Path) -> None:
    from prefect.results import ResultRecord, ResultRecordMetadata
    from prefect.serializers import PickleSerializer

    mark, file = tmp_path / "executed", tmp_path / "result"
    metadata = ResultRecordMetadata(storage_key=str(file), serializer=PickleSerializer())
    file.write_bytes(ResultRecord(result=Touches(mark), metadata=metadata).serialize())
    run, processes = begun(served, "maintain")
    done = {"type": "COMPLETED", "data": metadata.model_dump(mode="json")}
    served.ask("POST", f"/api/flow_runs/{run}/set_state", {"state": done, "force": True})
    wait_for(lambda: not served.runners() & processes)
    assert not mark.exists()


@fault(
    "Z20",
    "a page of another origin, and a rebound name, in a browser whose owner is logged in",
    "the page works; the others reach nothing",
)
def test_z20_prefects_page_in_a_browser(served: Served, feeds: FeedServer, tmp_path: Path) -> None:
    home, runs = f"http://127.0.0.1:{served.port}", "/api/flow_runs/count"
    poll = served.deployment("poll")
    attack = f"""<script>
    const say = text => document.title += text + " ";
    const to = "{home}/api/deployments/{poll["id"]}";
    fetch(to, {{method: "PATCH", body: "{{}}", credentials: "include"}})
      .then(() => say("patched"), () => say("refused"));
    fetch(to + "/create_flow_run",
      {{method: "POST", mode: "no-cors", credentials: "include", body: "{{}}"}})
      .then(() => say("sent"));
    fetch("{home}/api/version", {{credentials: "include"}})
      .then(() => say("read"), () => say("refused"));
    const socket = new WebSocket("ws://127.0.0.1:{served.port}/api/events/in", ["prefect"]);
    socket.onopen = () => say("opened"); socket.onerror = () => say("refused");
    </script><iframe src="{home}/"></iframe>"""
    feeds.script("/attack", Answer(body=attack.encode(), headers={"Content-Type": "text/html"}))
    rebound = ["--host-resolver-rules=MAP evil.example 127.0.0.1"]
    with chromium.browser(tmp_path / "profile", *rebound) as browser:
        browser.open(home, width=1200, dark=False)
        assert "poll" not in browser.run("return document.body.innerText"), (
            "nothing is shown before the log-in"
        )

        browser.open(
            f"http://goldmine:{served.secret}@127.0.0.1:{served.port}/", width=1200, dark=False
        )
        wait_for(lambda: "Dashboard" in browser.run("return document.body.innerText"))
        for path in ("/v2/deployments", "/deployments"):  # both of its pages
            browser.open(home + path, width=1200, dark=False)
            wait_for(lambda: poll["name"] in browser.run("return document.body.innerText"))
        assert "auth_success" in browser.run_async(
            "const done = arguments[0], socket = new"
            f" WebSocket('ws://127.0.0.1:{served.port}/api/events/out', ['prefect']);socket.onopen"
            " = () => socket.send(JSON.stringify({type: 'auth', token: null}));socket.onmessage"
            " = event => done(event.data); socket.onerror = () => done('refused');"
        )

        before = served.ask("POST", runs, {})[1]
        for page in (
            feeds.url("/attack"),
            feeds.url("/attack").replace("127.0.0.1", "evil.example"),
        ):
            browser.open(page, width=1200, dark=False)
            wait_for(lambda: browser.run("return document.title").count("refused") >= 3)
            told = browser.run("return document.title")
            assert not {"patched", "read", "opened"} & set(told.split())
        browser.open(f"http://evil.example:{served.port}/v2/", width=1200, dark=False)
        assert "isn't known by that name" in browser.run("return document.body.innerText")
        assert served.ask("POST", runs, {})[1] == before


def gone(pids: set[int]) -> bool:
    return not {pid for pid in pids if command_line(pid)}


@fault(
    "P11",
    "the terminal of a `serve` under Prefect is closed",
    "it ends like SIGTERM: status 0, nothing of it is left",
)
def test_p11_sighup_ends_like_sigterm(two: tuple[Served, Served]) -> None:
    served = two[1]
    pids = served.ours()
    assert served.secret in served.said(), "on a terminal the password is shown"
    assert served.terminal is not None
    served.terminal.close()
    wait_for(lambda: gone(pids | served.ours()))
    assert served.process.wait() == 0
    assert "Traceback" not in served.said()
    assert not (served.folder / "data/prefect/server.secret").exists()


@fault(
    "P11",
    "a server of one's own that is killed, and SIGTERM where a shared one has gone, a run in hand",
    "nothing is left",
)
def test_p11_nothing_is_left_where_the_server_has_gone(
    two: tuple[Served, Served], feeds: FeedServer, sink: Receiver, tmp_path: Path
) -> None:
    owner = two[0]
    feeds.script("/jobs", Answer(silent=True, ending="hang"))
    with closed_port() as spare:
        pass
    shared = {
        "PREFECT_API_URL": f"http://127.0.0.1:{owner.port}/api",
        "PREFECT_API_AUTH_STRING": f"goldmine:{owner.secret}",
        "PREFECT_HOME": str(tmp_path / "prefect"),
        "PREFECT_RUNNER_SERVER_ENABLE": "true",
        "PREFECT_RUNNER_SERVER_PORT": str(spare),
    }
    with serving(tmp_path / "third", feeds, sink, **shared) as guest:
        assert "asks for no password" not in guest.said()
        asked = len(feeds.requests("/jobs"))
        wait_for(lambda: len(feeds.requests("/jobs")) > asked)
        guests, owners = session_of(guest.process.pid), owner.ours()
        assert len(guests) > 2
        with pytest.raises(ConnectionRefusedError):  # a runner's own server starts what it is told
            request(spare, "GET", "/health")
        os.kill(owner.server, signal.SIGKILL)
        time.sleep(1)
        guest.process.terminate()
        wait_for(lambda: gone(guests | session_of(guest.process.pid)))
        assert guest.process.wait() == 0
        wait_for(lambda: gone(owners))
        assert owner.process.wait() == 1
        assert "the Prefect server ended" in owner.said()
        for each in (owner, guest):
            assert "Traceback" not in each.said()
            assert len(each.said().splitlines()) < 60, "a line for each thing, not a page"
