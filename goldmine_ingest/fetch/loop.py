"""The loop behind fetch_all: which feed is asked when, hop by hop, from the queue to the answer.
One thread runs it, and nothing else.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import datetime
from time import monotonic
from typing import TYPE_CHECKING, Any

import pycurl

from goldmine_ingest.errors import GoldmineError
from goldmine_ingest.fetch.answer import REDIRECTS, Head, next_location
from goldmine_ingest.fetch.guard import (
    BadUrlError,
    ForbiddenAddressError,
    Guard,
    Target,
    is_loopback,
    parse_url,
)
from goldmine_ingest.fetch.hop_result import answered, failed, refusal
from goldmine_ingest.fetch.host_queue import HostQueues, Pace
from goldmine_ingest.fetch.name_lookup import NameLookups, Resolver
from goldmine_ingest.fetch.transfer import PROXY_STATUSES, THROUGH_PROXY, Handle, Hop, Reply
from goldmine_ingest.model.fetched import FeedRequest, Fetched, Outcome

if TYPE_CHECKING:
    from goldmine_ingest.settings.feeds import FetchSettings

MAX_REDIRECTS = 5
_LOOKUP_STEP = 0.01  # seconds between looks at lookups that are under way
_STEP = 0.1  # the longest wait, so that a stop and the idle deadline are noticed


class FetchLoop:
    """Call `step` and `wait` in turn until `unfinished` is False, then `close`."""

    def __init__(
        self,
        requests: Iterable[FeedRequest],
        settings: FetchSettings,
        *,
        now: Callable[[], datetime],
        resolve: Resolver,
        proxy: str | None,
        gentle_hosts: Collection[str],
        ca_file: str | None,
    ) -> None:
        self._settings = settings
        self._now = now
        self._proxy = proxy
        self._guard = Guard(settings.allow_private)
        self._gentle = frozenset(gentle_hosts)
        self._total = settings.total_timeout.total_seconds()
        self._idle = settings.idle_timeout.total_seconds()
        self._names = NameLookups(resolve, min(self._idle, self._total))
        self._queues: HostQueues[Hop] = HostQueues(self._pace)
        self._resolving: list[Hop] = []
        self._handles = [
            Handle(settings, self._guard, ca_file) for _ in range(settings.concurrency)
        ]
        self._active: dict[Any, Handle] = {}
        self.finished: list[Fetched] = []  # whoever runs the loop takes them out
        self._multi = pycurl.CurlMulti()
        self._next_sweep = 0.0
        for request in requests:
            self._enqueue(request)

    @property
    def unfinished(self) -> bool:
        return bool(self._queues.waiting or self._active or self._resolving or self.finished)

    @property
    def running(self) -> bool:
        """A request or a lookup is under way."""
        return bool(self._active or self._resolving)

    def step(self, *, may_start: bool) -> None:
        """Move everything on; feeds that are done are added to `finished`. `may_start` False:
        finish what runs, begin nothing new.
        """
        now = monotonic()
        if self._resolving:
            self._look_at_lookups(now)
        while (
            may_start
            and len(self._resolving) < len(self._handles)
            and (hop := self._queues.take(now))
        ):
            hop.began = now
            hop.started_at = hop.started_at or self._now()
            self._begin(hop, now)
        if self._active:
            self._multi.perform()
            self._collect()
            self._stop_idle(now)

    def wait(self, *, may_start: bool) -> None:
        """Sleep until something may have happened, a tenth of a second at the most."""
        if may_start and self._handles and self._queues.ready:
            return  # a redirect has just put its next hop into the queue
        seconds = _LOOKUP_STEP if self._resolving else min(_STEP, self._idle / 4)
        next_start = self._queues.next_start()
        if next_start is not None and self._handles:
            seconds = min(seconds, max(0.0, next_start - monotonic()))
        if not self._active:
            time.sleep(seconds)
            return
        timer = self._multi.timeout()
        if timer >= 0:
            seconds = min(seconds, timer / 1000)
        if self._multi.select(seconds) <= 0 and seconds and not any(self._multi.fdset()):
            time.sleep(
                min(seconds, _LOOKUP_STEP)
            )  # select returns at once while libcurl has no socket to watch

    def close(self) -> None:
        for handle in self._active.values():
            self._multi.remove_handle(handle.curl)
            handle.close()
        for handle in self._handles:
            handle.close()
        self._multi.close()

    def _pace(self, place: str) -> Pace:
        at_once = (
            1
            if place in self._gentle or place.rpartition(":")[0] in self._gentle
            else self._settings.per_host
        )
        return Pace(
            at_once,
            0.0 if self._guard.excepts(place) else self._settings.host_spacing.total_seconds(),
        )

    def _enqueue(self, request: FeedRequest) -> None:
        try:
            target = parse_url(request.url)
        except (BadUrlError, ForbiddenAddressError) as error:
            outcome = Outcome.ERROR if isinstance(error, BadUrlError) else Outcome.FORBIDDEN_ADDRESS
            self.finished.append(Fetched(request.feed, outcome, self._now(), error=error.message))
            return
        self._queues.add(target.place, Hop(request, target, self._total, target.userinfo))

    def _look_at_lookups(self, now: float) -> None:
        self._names.collect(now)
        waiting, self._resolving = self._resolving, []
        for hop in waiting:
            self._begin(hop, now)

    def _begin(self, hop: Hop, now: float) -> None:
        """Start a hop's transfer once its addresses are known and admitted; else it stays among
        the resolving ones, or fails.
        """
        target, proxy = hop.target, self._proxy_for(hop.target)
        try:
            if target.address is not None:
                self._guard.check_literal(target)
                self._transfer(hop, (), proxy, now)
                return
            lookup = self._names.get(target.host, target.port, now)
            if lookup is None:
                self._resolving.append(hop)
            elif lookup.error and not proxy:
                self._fail(hop, Outcome.DNS, lookup.error)
            else:
                # Behind a proxy the name may be known to the proxy only; one that is known here is
                # judged here all the same.
                self._guard.check(target, lookup.addresses)
                self._transfer(hop, () if proxy else lookup.addresses, proxy, now)
        except ForbiddenAddressError as error:
            self._fail(hop, Outcome.FORBIDDEN_ADDRESS, refusal(hop, error))
        except GoldmineError as error:
            self._fail(hop, Outcome.ERROR, error.message)
        except pycurl.error:
            self._fail(
                hop,
                Outcome.ERROR,
                "libcurl can't make this request; is there something odd in the feed's URL or"
                " headers?",
            )

    def _transfer(self, hop: Hop, addresses: tuple[str, ...], proxy: str, now: float) -> None:
        hop.seconds -= now - hop.began
        hop.began = now
        handle = self._handles[-1]
        handle.prepare(hop, addresses, proxy)
        self._handles.pop()
        self._active[handle.curl] = handle
        self._multi.add_handle(handle.curl)

    def _collect(self) -> None:
        _, whole, broken = self._multi.info_read()
        for curl in whole:
            self._end(self._active[curl], 0)
        for curl, code, _ in broken:
            self._end(self._active[curl], code)

    def _end(self, handle: Handle, code: int) -> None:
        reply = handle.reply(code)
        self._release(handle)
        self._answered(handle, reply)

    def _release(self, handle: Handle) -> None:
        self._multi.remove_handle(handle.curl)
        del self._active[handle.curl]
        self._handles.append(handle)

    def _stop_idle(self, now: float) -> None:
        if now < self._next_sweep:
            return
        self._next_sweep = now + self._idle / 8
        for handle in [
            handle for handle in self._active.values() if now - handle.idle_since(now) >= self._idle
        ]:
            reply = handle.idle_reply()
            self._release(handle)
            self._answered(handle, reply)

    def _answered(self, handle: Handle, reply: Reply) -> None:
        hop = handle.hop
        assert hop is not None  # noqa: S101 - for the type checker: a handle that was active has a hop
        head = reply.head
        if reply.failure is None and head and head.status in REDIRECTS and head.get("location"):
            self._redirect(hop, reply, head)
            return
        if head and head.status == 429:
            self._queues.slow_down(hop.target.place)
        fetched = answered(hop, reply, self._now())
        if handle.proxied and reply.failure is None and fetched.status in PROXY_STATUSES:
            fetched = replace(fetched, error=f"{fetched.error}; {THROUGH_PROXY}")
        self._done(hop, fetched)

    def _redirect(self, hop: Hop, reply: Reply, head: Head) -> None:
        if hop.redirects == MAX_REDIRECTS:
            self._fail(
                hop,
                Outcome.REDIRECT_LIMIT,
                f"more than {MAX_REDIRECTS} redirects, one after the other",
                reply,
            )
            return
        try:
            target = parse_url(next_location(hop.target.url, head.get("location")))
        except ForbiddenAddressError as error:
            self._fail(
                hop, Outcome.FORBIDDEN_ADDRESS, f"a redirect was refused: {error.message}", reply
            )
            return
        except BadUrlError as error:
            self._fail(hop, Outcome.HTTP_ERROR, f"a redirect leads nowhere: {error.message}", reply)
            return
        own = hop.own and target.origin == hop.target.origin
        seconds = max(0.001, hop.seconds - (monotonic() - hop.began))
        credentials = hop.credentials if own else None
        self._queues.done(hop.target.place)
        following = Hop(
            hop.request,
            target,
            seconds,
            credentials,
            own,
            hop.redirects + 1,
            started_at=hop.started_at,
        )
        self._queues.add(target.place, following)

    def _fail(self, hop: Hop, outcome: Outcome, sentence: str, reply: Reply | None = None) -> None:
        self._done(hop, failed(hop, outcome, sentence, reply, self._now()))

    def _done(self, hop: Hop, fetched: Fetched) -> None:
        self._queues.done(hop.target.place)
        self.finished.append(fetched)

    def _proxy_for(self, target: Target) -> str:
        """The proxy's URL, "" for none. What is on this machine never needs one: the guard
        decides whether it is asked at all.
        """
        if is_loopback(target.host):
            return ""
        if self._proxy is not None or not self._settings.proxy_from_env:
            return self._proxy or ""
        from urllib.request import (
            getproxies,
            proxy_bypass,
        )  # only with `proxy = "env"`: it loads an HTTP client of its own

        proxies = getproxies()
        proxy = proxies.get(target.scheme) or proxies.get("all", "")
        return "" if proxy_bypass(target.place) else proxy
