"""The child process: loads one Apprise plugin, sends one message, and says what really became of
it.

Logging is off in here: Apprise and urllib3 log whole URLs, and those are secrets. Apprise and
requests are imported only when a message comes, so that importing this module costs the parent
nothing.
"""

from __future__ import annotations

import logging
import re
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from typing import Any

from goldmine_ingest.model.alert import SendResult, Verdict
from goldmine_ingest.model.press import Presses
from goldmine_ingest.notify.answers import judge, markup_refused
from goldmine_ingest.notify.extras import amending, plain_part, set_up
from goldmine_ingest.notify.plugins import (
    left_out_of,
    names_of,
    plugin_for,
    resume,
    service_name,
    session_of,
)
from goldmine_ingest.notify.presses import WITH_BUTTONS, Line, confirm, fetch, source_of
from goldmine_ingest.notify.protocol import BEGUN, CHECK, CONFIRM, NAMES, OPENED, PRESSES, SOURCE
from goldmine_ingest.notify.proxies import NO_PROXY, THROUGH_PROXY
from goldmine_ingest.notify.reach import Reach, straight
from goldmine_ingest.notify.recipients import Whom
from goldmine_ingest.notify.whereto import whereto
from goldmine_ingest.notify.wire import SendOver, Wire
from goldmine_ingest.render.message import Rendered

_REFUSED = SendResult(Verdict.RECIPIENT, "Apprise refuses the destination's url")
_WORD = re.compile(r"[A-Za-z0-9]{4,}")
_WORDS = 6


def serve(pipe: Connection, reach: Reach = straight) -> None:
    """Answers the parent until it closes the pipe.

    For each (what, url, rendered, proxy, whom), of which the last two may be left out: OPENED when
    a request begins, BEGUN when the message is on its way, then the result's fields, or None for a
    URL that Apprise refuses. For (NAMES, url, secret): its recipients. For (PRESSES or SOURCE, url,
    asking, proxy): Presses; for (CONFIRM, url, confirmings, proxy): None.
    """
    logging.disable(logging.CRITICAL)
    for number in (
        signal.SIGINT,
        signal.SIGHUP,
    ):  # Ctrl-C and a closed terminal reach the whole group; the parent decides
        signal.signal(number, signal.SIG_IGN)
    post = Post(reach)
    while True:
        try:
            what, url, rendered, *rest = pipe.recv()
        except (EOFError, OSError):
            return
        # A signal to the whole group (Ctrl-C, a stopping service) lets the send in hand finish; the
        # parent ends us afterwards.
        before = [
            (number, signal.signal(number, signal.SIG_IGN))
            for number in (signal.SIGINT, signal.SIGTERM)
        ]
        try:
            if what == NAMES:
                pipe.send(names_of(url, rendered))
            elif what in (PRESSES, CONFIRM, SOURCE):
                pipe.send(_pressed(what, url, rendered, Line(reach, rest[0])))
            else:
                proxy, whom = (rest[0] if rest else NO_PROXY), (rest[1] if rest[1:] else None)
                pipe.send(_answer(post, what, url, rendered, pipe.send, proxy, whom))
        except BrokenPipeError:
            # whoever asked has been killed: nobody is left to tell, and what hasn't begun mustn't
            # begin
            return
        for number, handler in before:
            signal.signal(number, handler)


def _pressed(what: str, url: str, asked: Any, line: Line) -> Presses | None:
    """What was pressed; None once it is confirmed, or where the URL is refused."""
    plugin = plugin_for(url)
    if plugin is None or service_name(plugin) not in WITH_BUTTONS:
        return None
    if what == PRESSES:
        return fetch(plugin, asked, line)
    if what == SOURCE:
        return source_of(plugin, asked)
    for confirming in asked:
        confirm(plugin, confirming, line)
    return None


def _answer(
    post: Post,
    what: str,
    url: str,
    rendered: Rendered | None,
    tell: Callable[[str], None],
    proxy: str,
    whom: Whom | None,
) -> tuple[Any, ...] | None:
    if what == CHECK or rendered is None:
        plugin = plugin_for(url, whom)
        return None if plugin is None else (Verdict.SENT, whereto(plugin, left_out_of(url)))
    result = post.deliver(
        url, rendered, lambda: tell(BEGUN), opened=lambda: tell(OPENED), proxy=proxy, whom=whom
    )
    return (
        None
        if result is _REFUSED
        else (result.verdict, result.reason, result.http_status, result.retry_after, result.in_full)
    )


def deliver(
    url: str,
    rendered: Rendered,
    begun: Callable[[], None],
    proxy: str = NO_PROXY,
    *,
    reach: Reach = straight,
) -> SendResult:
    """Sends one message in this process. `proxy` is NO_PROXY, FROM_ENV or the URL of a proxy."""
    return Post(reach).deliver(url, rendered, begun, proxy=proxy)


@dataclass(slots=True)
class Post:
    """Sends messages, one at a time. `reach` is how requests get to their services. What a login
    gave is kept, by its URL, for all recipients.
    """

    reach: Reach = straight
    _sessions: dict[str, dict[str, Any]] = field(default_factory=dict)

    def deliver(
        self,
        url: str,
        rendered: Rendered,
        begun: Callable[[], None],
        *,
        opened: Callable[[], None] = lambda: None,
        proxy: str = NO_PROXY,
        whom: Whom | None = None,
    ) -> SendResult:
        """Sends one message, to the one recipient that is meant or to all.

        As plain text once more when its markup was refused, and once more when a session had ended
        meanwhile.
        """

        def send(body: str, body_format: str) -> SendResult:
            wire = Wire(_words(rendered), begun=begun, opened=opened, proxy=proxy, reach=self.reach)
            result = self._send((url, whom), rendered, body, body_format, wire)
            failed = wire.proxied and result.verdict is not Verdict.SENT
            return replace(result, reason=f"{result.reason}; {THROUGH_PROXY}") if failed else result

        had_session = url in self._sessions
        result = send(rendered.body, rendered.body_format)
        if had_session and result.http_status == 401:
            del self._sessions[url]
            result = send(rendered.body, rendered.body_format)
        if rendered.body_format != "text" and markup_refused(result):
            result = send(rendered.plain, "text")
        return result

    def _send(
        self,
        to: tuple[str, Whom | None],
        rendered: Rendered,
        body: str,
        body_format: str,
        wire: Wire,
    ) -> SendResult:
        import apprise

        plugin, session = plugin_for(*to), self._sessions.get(to[0])
        if plugin is None:
            return _REFUSED
        if session:
            resume(plugin, session)
        name = service_name(plugin)
        set_up(plugin, name, to[0], rendered)
        wire.amend = amending(plugin, name, rendered)
        # Discord reads markdown in the plain content, which carries no foreign author link as
        # Apprise's embeds do.
        text_format = "text" if name == "discord" else body_format
        if not (name == "telegram" and text_format == "text"):
            plugin.notify_format = apprise.NotifyFormat(text_format)
        service = apprise.Apprise(asset=plugin.asset)
        service.add(plugin)
        accepted, seen = False, _is_seen(plugin)
        with wire, plain_part(name, rendered):
            if not seen:
                wire.begun()
            try:
                # Apprise 1 answers True or False, Apprise 2 an object, true where all was taken.
                accepted = bool(
                    service.notify(
                        body=body,
                        title=rendered.title,
                        body_format=apprise.NotifyFormat(text_format),
                    )
                )
            except SendOver:
                accepted = False
        if session := session_of(plugin):
            self._sessions[to[0]] = session
        return judge(name, accepted, wire.answers, now=time.time(), seen=seen)


def _is_seen(plugin: Any) -> bool:
    """Whether a plugin's traffic goes through what we watch."""
    modules = [sys.modules.get(kind.__module__) for kind in type(plugin).__mro__]
    return any(hasattr(module, "requests") or hasattr(module, "smtplib") for module in modules)


def _words(rendered: Rendered) -> tuple[str, ...]:
    """The longest words of a message in plain letters and digits, which no service writes in
    another way.
    """
    words = set(_WORD.findall(f"{rendered.title} {rendered.plain}"))
    return tuple(sorted(words, key=lambda word: (-len(word), word))[:_WORDS])
