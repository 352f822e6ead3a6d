"""`goldmine serve`: the cycle on its schedule until told to stop; under Prefect with its page,
or as a plain resident loop.
"""

from __future__ import annotations

import argparse
import os
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ParamSpec

from goldmine_ingest.app import Resources, deliver_due, run_cycle
from goldmine_ingest.cli.prefect_api import open_servers
from goldmine_ingest.cli.receiving import Arrivals, receiving
from goldmine_ingest.cli.run import summary
from goldmine_ingest.cli.serve_notices import telling_of_an_end
from goldmine_ingest.cli.serve_page import processes_beside
from goldmine_ingest.cli.session import Session
from goldmine_ingest.config import reveal_address
from goldmine_ingest.config.current import CurrentProject
from goldmine_ingest.config.last_good import LastGood
from goldmine_ingest.errors import ConfigError, GoldmineError, UnavailableError
from goldmine_ingest.pipeline.monitoring.health_notices import configuration_notices
from goldmine_ingest.pipeline.resident_loop import Resident
from goldmine_ingest.runtime.locks import HeldLock, serve_lock
from goldmine_ingest.runtime.optional_packages import need_package
from goldmine_ingest.runtime.signals import Stop, StoppedError
from goldmine_ingest.store.daily_copy import copy_daily

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from goldmine_ingest.app import RunReport
    from goldmine_ingest.flows.local_server import LocalServer
    from goldmine_ingest.pipeline.monitoring.health_notices import Due
    from goldmine_ingest.runtime.redaction import Redactor
    from goldmine_ingest.settings.project import Project

_Asked = ParamSpec("_Asked")
# Prefect's runner has a server of its own that starts whatever it is told to, by anyone.
_NO_RUNNER_SERVER = {"PREFECT_RUNNER_SERVER_ENABLE": "false"}


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--no-prefect",
        action="store_true",
        help="a plain loop in this process: less memory, the fastest alerts, no page of Prefect's",
    )
    parser.add_argument(
        "--web", action="store_true", help="the local page too, as goldmine web, in its own process"
    )


def run(args: argparse.Namespace, session: Session) -> int:
    """0 once it was told to stop. 75 where another `serve` of this project runs."""
    if not args.no_prefect:
        need_package("prefect", "goldmine serve under Prefect", "--no-prefect works without it")
    project = session.project()
    session.warn(project)
    redactor = session.redactor()
    tell = telling_of_an_end(project, session, redactor)
    with (
        serve_lock(project.database.path) as lock,
        Stop() as stop,
        receiving(project, session, redactor) as arrivals,
        processes_beside(project, session, stop, tell, page=args.web),
    ):
        if args.no_prefect:
            _loop(project, session, stop, redactor, arrivals, lock)
        else:
            _prefect(project, session, stop, redactor, arrivals, lock)
    session.say("stopped; nothing is lost, the next start goes on from here")
    return 0


def _prefect(
    project: Project,
    session: Session,
    stop: Stop,
    redactor: Redactor,
    arrivals: Arrivals | None,
    lock: HeldLock,
) -> None:
    """With the API that PREFECT_API_URL names, or a local server whose database lies beside the
    history.
    """
    # Each run is a process of its own and finds the project so; a flow's parameters would be stored
    # in Prefect's database.
    os.environ["GOLDMINE_CONFIG"] = str(project.config_path.resolve())
    # The files may break before the first run has read them.
    LastGood(None, env=os.environ, cwd=session.cwd).keep(project)
    if session.env.get("PREFECT_API_URL"):
        _shared(project, session, stop, redactor, arrivals or _never, lock)
        return
    try:
        _own(project, session, stop, redactor, arrivals or _never, lock)
    except StoppedError:
        return  # asked to end before the server was there


def _shared(
    project: Project,
    session: Session,
    stop: Stop,
    redactor: Redactor,
    hurry: Callable[[], bool],
    lock: HeldLock,
) -> None:
    from goldmine_ingest.flows.console import keep_brief
    from goldmine_ingest.flows.proxies import naming_proxy, spare_own_machine
    from goldmine_ingest.flows.surroundings import learn_secrets

    spare_own_machine(os.environ)
    os.environ.update(_NO_RUNNER_SERVER)
    learn_secrets(project, session.env, redactor)
    from goldmine_ingest.flows.serve import serve

    keep_brief(redactor, whole=session.verbose)

    session.say("serving under the Prefect that PREFECT_API_URL names")
    for warning in open_servers(session.env):
        session.complain(f"warning: PREFECT_API_URL: {warning}")
    with naming_proxy(session.env["PREFECT_API_URL"], os.environ):
        serve(
            project,
            stop,
            is_alive=_touching(lock, lambda: True),
            hurry=hurry,
            told=session.complain,
        )


def _own(
    project: Project,
    session: Session,
    stop: Stop,
    redactor: Redactor,
    hurry: Callable[[], bool],
    lock: HeldLock,
) -> None:
    """Raises StoppedError if asked to end while the server starts."""
    from goldmine_ingest.flows.console import keep_brief
    from goldmine_ingest.flows.local_server import LocalServer
    from goldmine_ingest.flows.proxies import for_own_server

    for name in for_own_server(os.environ, wanted=project.fetch.proxy_from_env):
        session.complain(
            f"warning: {name} is left out: Prefect's client can't use such a proxy, goldmine serve"
            " --no-prefect can"
        )
    session.say("starting a local Prefect server (its page shows every run) …")
    folder = project.database.path.parent / "prefect"
    with LocalServer(folder, session.env, project.serve_hosts, stop) as server:
        redactor.learn(server.secret)
        # Set before Prefect is imported, which reads them once; the runs' own processes inherit
        # them.
        _use(server.client_env)
        from goldmine_ingest.flows.serve import serve

        keep_brief(redactor, whole=session.verbose)
        print(_page(server, session), file=session.out, flush=True)
        serve(
            project,
            stop,
            is_alive=_touching(lock, lambda: server.running),
            hurry=hurry,
            told=session.complain,
            alone=True,
        )


def _page(server: LocalServer, session: Session) -> str:
    """Where Prefect's page is and how to log in. The password itself on a terminal only: others
    read a journal.
    """
    password = (
        f"{server.secret} (also in {server.secret_path})"
        if session.out.isatty()
        else f"is in {server.secret_path}"
    )
    return f"Prefect's page: {server.ui_url} - log in with any name; the password {password}"


def _use(client_env: Mapping[str, str]) -> None:
    """Makes this process and its children clients of the local server alone: what was set for
    another server isn't sent to it.
    """
    for name in [
        name
        for name in os.environ
        if name.startswith("PREFECT_") and not name.startswith("PREFECT_LOGGING_")
    ]:
        del os.environ[name]
    os.environ.update({**client_env, **_NO_RUNNER_SERVER})


def _never() -> bool:
    return False


def _touching(lock: HeldLock, ask: Callable[_Asked, bool]) -> Callable[_Asked, bool]:
    """The same question, which shows each time that `serve` is at work (`doctor --alive`)."""

    def touch_and_ask(*args: _Asked.args, **kwargs: _Asked.kwargs) -> bool:
        lock.touch()
        return ask(*args, **kwargs)

    return touch_and_ask


def _loop(
    project: Project,
    session: Session,
    stop: Stop,
    redactor: Redactor,
    arrivals: Arrivals | None,
    lock: HeldLock,
) -> None:
    with Resources() as resources:
        service = _Service(project, session, stop, resources, redactor)
        service.warm_up()
        session.say("serving without Prefect; Ctrl-C ends it")
        Resident(
            cycle=service.cycle,
            deliver=service.deliver,
            now=session.now,
            monotonic=time.monotonic,
            wait=_touching(lock, arrivals.waiting(stop.wait) if arrivals else stop.wait),
            stop=stop,
            told=service.tell,
            complain=session.complain,
            upkeep=service.upkeep,
            hurry=arrivals or _never,
        ).run()


@dataclass(slots=True)
class _Service:
    """The project as the resident loop sees it: read again before a cycle where a file changed,
    the last good one kept.
    """

    project: Project
    session: Session
    stop: Stop
    resources: Resources
    redactor: Redactor
    _current: CurrentProject = field(init=False)
    _said: str = field(default="", init=False)
    _problems: tuple[tuple[str, str], ...] = field(default=(), init=False)
    _broken_since: datetime | None = field(default=None, init=False)
    _notices: tuple[Due, ...] = field(default=(), init=False)

    def __post_init__(self) -> None:
        self._current = CurrentProject(
            self.session.config, env=self.session.env, cwd=self.session.cwd
        )

    def warm_up(self) -> None:
        """Loads now what the first alert would wait for, and says which destinations can't be
        used.
        """
        for destination in self.project.destinations:
            if destination.is_terminal:
                continue
            try:
                self.resources.notifier.check_url(
                    destination.name,
                    reveal_address(destination, self.project.home, self.session.env),
                )
            except UnavailableError as error:
                self.session.complain(str(error))
        self.resources.up(self.project.criteria, self.session.now())

    def cycle(self) -> RunReport:
        session = self.session
        self._reload()
        return run_cycle(
            self.project,
            env=session.env,
            now=session.now,
            out=session.out,
            notices=self._notices,
            stop=self.stop,
            redactor=self.redactor,
            resources=self.resources,
        )

    def deliver(self) -> RunReport:
        session = self.session
        return deliver_due(
            self.project,
            env=session.env,
            now=session.now,
            out=session.out,
            stop=self.stop,
            redactor=self.redactor,
            resources=self.resources,
        )

    def upkeep(self) -> None:
        """The copy of the day, and memory. What fails there doesn't stop the polling."""
        self.resources.rest()
        try:
            copy_daily(self.project.database, self.session.now())
        except GoldmineError as error:
            self._complain_once(str(error))

    def tell(self, report: RunReport) -> None:
        """A line where something came or the problems are others than last time; each cycle, with
        when the next feed is due, on a terminal or with --verbose.
        """
        moved = report.new_listings or report.changed or report.alerts
        watched = self.session.verbose or self.session.err.isatty()
        if moved or report.problems != self._problems or watched:
            due = report.next_due_at
            then = f"; the next feed is due at {due:%H:%M:%S}" if watched and due else ""
            self.session.say(f"{report.finished_at:%Y-%m-%d %H:%M:%S} UTC: {summary(report)}{then}")
        if report.problems != self._problems:
            for subject, sentence in report.problems:
                self.session.complain(f"{subject}: {sentence}")
        self._problems = report.problems

    def _reload(self) -> None:
        try:
            project = self._current.read()
        except ConfigError as error:
            self._complain_once(f"{error}\ngoing on with the configuration as it was")
            self._broken_since = self._broken_since or self.session.now()
            self._notices = configuration_notices(error, self._broken_since, mended=False)
            return
        self._notices = configuration_notices(
            None, self._broken_since, mended=self._broken_since is not None
        )
        self._broken_since = None
        if project.database.path != self.project.database.path:
            self._complain_once(
                "[database] path changed: start goldmine serve again to use the other file"
            )
            return
        self._said = ""
        self.project = project

    def _complain_once(self, text: str) -> None:
        if text != self._said:
            self.session.complain(text)
        self._said = text
