"""Fetching presses of buttons, and answering them: Telegram's callback queries and ntfy's reply
topic. In the sending child, by the way of all requests to services; no port is open for it.

Asked to wait, both answer as soon as something is pressed: Telegram holds the question itself, ntfy
is asked for what there is, then listened to.
"""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any

from goldmine_ingest.model.press import Asking, Confirming, Press, Presses
from goldmine_ingest.notify.plugins import CONNECT_TIMEOUT, READ_TIMEOUT, service_name
from goldmine_ingest.notify.proxies import proxies_for
from goldmine_ingest.notify.reach import Reach

# The services whose messages have buttons that lead back to us.
WITH_BUTTONS = ("telegram", "ntfy")
_MOST, _LONGEST = 200, 65_536  # messages and bytes of ntfy's that are read at a time
_KEPT_BY_NTFY = "12h"
_CONFLICT, _RATE_LIMITED = 409, 429
_LONGEST_PAUSE = 3600.0


@dataclass(frozen=True, slots=True)
class Line:
    """How requests get to a service."""

    reach: Reach
    proxy: str

    def ask(
        self, method: str, url: str, headers: dict[str, str], body: Any = None, wait: float = 0.0
    ) -> Reply:
        """The answer's status, its Retry-After, and its body as far as we read. `wait`: the service
        may take so much longer. Raises requests' exceptions.
        """
        with self._sent(method, url, headers, body, READ_TIMEOUT + wait) as response:
            content = response.raw.read(_LONGEST, decode_content=True)
            return Reply(response.status_code, content, response.headers.get("Retry-After", ""))

    def lines(self, url: str, headers: dict[str, str], wait: float) -> Iterator[bytes]:
        """The lines of an answer that goes on, each as soon as it is whole, for about so long; none
        where the service refuses. Raises requests' exceptions.
        """
        end, had = time.monotonic() + wait, b""
        with self._sent("GET", url, headers, None, wait) as response, _silence_is_no_error():
            while response.status_code == 200 and time.monotonic() < end and len(had) < _LONGEST:
                piece = response.raw.read1(_LONGEST)
                if not piece:
                    return
                *whole, had = (had + piece).split(b"\n")
                yield from whole

    @contextmanager
    def _sent(
        self, method: str, url: str, headers: dict[str, str], body: Any, patience: float
    ) -> Iterator[Any]:
        import requests

        with requests.Session() as session:
            session.trust_env = False
            request = session.prepare_request(
                requests.Request(method, url, headers=headers, json=body)
            )
            options = {
                "timeout": (CONNECT_TIMEOUT, patience),
                "allow_redirects": False,
                "proxies": proxies_for(url, self.proxy),
                "stream": True,
            }
            response = self.reach(requests.Session.send, session, request, options)
            with response:
                yield response


@dataclass(frozen=True, slots=True)
class Reply:
    """What a service answered. `retry_after` is the header's text."""

    status: int
    body: bytes
    retry_after: str = ""


@contextmanager
def _silence_is_no_error() -> Iterator[None]:
    """Nothing more came in time: the listening is over."""
    from urllib3.exceptions import ReadTimeoutError

    with suppress(ReadTimeoutError):
        yield


def fetch(plugin: Any, asking: Asking, line: Line) -> Presses:
    """What was pressed since. Whatever goes wrong is a reason, not an exception."""
    import requests
    import urllib3

    ask = _from_telegram if service_name(plugin) == "telegram" else _from_ntfy
    try:
        presses = ask(plugin, asking, line)
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError):
        presses = Presses(mark=asking.mark, why="the service can't be reached")
    except (ValueError, KeyError, TypeError, AttributeError):
        presses = Presses(mark=asking.mark, why="the service's answer can't be read")
    source = source_of(plugin, asking)
    return replace(presses, source=source.source, chats=source.chats)


def source_of(plugin: Any, asking: Asking) -> Presses:
    """Which bot, or which topic on which server, and which chats are the destination's own. Asks
    nobody.
    """
    if service_name(plugin) == "telegram":
        whole = f"{plugin.notify_url}{plugin.bot_token}"
        chats = tuple(chat for chat, _ in plugin.targets if isinstance(chat, int))
    else:
        whole, chats = f"{ntfy_server(plugin)}/{asking.reply_topic}", ()
    return Presses(source=hashlib.sha256(whole.encode()).hexdigest(), chats=chats)


def confirm(plugin: Any, confirming: Confirming, line: Line) -> None:
    """Tells who pressed; a service that can't any more is let be: it is recorded already."""
    import requests

    press = confirming.press
    if service_name(plugin) != "telegram":
        return  # ntfy has taken the message away itself ("clear")
    try:
        _telegram(
            plugin,
            line,
            "answerCallbackQuery",
            {
                "callback_query_id": press.ref,
                "text": confirming.said,
            },
        )
        if confirming.below:
            _telegram(
                plugin,
                line,
                "editMessageReplyMarkup",
                {
                    "chat_id": press.chat,
                    "message_id": press.message,
                    "reply_markup": {
                        "inline_keyboard": [
                            [
                                {"text": word, "callback_data": token}
                                for word, token in confirming.below
                            ]
                        ]
                    },
                },
            )
    except (requests.RequestException, OSError):
        return


def _telegram(
    plugin: Any, line: Line, method: str, body: dict[str, Any], wait: float = 0.0
) -> Reply:
    return line.ask("POST", f"{plugin.notify_url}{plugin.bot_token}/{method}", {}, body, wait)


def _from_telegram(plugin: Any, asking: Asking, line: Line) -> Presses:
    """https://core.telegram.org/bots/api#getupdates: what is asked for with an offset is confirmed
    up to it, so that a press that isn't stored yet comes again.
    """
    body: dict[str, Any] = {"timeout": int(asking.wait), "allowed_updates": ["callback_query"]}
    if asking.mark:
        body["offset"] = int(asking.mark)
    reply = _telegram(plugin, line, "getUpdates", body, asking.wait)
    if reply.status == _CONFLICT:
        why = "another program reads this bot's messages, or it has a webhook"
        return Presses(mark=asking.mark, why=why, taken=True)
    if reply.status != 200:
        return _refused(reply, asking)
    updates = json.loads(reply.body)["result"]
    pressed = tuple(
        _of_query(update["callback_query"]) for update in updates if "callback_query" in update
    )
    mark = str(max(update["update_id"] for update in updates) + 1) if updates else asking.mark
    return Presses(pressed, mark)


def _refused(reply: Reply, asking: Asking) -> Presses:
    """Told with the pause that the service asks for, in its body (Telegram:
    https://core.telegram.org/bots/api#responseparameters) or its head.
    """
    why = f"the service refuses to say what was pressed (HTTP {reply.status})"
    pause = 0.0
    if reply.status == _RATE_LIMITED:
        with suppress(ValueError, KeyError, TypeError):
            pause = float(json.loads(reply.body)["parameters"]["retry_after"])
        if not pause and reply.retry_after.isascii() and reply.retry_after.isdigit():
            pause = float(reply.retry_after)
    return Presses(mark=asking.mark, why=why, pause=min(max(0.0, pause), _LONGEST_PAUSE))


def _of_query(query: dict[str, Any]) -> Press:
    message = query.get("message") or {}
    chat = message.get("chat") or {}
    return Press(
        token=str(query.get("data", "")),
        ref=str(query["id"]),
        message=int(message.get("message_id", 0)),
        chat=int(chat.get("id", 0)),
        who=int(query["from"]["id"]),
        alone=chat.get("type") == "private",
    )


def _from_ntfy(plugin: Any, asking: Asking, line: Line) -> Presses:
    """https://docs.ntfy.sh/subscribe/api/: the reply topic's messages, a line of JSON each; what is
    there first (poll=1), then, where it is waited for, what comes.
    """
    topic = f"{ntfy_server(plugin)}/{asking.reply_topic}/json"
    since, login = asking.mark or _KEPT_BY_NTFY, _login(plugin)
    reply = line.ask("GET", f"{topic}?poll=1&since={since}", login)
    if reply.status != 200:
        return _refused(reply, asking)
    # The last line may be cut off by our bound: it comes again.
    messages = [found for found in map(_of_line, reply.body.splitlines()[:_MOST]) if found]
    if not messages and asking.wait:
        first = map(_of_line, line.lines(f"{topic}?since={since}", login, asking.wait))
        messages = [message for message in (next(filter(None, first), None),) if message]
    mark = str(messages[-1]["id"]) if messages else asking.mark
    return Presses(tuple(Press(str(each.get("message", ""))) for each in messages), mark)


def _of_line(line: bytes) -> dict[str, Any] | None:
    try:
        message = json.loads(line.decode("utf-8", "replace"))
    except ValueError:
        return None
    return message if isinstance(message, dict) and message.get("event") == "message" else None


def ntfy_server(plugin: Any) -> str:
    """Where a destination's ntfy is."""
    if plugin.mode == "cloud":
        return str(plugin.cloud_notify_url)
    port = f":{plugin.port}" if plugin.port else ""
    return f"{'https' if plugin.secure else 'http'}://{plugin.host}{port}"


def _login(plugin: Any) -> dict[str, str]:
    if plugin.token:
        return {"Authorization": f"Bearer {plugin.token}"}
    if plugin.user:
        login = base64.b64encode(f"{plugin.user}:{plugin.password or ''}".encode()).decode()
        return {"Authorization": f"Basic {login}"}
    return {}
