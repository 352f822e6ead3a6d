"""The child process: loads one Apprise plugin, sends one message, and records what really went over the wire.

Logging is off in here: Apprise and urllib3 log whole URLs, and those are secrets. Apprise and requests are imported only when a
message comes, so that importing this module costs the parent nothing.
"""

from __future__ import annotations

import importlib
import logging
import signal
import smtplib
import time
from collections.abc import Callable
from dataclasses import replace
from multiprocessing.connection import Connection
from typing import Any, cast

from goldmine_ingest.model.alert import SendResult, Verdict
from goldmine_ingest.notify.answers import Answer, judge, markup_refused
from goldmine_ingest.notify.protocol import BEGUN, CHECK
from goldmine_ingest.notify.proxies import NO_PROXY, THROUGH_PROXY, proxies_for
from goldmine_ingest.render.message import Rendered
from goldmine_ingest.render.targets import TargetKind, kind_of

_CONNECT_TIMEOUT, _READ_TIMEOUT = 5.0, 10.0
_BODY_HEAD = 4096

# Which module of apprise.plugins a scheme lives in: importing that one takes a hundredth of the time of loading them all.
# A scheme that is not here works too, after a full load.
_MODULES = {
    "tgram": "telegram",
    "discord": "discord",
    "slack": "slack",
    "matrix": "matrix",
    "matrixs": "matrix",
    "mailto": "email",
    "mailtos": "email",
    "ntfy": "ntfy",
    "ntfys": "ntfy",
    "pover": "pushover",
    "gotify": "gotify",
    "gotifys": "gotify",
    "json": "custom_json",
    "jsons": "custom_json",
    "xml": "custom_xml",
    "xmls": "custom_xml",
    "form": "custom_form",
    "forms": "custom_form",
    "mmost": "mattermost",
    "mmosts": "mattermost",
    "rocket": "rocketchat",
    "rockets": "rocketchat",
    "pbul": "pushbullet",
    "signal": "signal_api",
    "signals": "signal_api",
    "twilio": "twilio",
}


def serve(pipe: Connection) -> None:
    """Answers the parent until it closes the pipe. For each (what, url, rendered) or (what, url, rendered, proxy): BEGUN when a request
    begins, then the result's fields, or None for a URL that Apprise refuses.
    """
    logging.disable(logging.CRITICAL)
    for number in (
        signal.SIGINT,
        signal.SIGHUP,
    ):  # Ctrl-C and a closed terminal reach the whole group; the parent decides, the pipe tells us
        signal.signal(number, signal.SIG_IGN)
    while True:
        try:
            what, url, rendered, *rest = pipe.recv()
        except (EOFError, OSError):
            return
        # A signal to the whole group (Ctrl-C, a stopping service) lets the send in hand finish; the parent ends us afterwards.
        before = [(number, signal.signal(number, signal.SIG_IGN)) for number in (signal.SIGINT, signal.SIGTERM)]
        try:
            proxy = rest[0] if rest else NO_PROXY
            pipe.send(_answer(what, url, rendered, lambda: pipe.send(BEGUN), proxy))
        except BrokenPipeError:
            return  # whoever asked has been killed: nobody is left to tell, and what hasn't begun mustn't begin
        for number, handler in before:
            signal.signal(number, handler)


def _answer(what: str, url: str, rendered: Rendered | None, begun: Callable[[], None], proxy: str) -> tuple[Any, ...] | None:
    plugin = _plugin(url)
    if plugin is None or what == CHECK or rendered is None:
        return None if plugin is None else (Verdict.SENT,)
    result = deliver(url, rendered, begun, proxy)
    return result.verdict, result.reason, result.http_status, result.retry_after


def deliver(url: str, rendered: Rendered, begun: Callable[[], None], proxy: str = NO_PROXY) -> SendResult:
    """Sends one message in this process; as plain text once more when its markup was refused.

    `proxy` is NO_PROXY, FROM_ENV or the URL of a proxy.
    """
    kind = kind_of(url)
    recorder = _Recorder(begun, proxy)
    result = _try(kind, url, rendered.title, rendered.body, rendered.body_format, recorder)
    if rendered.body_format != "text" and markup_refused(result):
        recorder = _Recorder(begun, proxy)
        result = _try(kind, url, rendered.title, rendered.plain, "text", recorder)
    if recorder.proxied and result.verdict is not Verdict.SENT:
        return replace(result, reason=f"{result.reason}; {THROUGH_PROXY}")
    return result


def _try(kind: TargetKind, url: str, title: str, body: str, body_format: str, recorder: _Recorder) -> SendResult:
    import apprise

    plugin = _plugin(url)
    if plugin is None:
        return SendResult(Verdict.RECIPIENT, "Apprise refuses the destination's url")
    # Discord reads markdown in the plain content, which carries no foreign author link as Apprise's embeds do.
    text_format = "text" if kind is TargetKind.DISCORD else body_format
    if not (kind is TargetKind.TELEGRAM and text_format == "text"):
        plugin.notify_format = apprise.NotifyFormat(text_format)
    service = apprise.Apprise(asset=plugin.asset)
    service.add(plugin)
    with recorder:
        if not recorder.sees(plugin):
            recorder.begun()
        accepted = service.notify(body=body, title=title, body_format=apprise.NotifyFormat(text_format))
    return judge(kind, bool(accepted), recorder.answers, now=time.time())


def _plugin(url: str) -> Any:
    """The plugin for a URL with our limits, or None if Apprise refuses the URL."""
    import apprise

    asset = apprise.AppriseAsset(app_id="Goldmine", app_desc="Goldmine Ingest", app_url="", async_mode=False)
    module = _MODULES.get(url.partition(":")[0].strip().lower())
    try:
        plugin = apprise.Apprise.instantiate(url, asset=asset, suppress_exceptions=False) if module is None else _from(module, url, asset)
    except Exception:  # noqa: BLE001 - Apprise's plugins raise what they like for a bad URL; all of it means: refused
        return None
    if not plugin:
        return None
    plugin.redirects = False
    plugin.retry = 0
    plugin.optional = False
    plugin.request_rate_per_sec = 0
    plugin.overflow_mode = apprise.OverflowMode.UPSTREAM
    plugin.socket_connect_timeout, plugin.socket_read_timeout = _CONNECT_TIMEOUT, _READ_TIMEOUT
    return plugin


def _from(module: str, url: str, asset: Any) -> Any:
    package = importlib.import_module(f"apprise.plugins.{module}")
    # Like Apprise's own loader: the plugin class of a module is the one whose name begins with Notify and that has an app_id.
    names = [name for name in dir(package) if name.startswith("Notify") and hasattr(getattr(package, name), "app_id")]
    plugin_class = next(getattr(package, name) for name in names if name != "NotifyBase")
    facts = plugin_class.parse_url(url)
    return plugin_class(**facts, asset=asset) if facts else None


class _Recorder:
    """Sees every request of `requests` and every mail of `smtplib` while it is entered, tells when the first begins, keeps the answers.

    Requests go through the given proxy only, whatever the environment says, and carry no login of ~/.netrc: a `default` entry there
    would replace the destination's own token, and send a stranger's password to the service.
    """

    def __init__(self, begun: Callable[[], None], proxy: str = NO_PROXY) -> None:
        self.answers: list[Answer] = []
        self.begun = begun
        self.proxied = False  # whether any request went through a proxy
        self._proxy = proxy

    def sees(self, plugin: Any) -> bool:
        """Whether this plugin's traffic goes through what we watch."""
        module = importlib.import_module(type(plugin).__module__)
        return hasattr(module, "requests") or hasattr(module, "smtplib")

    def __enter__(self) -> None:
        import requests

        self._session = cast(Any, requests.Session)
        self._mailer = cast(Any, smtplib.SMTP)
        self._send = self._session.send
        self._sendmail, self._connect, self._login = self._mailer.sendmail, self._mailer.connect, self._mailer.login
        recorder = self

        def send(session: Any, request: Any, **options: Any) -> Any:
            return recorder._request(session, request, options)

        def sendmail(server: Any, *args: Any, **options: Any) -> Any:
            return recorder._mail(recorder._sendmail, server, args, options)

        def connect(server: Any, *args: Any, **options: Any) -> Any:
            return recorder._before_mail(recorder._connect, server, args, options)

        def login(server: Any, *args: Any, **options: Any) -> Any:
            return recorder._before_mail(recorder._login, server, args, options)

        self._netrc = cast(Any, requests.sessions).get_netrc_auth
        cast(Any, requests.sessions).get_netrc_auth = _no_login
        self._session.send = send
        self._mailer.sendmail, self._mailer.connect, self._mailer.login = sendmail, connect, login

    def __exit__(self, *_error: object) -> None:
        import requests

        cast(Any, requests.sessions).get_netrc_auth = self._netrc
        self._session.send = self._send
        self._mailer.sendmail, self._mailer.connect, self._mailer.login = self._sendmail, self._connect, self._login

    def _request(self, session: Any, request: Any, options: dict[str, Any]) -> Any:
        import requests

        target = f"{request.method} {request.url}"
        self.begun()
        try:
            proxies = proxies_for(str(request.url), self._proxy)
            self.proxied = self.proxied or bool(proxies)
            own = {"allow_redirects": False, "proxies": proxies}
            response = self._send(session, request, **{**options, **own})
        except requests.RequestException as error:
            nothing_sent, why = _no_answer(error)
            self.answers.append(Answer(target, failure="no_connection" if nothing_sent else "broken", why=why))
            raise
        head = bytes((response.content or b"")[:_BODY_HEAD])
        self.answers.append(Answer(target, response.status_code, response.headers.get("Retry-After"), head))
        return response

    def _before_mail(self, call: Any, server: Any, args: Any, options: Any) -> Any:
        try:
            return call(server, *args, **options)
        except smtplib.SMTPAuthenticationError:
            self.answers.append(Answer("smtp", 401))
            raise
        except (OSError, smtplib.SMTPException):
            self.answers.append(Answer("smtp", failure="no_connection", why="the mail server can't be reached"))
            raise

    def _mail(self, call: Any, server: Any, args: Any, options: Any) -> Any:
        self.begun()
        try:
            refused = call(server, *args, **options)
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException) as error:
            self.answers.append(Answer("smtp", _http_like(error)))
            raise
        except (OSError, smtplib.SMTPException):
            self.answers.append(Answer("smtp", failure="broken", why="the mail server broke off"))
            raise
        self.answers.append(Answer("smtp", 200))
        return refused


def _no_login(_url: str, raise_errors: bool = False) -> None:
    """In the place of the function with which `requests` looks into ~/.netrc."""


def _http_like(error: Exception) -> int:
    """An SMTP refusal as the HTTP status that means the same: 4xx passes, 5xx is about this message (or, of recipients, the address)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in error.recipients.values()]
        return 503 if any(code < 500 for code in codes) else 404
    code = error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else 0
    return 503 if code < 500 else 422


def _no_answer(error: Exception) -> tuple[bool, str]:
    """Whether nothing can have arrived, and why in our own words: the exception's text holds the URL."""
    import requests
    import urllib3

    if isinstance(error, requests.exceptions.SSLError):
        return True, "no secure connection: the certificate is not valid"
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return True, f"no connection within {_CONNECT_TIMEOUT:.0f} s"
    if isinstance(error, requests.exceptions.Timeout):
        return False, f"no answer within {_READ_TIMEOUT:.0f} s"
    cause = error.args[0] if error.args else None
    reason = getattr(cause, "reason", cause)
    if isinstance(reason, urllib3.exceptions.NameResolutionError):
        return True, "the host name can't be found"
    if isinstance(reason, urllib3.exceptions.ProxyError):
        return True, "the proxy can't be reached, or refuses to connect"
    if isinstance(reason, urllib3.exceptions.NewConnectionError):
        return True, "the connection was refused"
    if isinstance(error, (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema, requests.exceptions.InvalidHeader)):
        return True, "the destination's address is not valid"
    return False, "the connection broke off"
