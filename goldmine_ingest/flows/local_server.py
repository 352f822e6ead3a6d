"""A Prefect server of our own on loopback: started for `goldmine serve`, gone with it, however it
ends; its owner's alone (owner_only.py).

The parent makes the listening socket and hands it on, so that what answers on that port is this
server or nothing: no other `serve` that starts in the same second, and no other user who was
quicker. A secret is made for each start: the server and the parent have it in their environment, a
person finds it in a file that only they can read.

The parent holds one end of a pipe, and the server ends itself when the other end says that the
parent is gone: kill -9 included. Beside that, the server holds a lock on a file with its process
id, so that a leftover (should there ever be one) is found and ended at the next start: a held lock
is proof that the id in the file is still that server.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Collection, Mapping
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import TracebackType
from typing import Self

from goldmine_ingest.errors import GoldmineError, StoreError
from goldmine_ingest.flows.owner_only import USER, OwnerOnly
from goldmine_ingest.runtime.locks import make_folder
from goldmine_ingest.runtime.signals import StoppedError

USUAL_PORT = 4200
_LOCK, _LOG, _SECRET = "server.lock", "server.log", "server.secret"
_HOSTS = "GOLDMINE_SERVER_HOSTS"
_START_LIMIT = 120.0  # seconds; a first start on a slow machine writes its database's schema
_GOODBYE = 2.0
_KEPT = (
    "PATH",
    "LANG",
    "LC_ALL",
    "TZ",
    "TMPDIR",
    "VIRTUAL_ENV",
    "PYTHONPATH",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
)


class ServerError(GoldmineError):
    """The local Prefect server didn't start or ended by itself."""


class LocalServer:
    """A context manager: inside, a Prefect API answers at `api_url`, its page at `ui_url`.
    `folder` becomes its PREFECT_HOME.
    """

    def __init__(
        self,
        folder: Path,
        env: Mapping[str, str],
        hosts: Collection[str] = (),
        stop: Callable[[], bool] = lambda: False,
    ) -> None:
        self.folder = folder
        self.secret = secrets.token_urlsafe(32)
        self._env, self._hosts, self._stop = env, hosts, stop
        self._process: subprocess.Popen[bytes] | None = None
        self.port = 0

    @property
    def ui_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def api_url(self) -> str:
        return f"{self.ui_url}/api"

    @property
    def secret_path(self) -> Path:
        """A file of mode 0600 with the secret, as long as the server runs."""
        return self.folder / _SECRET

    @property
    def client_env(self) -> dict[str, str]:
        """What Prefect's client needs to reach this server, for `serve` and the runs that it
        starts.
        """
        return {
            "PREFECT_API_URL": self.api_url,
            "PREFECT_API_AUTH_STRING": f"{USER}:{self.secret}",
            "PREFECT_HOME": str(self.folder),
            "DO_NOT_TRACK": "1",
        }

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def __enter__(self) -> Self:
        make_folder(self.folder)
        sweep(self.folder)
        _write_secret(self.secret_path, self.secret)
        try:
            self._start()
            self._wait_until_healthy()
        except BaseException:
            self.close()
            raise
        return self

    def _start(self) -> None:
        log = os.open(
            self.folder / _LOG, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600
        )
        try:
            with _listening() as listening:
                self.port = int(listening.getsockname()[1])
                self._process = subprocess.Popen(  # noqa: S603 - our own module
                    [
                        sys.executable,
                        "-m",
                        "goldmine_ingest.flows.local_server",
                        str(self.folder),
                        str(listening.fileno()),
                    ],
                    env=self._server_env(),
                    cwd=self.folder,
                    stdin=subprocess.PIPE,  # the pipe that tells the server that we are gone
                    stdout=log,
                    stderr=log,
                    pass_fds=[listening.fileno()],
                    # Ctrl-C is for us: the flow in hand still needs the server
                    start_new_session=True,
                )
        finally:
            os.close(log)

    def _server_env(self) -> dict[str, str]:
        return {
            **server_env(self.folder, self.port, self._env),
            **self.client_env,
            _HOSTS: " ".join(self._hosts),
        }

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the server; one that doesn't end by itself is killed."""
        self.secret_path.unlink(missing_ok=True)
        if self._process is None:
            return
        if self._process.stdin:
            self._process.stdin.close()
        self._process.terminate()
        try:
            self._process.wait(_GOODBYE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def _wait_until_healthy(self) -> None:
        deadline = time.monotonic() + _START_LIMIT
        while time.monotonic() < deadline:
            if not self.running:
                break
            if self._stop():
                raise StoppedError
            if _is_healthy(self.port):
                return
            time.sleep(0.2)
        raise ServerError(
            "the local Prefect server doesn't start",
            hint=(
                f"{self.folder / _LOG} says why; `goldmine serve --no-prefect` and `goldmine run`"
                " work without it"
            ),
        )


def server_env(folder: Path, port: int, env: Mapping[str, str]) -> dict[str, str]:
    """The server's environment: none of the variables that hold secrets, a home of its own,
    nothing that calls home.
    """
    return {
        **{name: env[name] for name in _KEPT if name in env},
        "HOME": str(folder),
        "PREFECT_HOME": str(folder),
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        # by whichever name the page was opened: each is an origin of its own
        "PREFECT_UI_API_URL": "/api",
        "PREFECT_SERVER_UI_STATIC_DIRECTORY": str(folder / "ui"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": str(14 * 86400),
        "PREFECT_SERVER_EVENTS_RETENTION_PERIOD": "P3D",
    }


def sweep(folder: Path) -> bool:
    """Ends a server that an earlier `serve` left behind; True if there was one."""
    try:
        fd = os.open(folder / _LOCK, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        return any(_end(fd, number) for number in (signal.SIGTERM, signal.SIGKILL))
    finally:
        os.close(fd)


def _end(fd: int, number: signal.Signals) -> bool:
    """Sends a signal to whoever holds the lock; True if it has been let go by then."""
    if _take(fd):
        return False
    try:
        os.kill(int(os.pread(fd, 32, 0)), number)
    except (ValueError, ProcessLookupError):
        return False  # it is going already
    deadline = time.monotonic() + _GOODBYE
    while time.monotonic() < deadline:
        if _take(fd):
            return True
        time.sleep(0.05)
    return False


def _take(fd: int) -> bool:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _listening() -> socket.socket:
    """A socket that listens on Prefect's usual port, or on any other where that is taken."""
    for port in (USUAL_PORT, 0):
        listening = socket.socket()
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind(("127.0.0.1", port))
            listening.listen(
                128
            )  # here, not later: two may bind one port, only one can listen on it
        except OSError:
            listening.close()
            continue
        return listening
    raise ServerError("no port is free on 127.0.0.1")


def _write_secret(path: Path, secret: str) -> None:
    """A new file, whatever lay there. Raises StoreError."""
    try:
        path.parent.chmod(0o700)
        path.unlink(missing_ok=True)
        fd = os.open(
            path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600
        )
        with os.fdopen(fd, "w", encoding="ascii") as file:
            os.fchmod(fd, 0o600)
            file.write(secret)
    except OSError as error:
        raise StoreError(
            f"can't write the password of Prefect's page: {error.strerror}", subject=str(path)
        ) from error


def _is_healthy(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/api/health")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _main(folder: str, listening: str) -> None:
    """In the server's process."""
    os.umask(0o077)
    fd = os.open(Path(folder) / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    if not _take(fd):
        raise SystemExit("another server of this project is running")
    os.ftruncate(fd, 0)
    os.pwrite(fd, str(os.getpid()).encode(), 0)
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    import uvicorn
    from prefect.server.api.server import create_app

    own = OwnerOnly(
        create_app(),
        os.environ["PREFECT_API_AUTH_STRING"].removeprefix(f"{USER}:"),
        os.environ.get(_HOSTS, "").split(),
    )
    # No forwarded headers are believed, and nothing is told of the program to strangers.
    config = uvicorn.Config(
        own,
        log_level="warning",
        lifespan="on",
        proxy_headers=False,
        server_header=False,
        access_log=False,
    )
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=int(listening))])


def _leave_with_parent() -> None:
    while os.read(
        0, 1
    ):  # comes to its end when the parent's end is closed, by itself or by the operating system
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_GOODBYE)
    os._exit(1)


if __name__ == "__main__":
    _main(*sys.argv[1:])
