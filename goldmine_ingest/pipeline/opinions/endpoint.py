"""The endpoint of [opinion]: its address and key, and one question put to it.

"OpenAI-compatible" endpoints differ: some refuse `json_schema` (llama.cpp #11847), some take it and
ignore it (ollama #10001, pydantic-ai #4917). So the shape stands in the prompt too, an HTTP 400
goes one step down the ladder json_schema, json_object, none, and the answer is checked whatever was
promised.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from goldmine_ingest.config import reveal
from goldmine_ingest.config.opinion import host_of, is_loopback, refused
from goldmine_ingest.errors import UnavailableError
from goldmine_ingest.fetch.post import Post, Posted, post
from goldmine_ingest.model.opinion import Answer, Opinion, Purpose, Shape
from goldmine_ingest.opinion.answer import Unusable, read_answer
from goldmine_ingest.opinion.question import PROMPT_VERSION, Question, Questions
from goldmine_ingest.pipeline.proxy import proxy_of
from goldmine_ingest.runtime.redaction import Redactor
from goldmine_ingest.settings.opinion import OpinionSettings
from goldmine_ingest.settings.project import Project

LADDER: tuple[Shape, ...] = ("json_schema", "json_object", "none")
_REFUSED = {
    400: "the request is refused",
    401: "the key is refused",
    403: "the key is refused",
    404: "there is no such address or model",
    413: "the request is too large",
    429: "too many requests",
}
_BAD_REQUEST, _OK = 400, 200
# What reading raises where an answer has another form than a chat completion.
_NO_COMPLETION = (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError)
_COUNTED, _TOO_MANY = ("prompt_tokens", "completion_tokens"), 10**9


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a model is asked. `name` is a hash of the address, `host` what may be shown of it."""

    url: str = field(repr=False)
    host: str
    name: str
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    user_agent: str
    proxy: str = field(repr=False)


def find_endpoint(
    project: Project, settings: OpinionSettings, env: Mapping[str, str], redactor: Redactor
) -> Endpoint:
    """The endpoint as the settings and the environment name it; its secrets are learnt to be kept
    out of what is written. Raises UnavailableError.
    """
    url = reveal(settings.url, project.home, env).rstrip("/")
    redactor.learn_url(url)
    if why := refused(url, allow_plain=settings.allow_plain):
        raise UnavailableError(f"the url of [opinion] {why[0]}", hint=why[1])
    headers: tuple[tuple[str, str], ...] = ()
    if settings.key:
        key = reveal(settings.key, project.home, env)
        redactor.learn(key)
        headers = (("Authorization", f"Bearer {key}"),)
    local = is_loopback(urlsplit(url).hostname or "")
    return Endpoint(
        url=f"{url}/chat/completions",
        host=host_of(url),
        name=hashlib.sha256(url.encode()).hexdigest()[:20],
        headers=headers,
        user_agent=project.fetch.user_agent,
        proxy="" if local else proxy_of(project, env),
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about a listing. `shape` is where on the ladder to begin."""

    listing_id: str
    question: Question
    shape: Shape
    purpose: Purpose


def ask(
    endpoint: Endpoint,
    questions: Questions,
    asked: Asked,
    seconds: float,
    now: Callable[[], datetime],
    stop: Callable[[], bool] = lambda: False,
) -> Opinion | None:
    """Puts a question, down the ladder if need be, within `seconds` for all of it. Never raises for
    what the endpoint does. None: it was stopped, and says nothing of the endpoint.
    """
    began, asked_at = monotonic(), now()
    shape = asked.shape
    while True:
        left = seconds - (monotonic() - began)
        reply = _send(endpoint, questions.request(asked.question, shape), max(left, 0.001), stop)
        if reply.stopped:
            return None
        below = LADDER[LADDER.index(shape) + 1 :]
        if reply.status != _BAD_REQUEST or not below:
            break
        shape = below[0]
    opinion = Opinion(
        asked.listing_id,
        asked.question.key,
        questions.model,
        asked_at,
        round((monotonic() - began) * 1000),
        "failed",
        prompt_version=PROMPT_VERSION,
        purpose=asked.purpose,
        shape=shape,
        endpoint=endpoint.name,
    )
    return _read(opinion, reply, asked.question, questions.names)


def _send(
    endpoint: Endpoint, body: Mapping[str, Any], seconds: float, stop: Callable[[], bool]
) -> Posted:
    request = Post(
        endpoint.url,
        json.dumps(body, ensure_ascii=False).encode("utf-8", "replace"),
        endpoint.headers,
        endpoint.user_agent,
        seconds,
        endpoint.proxy,
    )
    return post(request, stop)


def _read(opinion: Opinion, reply: Posted, question: Question, names: Mapping[str, str]) -> Opinion:
    if reply.status is None:
        return replace(opinion, why=reply.error)
    if reply.status != _OK:
        return replace(opinion, why=_status(reply.status))
    try:
        document = json.loads(reply.body)
        choice = document["choices"][0]
        content = _text(choice["message"]["content"])
    except _NO_COMPLETION:
        return replace(opinion, why="what came is no answer of a chat completion")
    opinion = replace(opinion, tokens=_tokens(document))
    answer = read_answer(content, question, names)
    if isinstance(answer, Unusable) and choice.get("finish_reason") == "length":
        return replace(opinion, why="the answer was cut off (max_tokens)")
    return with_answer(opinion, answer)


def with_answer(opinion: Opinion, answer: Answer | Unusable) -> Opinion:
    """The opinion with what was made of the model's words."""
    if isinstance(answer, Answer):
        return replace(opinion, state="answered", answer=answer)
    return replace(opinion, state="invalid" if answer.shaped else "failed", why=answer.why)


def content_of(text: str) -> str | None:
    """What the model wrote, of a chat completion that was kept as a file; None for another text."""
    try:
        return _text(json.loads(text)["choices"][0]["message"]["content"])
    except _NO_COMPLETION:
        return None


def _status(status: int) -> str:
    if status in range(300, 400):
        return f"HTTP {status}: a redirect, which is not followed"
    return f"HTTP {status}: {_REFUSED[status]}" if status in _REFUSED else f"HTTP {status}"


def _text(content: Any) -> str:
    """A message's content: a text, or parts that have texts."""
    if isinstance(content, list):
        return "".join(part["text"] for part in content if part.get("type") == "text")
    if not isinstance(content, str):
        raise TypeError("no text")
    return content


def _tokens(document: Mapping[str, Any]) -> int | None:
    """What the endpoint counted of question and answer; None where it doesn't say."""
    usage = document.get("usage")
    if not isinstance(usage, dict):
        return None
    total = usage.get("total_tokens")
    parts = [total] if total is not None else [usage.get(name) for name in _COUNTED]
    whole = [count for count in parts if type(count) is int and 0 <= count < _TOO_MANY]
    return sum(whole) if len(whole) == len(parts) else None
