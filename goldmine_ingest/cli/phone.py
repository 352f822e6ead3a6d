"""What hears the phone beside `goldmine serve` or `goldmine web`, in a process of its own: the
door, and the long polls of bots and reply topics. It holds no Prefect, and polls no feed.
"""

from __future__ import annotations

import io
import os
import threading
from typing import TYPE_CHECKING

from goldmine_ingest.config.current import CurrentProject
from goldmine_ingest.errors import BusyError, GoldmineError
from goldmine_ingest.notify import Notifier
from goldmine_ingest.pipeline.delivery.press_listener import PressListener
from goldmine_ingest.pipeline.environment import Environment
from goldmine_ingest.pipeline.resources import Resources
from goldmine_ingest.runtime.locks import phone_lock
from goldmine_ingest.web.door import Door
from goldmine_ingest.web.serving import Serving, listening

if TYPE_CHECKING:
    from goldmine_ingest.cli.session import Session
    from goldmine_ingest.runtime.signals import Stop
    from goldmine_ingest.settings.project import Project

# Seconds until the lock is asked for again that another one holds, and until a port is, that is
# taken.
_ASK_AGAIN, _TRY_AGAIN = 2.0, 30.0


def hear_phone(project: Project, session: Session, stop: Stop) -> int:
    """Until told to stop; waits for its turn while another process of this project hears it."""
    os.umask(0o077)
    while not stop():
        try:
            with phone_lock(project.database.path):
                _hear(project, session, stop)
        except BusyError:
            stop.wait(_ASK_AGAIN)
    return 0


def _hear(project: Project, session: Session, stop: Stop) -> None:
    current = CurrentProject(session.config, env=session.env, cwd=session.cwd)
    redactor = session.redactor()
    with Resources() as resources:
        environment = Environment(
            session.env, session.now, io.StringIO(), redactor, resources, stop=stop
        )
        listener = PressListener(current, environment, Notifier, session.complain)
        thread = threading.Thread(target=listener.run, args=(stop.wait,), daemon=True)
        thread.start()
        if project.actions and project.actions.url:
            _keep_door(project, session, stop)
        while not stop.wait(_TRY_AGAIN):
            continue
        thread.join()


def _keep_door(project: Project, session: Session, stop: Stop) -> None:
    """The door, as soon as its port is free: the proxy before it knows no other."""
    said = ""
    while not stop():
        try:
            _serve_door(project, session, stop)
        except GoldmineError as error:
            if str(error) != said:
                said = str(error)
                session.complain(f"the door: {said}; tried again until it works")
            stop.wait(_TRY_AGAIN)


def _serve_door(project: Project, session: Session, stop: Stop) -> None:
    assert project.actions is not None  # noqa: S101 - whoever calls has looked
    address, port = project.actions.listen
    door = Door(CurrentProject(session.config, env=session.env, cwd=session.cwd), session.now)
    door.project()
    with listening(address, port) as socket:
        session.say(f"the door listens on {address}:{port} for {project.actions.url}")
        Serving(door, socket).run(stop)
