"""Host names to addresses, each name once per run, in threads, so that a resolver that hangs holds
up nobody else.

A thread in getaddrinfo can't be stopped, only left behind: that is why they are daemons, and why
their answer is dropped once the deadline has passed.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue

from goldmine_ingest.runtime.threads import start

Resolver = Callable[[str, int], Sequence[str]]
"""(host, port) to its addresses as text, all of them. Raises OSError if there is none."""


def system_resolver(host: str, port: int) -> list[str]:
    """All addresses that the system knows for a host."""
    answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(sockaddr[0]) for _, _, _, _, sockaddr in answers))


@dataclass(frozen=True, slots=True)
class Lookup:
    """What a lookup brought: every address, or in `error` why there is none (a sentence without
    the host's name).
    """

    addresses: tuple[str, ...] = ()
    error: str | None = None


@dataclass(slots=True)
class NameLookups:
    """Starts lookups and remembers what they brought, failures included, for the length of one run.

    Remembering is also the guard against rebinding: what was checked is what is connected to, for a
    name can't change its answer.
    """

    resolve: Resolver
    timeout: float
    _known: dict[str, Lookup] = field(default_factory=dict)
    _deadlines: dict[str, float] = field(default_factory=dict)
    _answers: SimpleQueue[tuple[str, Lookup]] = field(default_factory=SimpleQueue)

    def get(self, host: str, port: int, now: float) -> Lookup | None:
        """The answer, or None while it is being looked for (the first call starts that)."""
        lookup = self._known.get(host)
        if lookup is None and host not in self._deadlines:
            self._deadlines[host] = now + self.timeout
            thread = threading.Thread(
                target=self._look_up, args=(host, port), name="goldmine-dns", daemon=True
            )
            try:
                start(thread)
            except OSError as error:
                self._answers.put(
                    (host, Lookup(error=f"no thread can be started ({error.strerror})"))
                )
        return lookup

    def collect(self, now: float) -> None:
        """Take in what came, and give up on what is overdue."""
        while self._deadlines:
            try:
                host, lookup = self._answers.get_nowait()
            except Empty:
                break
            if self._deadlines.pop(host, None) is not None:
                self._known[host] = lookup
        for host in [host for host, deadline in self._deadlines.items() if deadline <= now]:
            del self._deadlines[host]
            self._known[host] = Lookup(
                error=f"the name server gave no address within {self.timeout:g} s"
            )

    def _look_up(self, host: str, port: int) -> None:
        try:
            addresses = tuple(self.resolve(host, port))
            lookup = (
                Lookup(addresses) if addresses else Lookup(error="the host's name has no address")
            )
        except (OSError, UnicodeError) as error:
            lookup = Lookup(error=_why(error))
        self._answers.put((host, lookup))


def _why(error: Exception) -> str:
    if isinstance(error, socket.gaierror) and error.errno in (socket.EAI_AGAIN, socket.EAI_FAIL):
        return "the name server doesn't answer; is the network up?"
    return "the host's name is not known"
