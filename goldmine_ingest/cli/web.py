"""`goldmine web`: the local page, a new sign-in link, and the end of all sessions."""

from __future__ import annotations

import argparse
import html
import logging
import os
import select
import subprocess
import threading
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from goldmine_ingest.cli.parser import add_globals
from goldmine_ingest.cli.serve_page import phone_beside
from goldmine_ingest.cli.session import Session
from goldmine_ingest.config import ConfigProblems
from goldmine_ingest.config.current import CurrentProject
from goldmine_ingest.config.replacement import replace_file
from goldmine_ingest.errors import UsageError
from goldmine_ingest.runtime.locks import web_lock, web_note
from goldmine_ingest.runtime.signals import Stop
from goldmine_ingest.runtime.web_key import new_key, read_key
from goldmine_ingest.web.addresses import names, own_names, sign_in_links
from goldmine_ingest.web.app import make_app
from goldmine_ingest.web.glance import only_samples
from goldmine_ingest.web.polling import CycleStarter
from goldmine_ingest.web.read_ahead import reading_ahead
from goldmine_ingest.web.report_files import ReportFiles
from goldmine_ingest.web.serving import Serving, listening
from goldmine_ingest.web.site import Site

if TYPE_CHECKING:
    from goldmine_ingest.runtime.locks import HeldLock
    from goldmine_ingest.settings.project import Project

_OPENING = "web-open.html"
_LOOK_EVERY = 0.5  # seconds from the end until nobody looks after the parent any more


def configure(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(does=_serve)
    parser.add_argument("--open", action="store_true", help="open it in your browser")
    parser.add_argument(
        "--port", metavar="N", type=_port, help="listen there (default: [web] listen)"
    )
    # How `serve` starts this command beside it; --phone: the door and what is pressed, no page.
    parser.add_argument("--leave-with-parent", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--phone", action="store_true", help=argparse.SUPPRESS)
    more = parser.add_subparsers(metavar="[link|sign-out]")
    link = more.add_parser(
        "link",
        epilog="Example: goldmine web link",
        help="a new sign-in link, also while the page runs",
    )
    link.add_argument("--host", metavar="NAME", default="", help="for one of [web] hosts")
    link.set_defaults(does=_link)
    out = more.add_parser(
        "sign-out",
        epilog="Example: goldmine web sign-out",
        help="end all sessions and every button sent so far",
    )
    out.set_defaults(does=_sign_out)
    for command in (link, out):
        add_globals(command)


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 <= int(text) < 2**16:
        raise argparse.ArgumentTypeError(f"{text!r} is no port")
    return int(text)


def run(args: argparse.Namespace, session: Session) -> int:
    """0 once it was told to stop; 75 where the page of this project runs already."""
    project = _project(session)
    status: int = args.does(args, project, session)
    return status


def _project(session: Session) -> Project:
    """Also one whose criteria can't be read as they stand: the page shows where they are wrong."""
    try:
        project = session.project()
    except ConfigProblems as error:
        if error.project is None:
            raise
        session.complain(str(error))
        return error.project
    session.warn(project)
    return project


def _serve(args: argparse.Namespace, project: Project, session: Session) -> int:
    logging.getLogger("uvicorn").setLevel(logging.CRITICAL)  # it would tell of each odd request
    if args.phone:
        from goldmine_ingest.cli.phone import hear_phone

        with Stop() as stop, _ending_with_parent(stop):
            return hear_phone(project, session, stop)
    redactor = session.redactor()
    current = CurrentProject(session.config, env=session.env, cwd=session.cwd)
    start = CycleStarter(project.config_path.resolve(), session.env)
    reports = ReportFiles(start.config, session.env)
    site = Site(current, session.env, session.now, start, start.rescan, reports, redactor)
    site.working = start.working
    address, port = project.web.listen
    with web_lock(project.database.path) as lock, Stop() as stop:
        os.umask(0o077)
        alone = not args.leave_with_parent
        if alone and not project.database.path.exists() and only_samples(project):
            session.say("No history yet: the sample feeds are asked first …")
            subprocess.run(start.command(()), env=dict(session.env), check=False)  # noqa: S603 - our own
        beside = phone_beside(project, session, stop) if alone else _ending_with_parent(stop)
        wanted = port if args.port is None else args.port
        with beside, listening(address, wanted, 0) as socket:
            bound_port = int(socket.getsockname()[1])
            site.names = names(site.data, project.web, bound_port)
            _note(lock, bound_port, site.links.boot)
            _tell(site, project, session, in_browser=args.open)
            with reading_ahead(site):
                Serving(make_app(site), socket).run(stop)
            site.close()
            (site.data / _OPENING).unlink(missing_ok=True)
    session.say("the page has ended; sessions last until goldmine web sign-out")
    return 0


def _note(lock: HeldLock, port: int, boot: str) -> None:
    lock.write({"port": port, "boot": boot})


def _tell(site: Site, project: Project, session: Session, *, in_browser: bool) -> None:
    own = own_names(site.data, project.web.listen[0], site_port(site))
    first, *others = sign_in_links(site.data, own, site.links.boot, session.now())
    print(f"The page is at {first}", file=session.out, flush=True)
    for other in others:
        session.say(f"or, where that name isn't known (Safari): {other}")
    session.say("Each link signs in once, within ten minutes; goldmine web link prints a new one.")
    if in_browser:
        link = sign_in_links(site.data, own, site.links.boot, session.now())[0]
        threading.Thread(target=_open, args=(site.data, link), daemon=True).start()


def site_port(site: Site) -> int:
    return int(next(iter(site.names.own)).rpartition(":")[2])


def _open(data: Path, link: str) -> None:
    """By way of a file of mode 0600: a link on a command line is seen by every user of the
    machine.
    """
    page = data / _OPENING
    text = f'<!doctype html><meta http-equiv="refresh" content="0; url={html.escape(link)}">'
    replace_file(page, text.encode())
    webbrowser.open(page.resolve().as_uri())


def _link(args: argparse.Namespace, project: Project, session: Session) -> int:
    note = web_note(project.database.path)
    if not note:
        raise UsageError("the page isn't running", hint="goldmine web starts it")
    if args.host and args.host.partition(":")[0] not in project.web.hosts:
        raise UsageError(f"[web] hosts doesn't name {args.host}")
    data = project.database.path.parent
    own = own_names(data, project.web.listen[0], int(note["port"]))
    for link in sign_in_links(data, own, str(note["boot"]), session.now(), args.host):
        print(link, file=session.out)
    return 0


def _sign_out(args: argparse.Namespace, project: Project, session: Session) -> int:  # noqa: ARG001 - one shape for all three
    data = project.database.path.parent
    read_key(data)
    new_key(data)
    print("All sessions have ended, and every button sent so far.", file=session.out)
    return 0


@contextmanager
def _ending_with_parent(stop: Stop) -> Iterator[None]:
    """`serve` holds the other end of our standard input: we end when it does. Read without
    sys.stdin, whose lock would abort the interpreter if it ended while a thread waits in there.
    """
    watcher = threading.Thread(target=_watch_parent, args=(stop,), daemon=True)
    watcher.start()
    try:
        yield
    finally:
        stop.ask()
        watcher.join()


def _watch_parent(stop: Stop) -> None:
    while not stop():
        if select.select([0], [], [], _LOOK_EVERY)[0] and not os.read(0, 1024):
            stop.ask()
