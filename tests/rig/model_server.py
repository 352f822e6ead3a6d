"""A language model on loopback: answers chat completions as an OpenAI-compatible endpoint does, or
as badly as a case wants.

    with ModelServer(lambda request: completion(text(fit=92))) as model:
        ... url = model.url ...
        assert model.requests[0].body["model"] == "m"

The form of answers is that of the chat completions API, which llama.cpp's server, Ollama, vLLM and
LM Studio serve at /v1/chat/completions.
"""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self


@dataclass(frozen=True)
class ModelRequest:
    """A request as it came."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def listing(self) -> dict[str, Any]:
        """The listing that is asked about."""
        asked: dict[str, Any] = json.loads(self.body["messages"][1]["content"])["listing"]
        return asked


@dataclass(frozen=True)
class Reply:
    """`drip`: seconds between single bytes. `hang`: nothing is ever said."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    drip: float = 0.0
    hang: bool = False


def completion(content: Any, *, finish: str = "stop", tokens: int | None = 1391) -> Reply:
    """What an endpoint answers when its model wrote `content`."""
    usage = {} if tokens is None else {"usage": {"prompt_tokens": 1300, "total_tokens": tokens}}
    document = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": content},
                "finish_reason": finish,
            }
        ],
        **usage,
    }
    return Reply(body=json.dumps(document).encode())


Answering = Callable[[ModelRequest], Reply]


class ModelServer:
    """`answer` may be replaced at any time. `most_at_once` is how many requests were open."""

    def __init__(self, answer: Answering) -> None:
        self.answer = answer
        self.requests: list[ModelRequest] = []
        self.most_at_once = 0
        self._open = 0
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        model = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                request = ModelRequest(self.path, headers, json.loads(raw))
                with model._lock:
                    model.requests.append(request)
                    model._open += 1
                    model.most_at_once = max(model.most_at_once, model._open)
                try:
                    reply = model.answer(request)
                    with contextlib.suppress(OSError):
                        self._reply(reply)
                finally:
                    with model._lock:
                        model._open -= 1

            def _reply(self, reply: Reply) -> None:
                if reply.hang:
                    model._over.wait()
                    return
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                if not reply.drip:
                    self.wfile.write(reply.body)
                    return
                for byte in reply.body:
                    if model._over.wait(reply.drip):
                        return
                    self.wfile.write(bytes([byte]))
                    self.wfile.flush()

            def log_message(self, *_: object) -> None:
                """Nothing is printed."""

        return Handler
