"""What really goes over the wire while a plugin sends: every request of `requests` and every step
of `smtplib`, with its answer.

Watching is also ruling: redirects aren't followed, answers are read to a bound, no request is
repeated that has failed, and none is made after one that settled the matter (a rate limit, a
refused login). Logins of ~/.netrc are never read: a `default` entry there would replace the
destination's own token, and send a stranger's password to the service.
"""

from __future__ import annotations

import re
import smtplib
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, cast
from urllib.parse import unquote_plus, urlsplit

from goldmine_ingest.notify.answers import Answer
from goldmine_ingest.notify.mail import MailReply, Step
from goldmine_ingest.notify.plugins import CONNECT_TIMEOUT, READ_TIMEOUT
from goldmine_ingest.notify.proxies import NO_PROXY, proxies_for
from goldmine_ingest.notify.reach import Reach, straight

# No honest answer is longer: a service that echoes a message of 50,000 characters, escaped six
# bytes each, stays below it.
LONGEST_BODY = 1024 * 1024
# Seconds for a body whose status is known already. The status decides where the rest doesn't come.
BODY_PATIENCE = 5.0
_PIECE = 64 * 1024
# Requests that come before a message: to log in, to look up or join a room, to learn what a server
# can do.
_BEFORE = re.compile(
    r"(?i)/(login|logon|token|gettoken|oauth2?|auth|register|refresh|session|whoami|createsession|refreshsession|join|createroom|"
    r"joined_rooms|directory|keys|account|versions|me|users|im\.open|conversations\.open|direct|getupdates|getme)([/.?]|$)"
)
# What Apprise would try after a login that failed, and nobody asked for: an account of that name.
_NEVER = re.compile(r"(?i)/_matrix/client/[^/]+/register$")
_RATE_LIMITED = 429


class SendOver(BaseException):
    """Raised into a plugin to end its send. No Exception, so that no plugin takes it for a
    hiccup and goes on.
    """


class Wire:
    """Entered while a plugin sends. `words` are some of the message's own, by which the request
    that carries it is known.

    `opened` is told when a request begins, `begun` when the message is on its way: from then on it
    may have arrived. `amend` may add to the request that carries it.
    """

    def __init__(
        self,
        words: Iterable[str],
        *,
        begun: Callable[[], None],
        opened: Callable[[], None] = lambda: None,
        proxy: str = NO_PROXY,
        reach: Reach = straight,
    ) -> None:
        self.answers: list[Answer] = []
        self.proxied = False  # whether any request went through a proxy
        self.begun, self.opened = begun, opened
        self._words = tuple(words)
        self._proxy, self._reach = proxy, reach
        self.amend: Callable[[Any], None] = lambda _request: None
        self._failed: set[tuple[str, bytes]] = set()
        self._over = False

    def __enter__(self) -> None:
        import requests

        self._sessions, self._session, self._mailer = (
            cast(Any, requests.sessions),
            cast(Any, requests.Session),
            cast(Any, smtplib.SMTP),
        )
        self._netrc, self._send = self._sessions.get_netrc_auth, self._session.send
        self._sessions.get_netrc_auth = _no_login
        wire = self

        def send(session: Any, request: Any, **options: Any) -> Any:
            return wire._request(session, request, options)

        self._session.send = send
        self._steps = {
            name: getattr(self._mailer, name)
            for name in ("__init__", "starttls", "login", "mail", "rcpt", "data", "sendmail")
        }
        for name, step in self._steps.items():
            setattr(self._mailer, name, _mail_step(self, name, step))

    def __exit__(self, *_error: object) -> None:
        self._sessions.get_netrc_auth, self._session.send = self._netrc, self._send
        for name, step in self._steps.items():
            setattr(self._mailer, name, step)

    def _request(self, session: Any, request: Any, options: dict[str, Any]) -> Any:
        import requests

        target, carried = f"{request.method} {request.url}", self._carries(request)
        once = (target, _bytes(request.body))
        if self._over or once in self._failed or _NEVER.search(urlsplit(str(request.url)).path):
            raise SendOver
        (self.begun if carried else self.opened)()
        if carried:
            self.amend(request)
        proxies = proxies_for(str(request.url), self._proxy)
        self.proxied = self.proxied or bool(proxies)
        own = {"allow_redirects": False, "proxies": proxies, "stream": True}
        try:
            response = self._reach(self._send, session, request, {**options, **own})
        except requests.RequestException as error:
            nothing_sent, why = no_answer(error)
            self._failed.add(once)
            self._over = not carried
            self.answers.append(
                Answer(
                    target,
                    failure="no_connection" if nothing_sent else "broken",
                    why=why,
                    carried=carried,
                )
            )
            raise
        body = _read(response)
        self.answers.append(
            Answer(
                target,
                response.status_code,
                response.headers.get("Retry-After"),
                body,
                carried=carried,
            )
        )
        self._note(request, response.status_code, once, carried)
        return response

    def _note(self, request: Any, status: int, once: tuple[str, bytes], carried: bool) -> None:
        """A failed request is not repeated. After a rate limit, or a refusal of what comes before
        the message, nothing more is asked; a lookup may fail, and mean that there is nothing to
        look up.
        """
        if status >= 400:
            self._failed.add(once)
            self._over = status == _RATE_LIMITED or not (carried or request.method == "GET")

    def _carries(self, request: Any) -> bool:
        """Whether a request holds the message. One without its words may: encrypted, say; not so
        a lookup or a login.
        """
        text = unquote_plus(str(request.url)) + unquote_plus(_bytes(request.body).decode("latin-1"))
        if any(word in text for word in self._words):
            return True
        return request.method != "GET" and _BEFORE.search(urlsplit(str(request.url)).path) is None

    def mail_failed(self, step: Step, error: Exception, *, sent: bool) -> None:
        """Notes what a mail server refused, or that it broke off. `sent`: the mail was on its
        way.
        """
        text: bytes | str
        if isinstance(error, smtplib.SMTPRecipientsRefused):
            code, text = next(iter(error.recipients.values()))
            step = "recipient"
        elif isinstance(error, smtplib.SMTPResponseException):
            code, text = error.smtp_code, error.smtp_error
        else:
            why = (
                "the mail server broke off"
                if sent
                else "the mail server can't be reached, or not securely"
            )
            self.answers.append(
                Answer("smtp", failure="broken" if sent else "no_connection", why=why, carried=sent)
            )
            return
        reason = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
        reply = MailReply(step, code, reason) if code >= 400 else MailReply(step, 421)
        self.answers.append(Answer("smtp", mail=reply, carried=step == "data"))

    def mail_taken(self) -> None:
        """Notes that a mail server took the mail."""
        self.answers.append(Answer("smtp", mail=MailReply("data", 250)))


_MAIL_STEPS: dict[str, Step] = {
    "__init__": "connect",
    "starttls": "connect",
    "login": "login",
    "sendmail": "data",
}


def _mail_step(wire: Wire, name: str, step: Callable[..., Any]) -> Callable[..., Any]:
    """One of smtplib's steps, watched. Within sendmail the smaller ones say how far it came."""
    if name in ("mail", "rcpt", "data"):
        return _part_of_sendmail(wire, name, step)

    def watched(server: Any, *args: Any, **options: Any) -> Any:
        wire.opened()
        server.reached = "connect"
        try:
            result = step(server, *args, **options)
        except (OSError, smtplib.SMTPException) as error:
            at = server.reached if name == "sendmail" else _MAIL_STEPS[name]
            wire.mail_failed(at, error, sent=name == "sendmail" and at == "data")
            raise
        if name == "sendmail":
            wire.mail_taken()
        return result

    return watched


def _part_of_sendmail(wire: Wire, name: str, step: Callable[..., Any]) -> Callable[..., Any]:
    reached = {"mail": "sender", "rcpt": "recipient", "data": "data"}[name]

    def watched(server: Any, *args: Any, **options: Any) -> Any:
        server.reached = reached
        if name == "data":
            wire.begun()
        return step(server, *args, **options)

    return watched


def _no_login(_url: str, raise_errors: bool = False) -> None:
    """In the place of the function with which `requests` looks into ~/.netrc."""


def _bytes(body: Any) -> bytes:
    return (
        body.encode()
        if isinstance(body, str)
        else bytes(body)
        if isinstance(body, (bytes, bytearray))
        else b""
    )


def _read(response: Any) -> bytes:
    """The body up to our bound, also where it breaks off or dawdles; handed to the plugin as the
    whole.
    """
    import requests
    import urllib3

    if isinstance(response._content, bytes):  # read already
        return response._content[:LONGEST_BODY]
    until = time.monotonic() + BODY_PATIENCE
    body = bytearray()
    with suppress(
        requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError
    ):  # what came before it broke off counts
        while (
            len(body) < LONGEST_BODY
            and time.monotonic() < until
            and (piece := response.raw.read1(_PIECE, decode_content=True))
        ):
            body += piece
    response._content = bytes(body[:LONGEST_BODY])
    response._content_consumed = True
    response.close()
    return cast(bytes, response._content)


def no_answer(error: Exception) -> tuple[bool, str]:
    """Whether nothing can have arrived, and why in our own words: the exception's text holds the
    URL.
    """
    import requests
    import urllib3

    if isinstance(error, requests.exceptions.SSLError):
        return True, "no secure connection: the certificate is not valid"
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return True, f"no connection within {CONNECT_TIMEOUT:.0f} s"
    if isinstance(error, requests.exceptions.Timeout):
        return False, f"no answer within {READ_TIMEOUT:.0f} s"
    cause = error.args[0] if error.args else None
    reason = getattr(cause, "reason", cause)
    if isinstance(reason, urllib3.exceptions.NameResolutionError):
        return True, "the host name can't be found"
    if isinstance(reason, urllib3.exceptions.ProxyError):
        return True, "the proxy can't be reached, or refuses to connect"
    if isinstance(reason, urllib3.exceptions.NewConnectionError):
        return True, "the connection was refused"
    if isinstance(
        error,
        (
            requests.exceptions.InvalidURL,
            requests.exceptions.InvalidSchema,
            requests.exceptions.InvalidHeader,
        ),
    ):
        return True, "the destination's address is not valid"
    return False, "the connection broke off"
