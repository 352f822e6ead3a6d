"""One call to an endpoint that answers as endpoints do: each row of the design's table, the ladder
of shapes, deadlines on a clock, and where nothing is ever sent.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from goldmine_ingest.model.opinion import Opinion, Shape
from goldmine_ingest.opinion.question import Questions
from goldmine_ingest.pipeline.opinions.endpoint import Asked, Endpoint, ask
from tests.criteria.listings import GOOD, RECONCILIATION
from tests.opinion.answers import text
from tests.rig.fault_table import fault
from tests.rig.feed_server import Answer, FeedServer
from tests.rig.model_server import ModelRequest, ModelServer, Reply, completion

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
QUESTIONS = Questions((RECONCILIATION,), "m", 400)
QUESTION = QUESTIONS.about(GOOD)
LOGIN = b"<!doctype html><html><body><form>Sign in</form></body></html>"


@pytest.fixture
def model() -> Iterator[ModelServer]:
    with ModelServer(lambda _: completion(text())) as server:
        yield server


def put(url: str, shape: Shape = "json_schema", seconds: float = 20.0) -> Opinion:
    endpoint = Endpoint(
        f"{url}/chat/completions",
        "here",
        "name",
        (("Authorization", "Bearer canary-key"),),
        "goldmine-ingest/test",
        "",
    )
    asked = Asked("0" * 20, QUESTION, shape, "command")
    opinion = ask(endpoint, QUESTIONS, asked, seconds, lambda: NOW)
    assert opinion is not None
    return opinion


@pytest.mark.parametrize(
    ("reply", "state", "why"),
    [
        (completion(text()), "answered", ""),
        (completion(f"```json\n{text()}\n```"), "answered", ""),
        (completion(f"<think>hm</think>{text()}"), "answered", ""),
        (completion([{"type": "text", "text": text()}]), "answered", ""),
        (completion("It fits, 90 of 100."), "failed", "the answer is not JSON"),
        (completion(""), "failed", "the answer is empty"),
        (completion(None), "failed", "what came is no answer of a chat completion"),
        (completion(text()[:40], finish="length"), "failed", "cut off (max_tokens)"),
        (Reply(body=b"x" * 1_000_000), "failed", "larger than 256 KiB"),
        (completion("x" * 100_000), "failed", "longer than 20,000 characters"),
        (Reply(body=LOGIN), "failed", "what came is no answer of a chat completion"),
        (Reply(body=b'{"choices": []}'), "failed", "what came is no answer"),
        (Reply(body=b'{"choices": 5}'), "failed", "what came is no answer"),
        (Reply(429), "failed", "HTTP 429: too many requests"),
        (Reply(500), "failed", "HTTP 500"),
        (Reply(401), "failed", "HTTP 401: the key is refused"),
        (
            Reply(302, headers={"Location": "https://example.com/"}),
            "failed",
            "HTTP 302: a redirect, which is not followed",
        ),
        (completion(text(fit="92")), "failed", "fit is not of the type"),
        (completion(text(extra=1)), "failed", "a field that was not asked for"),
        (completion(text(ask="never said by anyone here")), "invalid", "its quote isn't in"),
        (completion(text(proof="none", fit=80)), "invalid", "it names no proof"),
    ],
)
def test_what_each_answer_leads_to(model: ModelServer, reply: Reply, state: str, why: str) -> None:
    model.answer = lambda _: reply
    opinion = put(model.url)
    assert (opinion.state, opinion.answer is not None) == (state, state == "answered")
    assert why in opinion.why
    assert bool(why) == bool(opinion.why)
    assert len(model.requests) == 1


def test_nobody_listens() -> None:
    opinion = put("http://127.0.0.1:1/v1")
    assert (opinion.state, "refuses the connection" in opinion.why) == ("failed", True)


@pytest.mark.parametrize(
    "reply",
    [Reply(hang=True), Reply(body=b"x" * 1000, drip=0.05)],
    ids=["accepts and says nothing", "a byte now and then"],
)
def test_a_deadline_is_for_the_whole_call(model: ModelServer, reply: Reply) -> None:
    model.answer = lambda _: reply
    opinion = put(model.url, seconds=0.5)
    assert opinion.ms >= 450
    assert (opinion.state, opinion.why) == ("failed", "no whole answer within 0.5 s")


def test_an_endpoint_goes_down_the_ladder_once_each(model: ModelServer) -> None:
    def refuses(*shapes: str) -> None:
        def answer(request: ModelRequest) -> Reply:
            shape = request.body.get("response_format", {"type": "none"})["type"]
            return Reply(400) if shape in shapes else completion(text())

        model.requests.clear()
        model.answer = answer

    refuses("json_schema")
    opinion = put(model.url)
    assert (opinion.state, opinion.shape, len(model.requests)) == ("answered", "json_object", 2)
    refuses("json_schema", "json_object")
    opinion = put(model.url)
    assert (opinion.state, opinion.shape, len(model.requests)) == ("answered", "none", 3)
    assert "response_format" not in model.requests[-1].body
    refuses("json_schema", "json_object", "none")
    opinion = put(model.url)
    assert (opinion.state, opinion.why) == ("failed", "HTTP 400: the request is refused")
    assert len(model.requests) == 3
    refuses("json_schema")
    assert put(model.url, shape="none").shape == "none"
    assert len(model.requests) == 1


def test_the_ladder_shares_the_deadline_of_one_call(model: ModelServer) -> None:
    def answer(request: ModelRequest) -> Reply:
        schema = "json_schema" in json.dumps(request.body.get("response_format", {}))
        return Reply(400) if schema else Reply(hang=True)

    model.answer = answer
    opinion = put(model.url, seconds=0.5)
    left = re.fullmatch(r"no whole answer within (\S+) s", opinion.why)
    assert left
    assert float(left[1]) < 0.5
    assert (opinion.state, len(model.requests)) == ("failed", 2)


def test_the_request_is_what_endpoints_take(model: ModelServer) -> None:
    put(model.url)
    (request,) = model.requests
    body: dict[str, Any] = request.body
    assert request.path == "/v1/chat/completions"
    assert request.headers["content-type"] == "application/json"
    assert [message["role"] for message in body["messages"]] == ["system", "user"]
    assert (body["temperature"], body["max_tokens"], body["model"]) == (0, 400, "m")
    schema = body["response_format"]["json_schema"]["schema"]
    assert schema["required"] == list(schema["properties"])
    assert schema["properties"]["proof"]["enum"] == ["none", "p1"]
    assert list(json.loads(body["messages"][1]["content"])) == ["proofs", "listing"]


@fault("Z23", "a model's endpoint that redirects elsewhere", "neither listing nor key goes there")
def test_a_redirect_takes_no_listing_and_no_key_elsewhere(model: ModelServer) -> None:
    with FeedServer() as elsewhere:
        elsewhere.script("/", Answer(body=b"{}"))
        model.answer = lambda _: Reply(307, headers={"Location": elsewhere.url("/")})
        assert put(model.url).why == "HTTP 307: a redirect, which is not followed"
        assert elsewhere.requests("/") == []


@pytest.mark.parametrize(
    ("usage", "tokens"),
    [
        ({"total_tokens": 12}, 12),
        ({"prompt_tokens": 10, "completion_tokens": 3}, 13),
        ({"prompt_tokens": 10}, None),
        ({"total_tokens": "many"}, None),
        ({"total_tokens": -1}, None),
        ([], None),
        (None, None),
    ],
)
def test_tokens_are_those_that_the_endpoint_counts(
    model: ModelServer, usage: Any, tokens: int | None
) -> None:
    document = json.loads(completion(text()).body) | {"usage": usage}
    model.answer = lambda _: Reply(body=json.dumps(document).encode())
    assert put(model.url).tokens == tokens
