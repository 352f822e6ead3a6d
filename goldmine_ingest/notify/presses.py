"""Fetching presses of buttons, and answering them: Telegram's callback queries and ntfy's reply
topic. In the sending child, by the way of all requests to services; no port is open for it.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any

from goldmine_ingest.model.press import Asking, Confirming, Press, Presses
from goldmine_ingest.notify.plugins import CONNECT_TIMEOUT, READ_TIMEOUT, service_name
from goldmine_ingest.notify.proxies import proxies_for
from goldmine_ingest.notify.reach import Reach

# The services whose messages have buttons that lead back to us.
WITH_BUTTONS = ("telegram", "ntfy")
_MOST, _LONGEST = 200, 65_536  # messages and bytes of ntfy's that are read at a time
_KEPT_BY_NTFY = "12h"
_CONFLICT = 409


@dataclass(frozen=True, slots=True)
class Line:
    """How requests get to a service."""

    reach: Reach
    proxy: str

    def ask(
        self, method: str, url: str, headers: dict[str, str], body: Any = None
    ) -> tuple[int, bytes]:
        """The answer's status, and its body as far as we read. Raises requests' exceptions."""
        import requests

        with requests.Session() as session:
            session.trust_env = False
            request = session.prepare_request(
                requests.Request(method, url, headers=headers, json=body)
            )
            options = {
                "timeout": (CONNECT_TIMEOUT, READ_TIMEOUT),
                "allow_redirects": False,
                "proxies": proxies_for(url, self.proxy),
                "stream": True,
            }
            response = self.reach(requests.Session.send, session, request, options)
            return response.status_code, response.raw.read(_LONGEST, decode_content=True)


def fetch(plugin: Any, asking: Asking, line: Line) -> Presses:
    """What was pressed since. Whatever goes wrong is a reason, not an exception."""
    import requests

    try:
        if service_name(plugin) == "telegram":
            return _from_telegram(plugin, asking, line)
        return _from_ntfy(plugin, asking, line)
    except (requests.RequestException, OSError):
        return Presses(mark=asking.mark, why="the service can't be reached")
    except (ValueError, KeyError, TypeError, AttributeError):
        return Presses(mark=asking.mark, why="the service's answer can't be read")


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


def _telegram(plugin: Any, line: Line, method: str, body: dict[str, Any]) -> tuple[int, bytes]:
    return line.ask("POST", f"{plugin.notify_url}{plugin.bot_token}/{method}", {}, body)


def _from_telegram(plugin: Any, asking: Asking, line: Line) -> Presses:
    """https://core.telegram.org/bots/api#getupdates: what is asked for with an offset is confirmed
    up to it, so that a press that isn't stored yet comes again.
    """
    body: dict[str, Any] = {"timeout": 0, "allowed_updates": ["callback_query"]}
    if asking.mark:
        body["offset"] = int(asking.mark)
    status, reply = _telegram(plugin, line, "getUpdates", body)
    if status == _CONFLICT:
        why = "another program reads this bot's messages, or it has a webhook"
        return Presses(mark=asking.mark, why=why, taken=True)
    if status != 200:
        why = f"the service refuses to say what was pressed (HTTP {status})"
        return Presses(mark=asking.mark, why=why)
    updates = json.loads(reply)["result"]
    pressed = tuple(
        _of_query(update["callback_query"]) for update in updates if "callback_query" in update
    )
    mark = str(max(update["update_id"] for update in updates) + 1) if updates else asking.mark
    chats = tuple(chat for chat, _ in plugin.targets if isinstance(chat, int))
    return Presses(pressed, mark, chats)


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
    """https://docs.ntfy.sh/subscribe/api/#poll-for-messages: the reply topic's messages, a line of
    JSON each.
    """
    since = asking.mark or _KEPT_BY_NTFY
    url = f"{ntfy_server(plugin)}/{asking.reply_topic}/json?poll=1&since={since}"
    status, reply = line.ask("GET", url, _login(plugin))
    if status != 200:
        why = f"the service refuses to say what was pressed (HTTP {status})"
        return Presses(mark=asking.mark, why=why)
    # The last line may be cut off by our bound: it comes again.
    lines = reply.decode("utf-8", "replace").splitlines()
    messages = [found for found in map(_of_line, lines[:_MOST]) if found]
    mark = str(messages[-1]["id"]) if messages else asking.mark
    return Presses(tuple(Press(str(each.get("message", ""))) for each in messages), mark)


def _of_line(line: str) -> dict[str, Any] | None:
    try:
        message = json.loads(line)
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
