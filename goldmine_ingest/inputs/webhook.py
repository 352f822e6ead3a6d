"""webhook:NAME: an HTTP receiver within `goldmine serve`. What it is sent lies safely in a folder
before it answers 202.

    POST /NAME    Authorization: Bearer TOKEN (or Basic, the token as the password), or
    X-Webhook-Token: TOKEN
                  a body of at most max_bytes when decoded: JSON, lines of JSON or a form; whole or
                  in chunks; as it is, gzip or deflate

401 without the token, and why · 404 for another name · 405 for another method · 408 not there in
time · 411 without a usable length · 413 too large · 415 compressed in another way · 400 nothing
that can be read · 503 when it can't be kept (the sender should try again) · 202 taken: how many
jobs it holds, and which facts of theirs are known. The next cycle reads them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType

from goldmine_ingest.inputs.webhook_body import take
from goldmine_ingest.inputs.webhook_request import Endpoint
from goldmine_ingest.inputs.webhook_server import Server

__all__ = ["Endpoint", "Receiver"]


class Receiver:
    """Listens for all endpoints in a thread of its own. A context manager; leaving it stops
    listening.

    `taken` is called with the endpoint's name after each body, from another thread. `problems` are,
    once entered, the addresses that can't be had, as (webhook, sentence); the others work.
    """

    def __init__(
        self, endpoints: Sequence[Endpoint], *, taken: Callable[[str], None] = lambda _: None
    ) -> None:
        self._by_address: dict[str, dict[str, Endpoint]] = {}
        for endpoint in endpoints:
            self._by_address.setdefault(endpoint.listen, {})[endpoint.name] = endpoint
        self._server = Server(take, taken)
        self._thread = threading.Thread(
            target=self._server.run, name="goldmine-webhook", daemon=True
        )
        self._ports: dict[str, int] = {}
        self.problems: list[tuple[str, str]] = []

    def __enter__(self) -> Receiver:
        for address, endpoints in self._by_address.items():
            host, _, port = address.rpartition(":")
            try:
                actual = self._server.listen(host.strip("[]"), int(port), endpoints)
            except OSError as error:
                why = f"can't listen on {address} ({error.strerror or error})"
                self.problems.extend((f"webhook {name}", why) for name in endpoints)
            else:
                self._ports.update(dict.fromkeys(endpoints, actual))
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.stop()
        self._thread.join()

    @property
    def ports(self) -> Mapping[str, int]:
        """Endpoint name to the port that it listens on (which the system chose where `listen`
        says port 0).
        """
        return self._ports
