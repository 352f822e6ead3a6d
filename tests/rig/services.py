"""The services that most people use, on the loopback interface: each takes a message and answers as
its own documentation shows, the message echoed where the real one echoes it; or refuses with the
body that the real one gives.

    with Services() as services:
        deliver(services.url("telegram"), rendered, lambda: None, reach=services.reach)
        services.texts("telegram") -> what arrived there
        services.script("telegram", "blocked", "ok")     # the first message is refused, the next
        ones are taken

Services with a fixed host are reached through the seam of notify/reach.py, in this process or in a
child (`child`), so that nothing needs port 443, a name server or a certificate.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

from goldmine_ingest.notify.child import serve
from goldmine_ingest.notify.reach import Reach
from tests.rig.receiver import MailSink

Headers = dict[str, str]
Given = tuple[int, bytes, Headers]

# An Apprise URL for each; PORT is the loopback server's. {to} is a recipient.
URLS = {
    "telegram": "tgram://123456789:abcdefg_hijklmnop_qrstuvwxyz_12345/{to}",
    "discord": "discord://{to}/abcdefghijklmnopqrstuvwxyz",
    "slack": "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#{to}",
    "matrix": "matrix://goldmine:secret@127.0.0.1:PORT/!{to}:example.org",
    "email": "mailto://127.0.0.1:MAIL?from=me@example.com&to={to}@example.com&mode=insecure",
    "ntfy": "ntfy://127.0.0.1:PORT/{to}",
    "pushover": "pover://uuuuuuuuuuuuuuuuuuuuuuuuuuuuuu@{to}",
    "gotify": "gotify://127.0.0.1:PORT/{to}",
    "signal_api": "signal://127.0.0.1:PORT/15551112222/{to}",
    "whatsapp": "whatsapp://ttttttttttttttttttttttttttttttttttttttttt@1234567890/{to}",
    "twilio": "twilio://ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb@15551112222/{to}",
    "workflows": "workflows://prod-1.westus.logic.azure.com:443/{to}/signature0123456789",
    "mattermost": "mmost://127.0.0.1:PORT/{to}",
    "rocketchat": "rocket://{to}/bbbbbbbbbbbbbbbbbbbbbbbb@127.0.0.1:PORT/#jobs?mode=webhook",
    "pushbullet": "pbul://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/#{to}",
}
RECIPIENTS = {
    "telegram": "987654",
    "discord": "123456789012345678",
    "pushover": "a" * 30,
    "signal_api": "15553334444",
    "whatsapp": "15553334444",
    "twilio": "15553334444",
    "workflows": "w" * 32,
    "mattermost": "k" * 26,
    "rocketchat": "r" * 24,
}


@dataclass(frozen=True)
class Asked:
    """One request that a service got. `message`: it held one, with its text, to a recipient;
    `taken`: the service took it.
    """

    service: str
    method: str
    path: str
    body: dict[str, Any]
    to: str = ""
    text: str = ""
    taken: bool = False
    headers: dict[str, str] = field(default_factory=dict)
    at: float = field(default_factory=time.monotonic)


@dataclass
class Services:
    """See the module. `delays` maps a service to the seconds that it takes."""

    asked: list[Asked] = field(default_factory=list)
    delays: dict[str, float] = field(default_factory=dict)
    login: Given | None = (
        # what Matrix answers to a login, and to who wants to join a room, in the place of a yes
        None
    )
    join: Given | None = None
    # Presses that Telegram keeps, whether another program reads them, what answered them; ntfy's
    # reply topics.
    updates: list[dict[str, Any]] = field(default_factory=list)
    pressed: int = 0
    read_elsewhere: bool = False
    # Seconds for which Telegram wants not to be asked (once), questions that are held at this
    # moment, and the most that ever were; whether the network is gone.
    slow_down: int = 0
    held: int = 0
    most_held: int = 0
    unreachable: bool = False
    conflicts: int = 0  # how many questions more meet one of ours that broke off
    streams: int = 0  # how many of ntfy's topics were listened to
    asked_for_updates: list[dict[str, Any]] = field(default_factory=list)
    updates_asked_at: list[float] = field(default_factory=list)
    answers: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    replies: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def __enter__(self) -> Self:
        self._steps: dict[str, list[str]] = defaultdict(list)
        self._lock = threading.Lock()
        self._came = threading.Condition()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )
        self._thread.start()
        self.mail = MailSink().__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self.mail.__exit__(None, None, None)

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def reach(self) -> Reach:
        """The way of requests to these services."""
        return partial(through, self.port)

    @property
    def child(self) -> Callable[[Connection], None]:
        """What a Notifier's children run, so that they reach these services."""
        return partial(serve_through, self.port)

    def url(self, service: str, to: str = "") -> str:
        filled = URLS[service].format(to=to or RECIPIENTS.get(service, "jobs"))
        return filled.replace("PORT", str(self.port)).replace("MAIL", str(self.mail.port))

    def press(self, token: str, *, chat: int = 987654, who: int = 987654) -> None:
        """Somebody touches a button below a message of Telegram's; a group has a chat below 0."""
        kind = "private" if chat > 0 else "supergroup"
        message = {"message_id": 4711, "chat": {"id": chat, "type": kind}, "date": 1795435200}
        query = {
            "id": f"43825{self.pressed}",
            "from": {"id": who, "is_bot": False, "first_name": "Ann"},
            "message": message,
            "chat_instance": "-1",
            "data": token,
        }
        with self._came:
            self.updates.append({"update_id": 800_000 + self.pressed, "callback_query": query})
            self.pressed += 1
            self._came.notify_all()

    def _of_buttons(self, method: str, target: str, body: dict[str, Any]) -> Given | None:
        """Telegram's updates and what answers them; ntfy's reply topics."""
        path, _, query = target.partition("?")
        name = path.rpartition("/")[2]
        if name == "getUpdates":
            # https://core.telegram.org/bots/api#getupdates
            if self.read_elsewhere or self.conflicts:
                self.conflicts = max(0, self.conflicts - 1)
                said = "Conflict: terminated by other getUpdates request"
                return _telegram_no(409, said)
            return self._updates_for(body)
        if name in ("answerCallbackQuery", "editMessageReplyMarkup"):
            self.answers.append((name, body))
            return _json(200, {"ok": True, "result": True})
        if method == "GET" and path.endswith("/json"):
            # https://docs.ntfy.sh/subscribe/api/#subscribe-as-json-stream
            lines = "".join(self._kept_since(path, query))
            return 200, lines.encode(), {"Content-Type": "application/x-ndjson"}
        return None

    def _updates_for(self, body: dict[str, Any]) -> Given:
        """What Telegram answers to getUpdates: what is there from the offset on, what is before it
        is confirmed; with a timeout the question is held until something comes.
        """
        with self._came:
            self.asked_for_updates.append(body)
            self.updates_asked_at.append(time.monotonic())
            if self.slow_down:
                wait, self.slow_down = self.slow_down, 0
                return _telegram_no(429, f"Too Many Requests: retry after {wait}", retry_after=wait)
            begin = int(body.get("offset", 0))
            self.updates = [each for each in self.updates if each["update_id"] >= begin]
            self.held += 1
            self.most_held = max(self.held, self.most_held)
            self._came.wait_for(lambda: self.updates, float(body.get("timeout", 0)))
            self.held -= 1
            return _json(200, {"ok": True, "result": self.updates})

    def _kept_since(self, path: str, query: str) -> list[str]:
        """ntfy's messages after the one that a question names, a line each."""
        since = parse_qs(query)["since"][0]
        kept = self.replies.get(path.split("/")[1], [])
        ids = [message["id"] for message in kept]
        begin = ids.index(since) + 1 if since in ids else 0
        return [json.dumps(message) + "\n" for message in kept[begin:]]

    def stream(self, target: str, write: Callable[[str], None]) -> None:
        """ntfy's JSON stream (https://docs.ntfy.sh/subscribe/api/#subscribe-as-json-stream): that
        it is open, what is kept, then each message as it comes, and a sign of life in between.
        """
        path, _, query = target.partition("?")
        topic, sent = path.split("/")[1], 0
        self.streams += 1

        def more() -> bool:
            return len(self._kept_since(path, query)) > sent

        write(json.dumps({"id": "o1", "time": 1795435200, "event": "open", "topic": topic}) + "\n")
        while True:
            lines = self._kept_since(path, query)
            for line in lines[sent:]:
                write(line)
            sent = len(lines)
            with self._came:
                self._came.wait_for(more, 1.0)
            write(json.dumps({"id": "k1", "time": 1795435200, "event": "keepalive"}) + "\n")

    def touch(self, action: dict[str, Any]) -> None:
        """Somebody touches an action button of an ntfy message: the app puts its body into the
        topic.
        """
        topic = action["url"].rpartition("/")[2]
        with self._came:
            kept = self.replies.setdefault(topic, [])
            kept.append(
                {
                    "id": f"reply{len(kept)}",
                    "time": 1795435200,
                    "event": "message",
                    "topic": topic,
                    "message": action["body"],
                }
            )
            self._came.notify_all()

    def script(self, key: str, *steps: str) -> None:
        """What a service answers to its next messages (or, for 'service to', to those for one
        recipient); then it takes them. The last step stays if it ends in '…'.
        """
        self._steps[key] = list(steps)

    def messages(self, service: str) -> list[Asked]:
        """The requests of a service that held a message."""
        return [asked for asked in self.asked if asked.service == service and asked.to]

    def texts(self, service: str) -> list[str]:
        """The messages that a service took."""
        return [asked.text for asked in self.messages(service) if asked.taken]

    def answer(self, headers: Mapping[str, str], method: str, target: str, raw: bytes) -> Given:
        """What the service at this host and path answers."""
        host, body = headers["Host"], _fields(raw)
        if (of_buttons := self._of_buttons(method, target, body)) is not None:
            return of_buttons
        for service, belongs, fake in _FAKES:
            if belongs(host, urlsplit(target).path):
                time.sleep(self.delays.get(service, 0))
                return self._settled(fake, service, method, target, body, dict(headers))
        raise AssertionError(f"no service at {host}{target}")

    def _settled(
        self,
        fake: Fake,
        service: str,
        method: str,
        target: str,
        body: dict[str, Any],
        headers: dict[str, str],
    ) -> Given:
        to, text, given = fake(target, body)
        given = (
            self.login if target.endswith("/login") else self.join if "/join/" in target else None
        ) or given
        with self._lock:
            step = self._step(service, to) if to else "ok"
            if step != "ok":
                given = REFUSALS[service][step]
            taken = bool(to) and (step == "ok" or step in TAKEN)
            self.asked.append(Asked(service, method, target, body, to, text, taken, headers))
        return given

    def _step(self, service: str, to: str) -> str:
        steps = self._steps.get(f"{service} {to}") or self._steps.get(service) or ["ok"]
        step = steps[0] if steps[0].endswith("…") else steps.pop(0)
        return step.rstrip("…")


Fake = Callable[[str, dict[str, Any]], tuple[str, str, Given]]


def through(
    port: int, send: Callable[..., Any], session: Any, request: Any, options: dict[str, Any]
) -> Any:
    """A Reach that leads to the loopback server at this port, whatever host a request names; the
    server sees it as its Host.
    """
    parts = urlsplit(request.url)
    request.headers["Host"] = parts.netloc
    request.url = f"http://127.0.0.1:{port}{parts.path}" + (
        f"?{parts.query}" if parts.query else ""
    )
    return send(session, request, **options)


def serve_through(port: int, pipe: Connection) -> None:
    """The sending child, with `through`."""
    serve(pipe, partial(through, port))


def _handler(services: Services) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class calls it so
            """Keeps test output quiet."""

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if services.unreachable:
                self.close_connection = True
                return
            if self.command == "GET" and "/json?" in self.path and "poll=1" not in self.path:
                self._stream()
                return
            status, body, headers = services.answer(
                dict(self.headers), self.command, self.path, raw
            )
            self.close_connection = True
            if status == 0:  # the connection ends without an answer
                return
            self.send_response(status)
            for name, value in {
                "Content-Type": "application/json",
                **headers,
                "Content-Length": str(len(body)),
            }.items():
                self.send_header(name, value)
            with suppress(OSError):  # who asked has gone
                self.end_headers()
                self.wfile.write(body)

        def _stream(self) -> None:
            """In chunks, each sent at once, until the reader goes."""
            self.close_connection = True
            self.send_response(200)
            self.send_header("Content-Type", "application/x-ndjson; charset=utf-8")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()

            def write(line: str) -> None:
                data = line.encode()
                self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
                self.wfile.flush()

            with suppress(OSError):
                services.stream(self.path, write)

        do_PUT = do_GET = do_POST  # noqa: N815 - the base class calls them so

    return Handler


def _fields(raw: bytes) -> dict[str, Any]:
    text = raw.decode("utf-8", "replace")
    if text.startswith("{"):
        return dict(json.loads(text))
    return {name: values[0] for name, values in parse_qs(text).items()}


def _json(status: int, document: Any, **headers: str) -> Given:
    return (
        status,
        json.dumps(document, ensure_ascii=True).encode(),
        {name.replace("_", "-"): value for name, value in headers.items()},
    )


# https://core.telegram.org/bots/api#sendmessage: the Message, with the text and its entities
def _telegram(_target: str, body: dict[str, Any]) -> tuple[str, str, Given]:
    text = re.sub(r"<[^>]+>", "", body["text"])
    chat = {"id": int(body["chat_id"]), "type": "private", "first_name": "Ann"}
    sender = {"id": 123456789, "is_bot": True, "first_name": "Goldmine", "username": "goldmine_bot"}
    entities = [{"offset": n * 10, "length": 9, "type": "bold"} for n in range(len(text) // 40)]
    result = {
        "message_id": 4711,
        "from": sender,
        "chat": chat,
        "date": 1795435200,
        "text": text,
        "entities": entities,
    }
    return str(body["chat_id"]), body["text"], _json(200, {"ok": True, "result": result})


# https://discord.com/developers/docs/resources/message#message-object (with wait=true), else 204
def _discord(target: str, body: dict[str, Any]) -> tuple[str, str, Given]:
    webhook = target.split("/")[3]
    author = {
        "id": webhook,
        "username": "Goldmine",
        "avatar": None,
        "bot": True,
        "discriminator": "0000",
    }
    message = {
        "id": "1310000000000000001",
        "type": 0,
        "content": body["content"],
        "channel_id": "1",
        "author": author,
        "embeds": [],
    }
    limits = {
        "X_RateLimit_Limit": "5",
        "X_RateLimit_Remaining": "4",
        "X_RateLimit_Reset_After": "1",
    }
    return (
        webhook,
        body["content"],
        _json(200, message, **limits) if "wait=true" in target else (204, b"", {}),
    )


# https://api.slack.com/messaging/webhooks#posting_with_webhooks: the text "ok"
def _slack(_target: str, body: dict[str, Any]) -> tuple[str, str, Given]:
    text = "\n".join(f"{a.get('title', '')}\n{a.get('text', '')}" for a in body["attachments"])
    return body.get("channel", "(default)"), text, (200, b"ok", {"Content-Type": "text/html"})


# https://spec.matrix.org/latest/client-server-api/: /login, /join/{roomIdOrAlias},
# /rooms/{roomId}/send/{eventType}/{txnId}
def _matrix(target: str, body: dict[str, Any]) -> tuple[str, str, Given]:
    path = unquote(urlsplit(target).path)
    if path.endswith("/login"):
        session = {
            "user_id": "@goldmine:example.org",
            "access_token": "syt_token",
            "device_id": body.get("device_id", "RANDOM"),
        }
        return "", "", _json(200, session)
    if "/join/" in path:
        return "", "", _json(200, {"room_id": path.rpartition("/join/")[2]})
    if "/send/" in path:
        return (
            path.split("/rooms/")[1].split("/")[0],
            body["body"],
            _json(200, {"event_id": "$YUwRidLecu:example.org"}),
        )
    return "", "", _json(404, {"errcode": "M_UNRECOGNIZED", "error": "Unrecognized request"})


# https://docs.ntfy.sh/publish/: the message as it is stored
def _ntfy(_target: str, body: dict[str, Any]) -> tuple[str, str, Given]:
    kept = {
        "id": "hwQ2YpKdmg",
        "time": 1795435200,
        "expires": 1795478400,
        "event": "message",
        **body,
    }
    return body["topic"], f"{body.get('title', '')}\n{body['message']}", _json(200, kept)


# https://pushover.net/api#response
def _pushover(_target: str, body: dict[str, Any]) -> tuple[str, str, Given]:
    limits = {
        "X_Limit_App_Limit": "10000",
        "X_Limit_App_Remaining": "7496",
        "X_Limit_App_Reset": "1796083200",
    }
    return (
        body["token"],
        f"{body.get('title', '')}\n{body['message']}",
        _json(200, {"status": 1, "request": "647d2300-702c"}, **limits),
    )


# https://gotify.net/api-docs#/message/createMessage: the message as it is stored
def _gotify(_target: str, body: dict[str, Any]) -> tuple[str, str, Given]:
    kept = {"id": 25, "appid": 5, **body, "date": "2026-11-23T12:00:00Z"}
    return "gotify", f"{body['title']}\n{body['message']}", _json(200, kept)


# https://bbernhard.github.io/signal-cli-rest-api/#/Messages/post_v2_send
def _signal(_target: str, body: dict[str, Any]) -> tuple[str, str, Given]:
    return ",".join(body["recipients"]), body["message"], _json(201, {"timestamp": "1795435200000"})


# https://developers.facebook.com/docs/whatsapp/cloud-api/guides/send-messages#response
def _whatsapp(_target: str, body: dict[str, Any]) -> tuple[str, str, Given]:
    to = body["to"]
    contacts = [{"input": to, "wa_id": to.lstrip("+")}]
    taken = {
        "messaging_product": "whatsapp",
        "contacts": contacts,
        "messages": [{"id": "wamid.HBgLMTY1MDUw"}],
    }
    return to, body["text"]["body"], _json(200, taken)


# https://www.twilio.com/docs/messaging/api/message-resource#create-a-message: the message, `body`
# in it
def _twilio(_target: str, body: dict[str, Any]) -> tuple[str, str, Given]:
    kept = {
        "sid": "SM" + "0" * 32,
        "status": "queued",
        "body": body["Body"],
        "to": body["To"],
        "from": body["From"],
    }
    return (
        body["To"],
        body["Body"],
        _json(201, {**kept, "error_code": None, "error_message": None, "num_segments": "3"}),
    )


# https://learn.microsoft.com/en-us/azure/connectors/connectors-native-reqres: 202 Accepted, no body
def _workflows(target: str, body: dict[str, Any]) -> tuple[str, str, Given]:
    blocks = body["attachments"][0]["content"]["body"]
    return (
        target.split("/")[2],
        "\n".join(block.get("text", "") for block in blocks),
        (202, b"", {}),
    )


# https://developers.mattermost.com/integrate/webhooks/incoming/: the text "ok"
def _mattermost(target: str, body: dict[str, Any]) -> tuple[str, str, Given]:
    return target.rpartition("/")[2], body["text"], (200, b"ok", {"Content-Type": "text/plain"})


# Rocket.Chat's incoming webhook (apps/integrations, api.ts): {"success":true}
def _rocketchat(target: str, body: dict[str, Any]) -> tuple[str, str, Given]:
    return target.split("/")[2], body["text"], _json(200, {"success": True})


# https://docs.pushbullet.com/#create-push: the push
def _pushbullet(_target: str, body: dict[str, Any]) -> tuple[str, str, Given]:
    push = {
        "iden": "ubdpj29aOK0sKG",
        "active": True,
        "created": 1795435200.1,
        "direction": "outgoing",
        **body,
    }
    return body.get("channel_tag") or "me", f"{body['title']}\n{body['body']}", _json(200, push)


def _host(name: str) -> Callable[[str, str], bool]:
    return lambda host, _path: host.partition(":")[0] == name


def _own(path: str) -> Callable[[str, str], bool]:
    return lambda host, asked: host.startswith("127.0.0.1") and re.match(path, asked) is not None


_FAKES: tuple[tuple[str, Callable[[str, str], bool], Fake], ...] = (
    ("telegram", _host("api.telegram.org"), _telegram),
    ("discord", _host("discord.com"), _discord),
    ("slack", _host("hooks.slack.com"), _slack),
    ("pushover", _host("api.pushover.net"), _pushover),
    ("whatsapp", _host("graph.facebook.com"), _whatsapp),
    ("twilio", _host("api.twilio.com"), _twilio),
    ("workflows", _host("prod-1.westus.logic.azure.com"), _workflows),
    ("pushbullet", _host("api.pushbullet.com"), _pushbullet),
    ("matrix", _own("/_matrix/"), _matrix),
    ("gotify", _own("/message$"), _gotify),
    ("signal_api", _own("/v2/send"), _signal),
    ("rocketchat", _own("/hooks/r+/"), _rocketchat),
    ("mattermost", _own("/hooks/"), _mattermost),
    ("ntfy", _own("/$"), _ntfy),
)


def _telegram_no(code: int, description: str, **parameters: Any) -> Given:
    more = {"parameters": parameters} if parameters else {}
    return _json(code, {"ok": False, "error_code": code, "description": description, **more})


def _ntfy_no(code: int, error: str) -> Given:
    return _json(
        code // 100,
        {
            "code": code,
            "http": code // 100,
            "error": error,
            "link": "https://ntfy.sh/docs/publish/#limitations",
        },
    )


def _graph_no(status: int, code: int, message: str) -> Given:
    error = {
        "message": f"(#{code}) {message}",
        "type": "OAuthException",
        "code": code,
        "fbtrace_id": "AbCdEfGh",
    }
    return _json(
        status,
        {"error": {**error, "error_data": {"messaging_product": "whatsapp", "details": message}}},
    )


def _twilio_no(status: int, code: int, message: str) -> Given:
    return _json(
        status,
        {
            "code": code,
            "message": message,
            "more_info": f"https://www.twilio.com/docs/errors/{code}",
            "status": status,
        },
    )


def _matrix_no(status: int, errcode: str, error: str, **more: Any) -> Given:
    return _json(status, {"errcode": errcode, "error": error, **more})


def _mattermost_no(status: int, name: str, message: str) -> Given:
    return _json(
        status,
        {
            "id": name,
            "message": message,
            "detailed_error": "",
            "request_id": "x",
            "status_code": status,
        },
    )


_PORTAL: Given = (
    200,
    b"<!DOCTYPE html><html><title>Log in to the hotel</title></html>",
    {"Content-Type": "text/html"},
)
_EVERYWHERE: dict[str, Given] = {
    "portal": _PORTAL,
    "broken": (0, b"", {}),
    "500": (500, b"<html>Internal Server Error</html>", {"Content-Type": "text/html"}),
    "slow down": _json(429, {"error": "too many requests"}, Retry_After="120"),
}
# Steps that answer badly, but to a message that they took.
TAKEN = frozenset({"broken"})

# What the services say when they refuse, by a name for each. Sources: the pages above each fake,
# and those of notify/refusals.py.
REFUSALS: dict[str, dict[str, Given]] = {service: dict(_EVERYWHERE) for service in URLS}
REFUSALS["telegram"] |= {
    "supergroup": _telegram_no(
        400,
        "Bad Request: group chat was upgraded to a supergroup chat",
        migrate_to_chat_id=-1001557912345,
    ),
    "no chat": _telegram_no(400, "Bad Request: chat not found"),
    "empty chat": _telegram_no(400, "Bad Request: chat_id is empty"),
    "blocked": _telegram_no(403, "Forbidden: bot was blocked by the user"),
    "kicked": _telegram_no(403, "Forbidden: bot was kicked from the supergroup chat"),
    "no rights": _telegram_no(
        400, "Bad Request: not enough rights to send text messages to the chat"
    ),
    "need admin": _telegram_no(400, "Bad Request: need administrator rights in the channel chat"),
    "topic closed": _telegram_no(400, "Bad Request: TOPIC_CLOSED"),
    "no thread": _telegram_no(400, "Bad Request: message thread not found"),
    "bad peer": _telegram_no(400, "Bad Request: PEER_ID_INVALID"),
    "write forbidden": _telegram_no(400, "Bad Request: CHAT_WRITE_FORBIDDEN"),
    "deactivated": _telegram_no(403, "Forbidden: user is deactivated"),
    "bad token": _telegram_no(401, "Unauthorized"),
    "no token": _telegram_no(404, "Not Found"),
    "too long": _telegram_no(400, "Bad Request: message is too long"),
    "markup": _telegram_no(
        400, 'Bad Request: can\'t parse entities: Unsupported start tag "x" at byte offset 5'
    ),
    "limit": _telegram_no(429, "Too Many Requests: retry after 41", retry_after=41),
    "no in a 200": _json(
        200,
        {"ok": False, "error_code": 403, "description": "Forbidden: bot was blocked by the user"},
    ),
}
REFUSALS["discord"] |= {
    "limit": _json(
        429,
        {"message": "You are being rate limited.", "retry_after": 40.0, "global": False},
        Retry_After="40",
        X_RateLimit_Remaining="0",
        X_RateLimit_Reset=f"{time.time() + 40:.3f}",
    ),
    "limit in whole seconds": _json(
        429,
        {"message": "You are being rate limited.", "retry_after": 40.0, "global": False},
        Retry_After="40",
        X_RateLimit_Remaining="0",
        X_RateLimit_Reset=str(int(time.time()) + 40),
    ),
    "gone": _json(404, {"message": "Unknown Webhook", "code": 10015}),
    "forum": _json(
        400,
        {
            "message": "Webhooks posted to forum channels must have a thread_name or thread_id",
            "code": 220001,
        },
    ),
    "bad token": _json(401, {"message": "Invalid Webhook Token", "code": 50027}),
    "too long": _json(
        400,
        {
            "content": ["Must be 2000 or fewer in length."],
            "message": "Invalid Form Body",
            "code": 50035,
        },
    ),
}
REFUSALS["slack"] |= {
    "no channel": (404, b"channel_not_found", {}),
    "archived": (410, b"channel_is_archived", {}),
    "no service": (404, b"no_service", {}),
    "bad token": (403, b"invalid_token", {}),
    "no text": (400, b"no_text", {}),
    "limit": (429, b"rate_limited", {"Retry-After": "30"}),
    "full": (200, b'{"ok":false,"error":"message_limit_exceeded"}', {}),
    "fatal": (500, b"fatal_error", {}),
}
REFUSALS["matrix"] |= {
    "limit": _matrix_no(429, "M_LIMIT_EXCEEDED", "Too Many Requests", retry_after_ms=90_000),
    "forbidden": _matrix_no(403, "M_FORBIDDEN", "User @goldmine:example.org not in room"),
    "token": _matrix_no(401, "M_UNKNOWN_TOKEN", "Unknown access token", soft_logout=False),
    "too large": _matrix_no(413, "M_TOO_LARGE", "event too large"),
    "no room": _matrix_no(404, "M_NOT_FOUND", "Room alias #mistyped:example.org not found"),
    "full": _matrix_no(403, "M_RESOURCE_LIMIT_EXCEEDED", "Monthly Active User Limit Exceeded"),
}
REFUSALS["ntfy"] |= {
    "limit": _ntfy_no(42901, "limit reached: too many requests"),
    "quota": _ntfy_no(42908, "limit reached: daily message quota reached"),
    "forbidden": _ntfy_no(40301, "forbidden"),
    "bad topic": _ntfy_no(40009, "invalid request: topic invalid"),
    "too long": _ntfy_no(41301, "attachment too large, or bandwidth limit reached"),
    "no id": _json(200, {"ok": False}),
}
REFUSALS["pushover"] |= {
    "bad user": _json(
        400,
        {
            "user": "invalid",
            "errors": ["user identifier is invalid"],
            "status": 0,
            "request": "5042853c",
        },
    ),
    "bad token": _json(
        400,
        {
            "token": "invalid",
            "errors": ["application token is invalid"],
            "status": 0,
            "request": "5042853c",
        },
    ),
    "quota": _json(
        429,
        {
            "errors": ["application is over its quota of messages"],
            "status": 0,
            "request": "5042853c",
        },
    ),
    "empty": _json(
        400,
        {
            "message": "cannot be blank",
            "errors": ["message cannot be blank"],
            "status": 0,
            "request": "5042853c",
        },
    ),
}
REFUSALS["gotify"] |= {
    "bad token": _json(
        401,
        {
            "error": "Unauthorized",
            "errorCode": 401,
            "errorDescription": "you need to provide a valid access token or user credentials",
        },
    ),
}
REFUSALS["signal_api"] |= {
    "unregistered": _json(
        400, {"error": 'Failed to send message: Unregistered user "+15553334444"'}
    ),
    "captcha": _json(
        429,
        {
            "error": "Rate limit: CAPTCHA proof required",
            "challenge_tokens": ["x"],
            "account": "+15551112222",
        },
    ),
    "no account": _json(400, {"error": "Specified account does not exist"}),
}
REFUSALS["whatsapp"] |= {
    "expired": _graph_no(401, 190, "Error validating access token: Session has expired"),
    "limit": _graph_no(429, 130429, "Rate limit hit"),
    "spam": _graph_no(400, 131048, "Spam rate limit hit"),
    "not allowed": _graph_no(400, 131030, "Recipient phone number not in allowed list"),
    "window": _graph_no(400, 131047, "Re-engagement message"),
    "template": _graph_no(
        400, 132000, "Number of parameters does not match the expected number of params"
    ),
}
REFUSALS["twilio"] |= {
    "bad number": _twilio_no(400, 21211, "The 'To' number +1555 is not a valid phone number."),
    "unsubscribed": _twilio_no(400, 21610, "Attempt to send to unsubscribed recipient"),
    "bad login": _twilio_no(401, 20003, "Authenticate"),
    "limit": _twilio_no(429, 20429, "Too Many Requests"),
    "trial": _twilio_no(
        400,
        21608,
        "The number is unverified. Trial accounts cannot send messages to unverified numbers",
    ),
    "too long": _twilio_no(
        400, 21617, "The concatenated message body exceeds the 1600 character limit"
    ),
}
REFUSALS["workflows"] |= {
    "gone": _json(
        404,
        {"error": {"code": "WorkflowNotFound", "message": "The workflow 'x' could not be found."}},
    ),
    "signature": _json(
        401,
        {
            "error": {
                "code": "DirectApiAuthorizationRequired",
                "message": "The request must be authenticated.",
            }
        },
    ),
    "schema": _json(
        400,
        {
            "error": {
                "code": "TriggerInputSchemaMismatch",
                "message": "The input body does not match the schema.",
            }
        },
    ),
}
REFUSALS["mattermost"] |= {
    "gone": _mattermost_no(400, "web.incoming_webhook.invalid.app_error", "Invalid webhook."),
    "no channel": _mattermost_no(
        404, "web.incoming_webhook.channel.app_error", "Couldn't find the channel."
    ),
    "too long": _mattermost_no(
        400,
        "web.incoming_webhook.text.length.app_error",
        "Maximum text length is 4000 characters; too long.",
    ),
}
REFUSALS["rocketchat"] |= {
    "no channel": _json(400, {"success": False, "error": "invalid-channel"}),
    "no integration": _json(
        404, {"success": False, "error": "Invalid integration id or token provided."}
    ),
    "limit": _json(429, {"success": False, "error": "error-too-many-requests"}),
}
REFUSALS["pushbullet"] |= {
    "quota": _json(
        400,
        {
            "error": {
                "code": "pushbullet_pro_required",
                "message": "You have been ratelimited: Pushbullet Pro needed, limit of 500 reached",
            }
        },
    ),
    "bad token": _json(
        401,
        {
            "error": {
                "code": "invalid_access_token",
                "message": "Access token is missing or invalid.",
            }
        },
    ),
}
