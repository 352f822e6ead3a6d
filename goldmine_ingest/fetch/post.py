"""One POST of JSON to an address that the user chose, within a deadline on the clock for the whole
of it.

A socket's timeout is no deadline: a byte now and then keeps it from ever passing. libcurl's is for
all of a call, name lookup included. No redirect is followed, so that what is sent, and the key,
stay with the host that the user named. The private-address guard doesn't apply: a model on the
user's own computer is the usual case.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import monotonic
from urllib.parse import urlsplit

import pycurl

from goldmine_ingest.fetch.failures import explain
from goldmine_ingest.fetch.transfer import default_ca_file

_MOST_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Post:
    """What to send where. `seconds` is for the whole call; `proxy` a URL, "env" for the
    environment's variables, "" for none.
    """

    url: str = field(repr=False)
    body: bytes = field(repr=False)
    headers: Sequence[tuple[str, str]] = field(repr=False)
    user_agent: str
    seconds: float
    proxy: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Posted:
    """What came of it. `error` is a sentence where no whole answer came; else `status` is HTTP's.
    `seconds` is how long it took. `stopped`: it was ended by its caller.
    """

    status: int | None
    body: bytes = field(default=b"", repr=False)
    error: str = ""
    seconds: float = 0.0
    stopped: bool = False


def post(request: Post, stop: Callable[[], bool] = lambda: False) -> Posted:
    """Sends it. Never raises for what the network does; ends early when `stop` says so."""
    body = bytearray()
    began = monotonic()

    def write(piece: bytes) -> int:
        body.extend(piece)
        return len(piece) if len(body) <= _MOST_BYTES else 0

    curl = pycurl.Curl()
    try:
        _set_up(curl, request)
        curl.setopt(pycurl.WRITEFUNCTION, write)
        curl.setopt(pycurl.NOPROGRESS, 0)
        curl.setopt(pycurl.XFERINFOFUNCTION, lambda *_: int(stop()))
        curl.perform()
        status: int = curl.getinfo(pycurl.RESPONSE_CODE)
        return Posted(status, bytes(body), seconds=monotonic() - began)
    except pycurl.error as error:
        code = error.args[0]
        sentence = _sentence(code, str(error.args[-1]), len(body), request.seconds)
        stopped = code == pycurl.E_ABORTED_BY_CALLBACK
        return Posted(None, error=sentence, seconds=monotonic() - began, stopped=stopped)
    finally:
        with contextlib.suppress(pycurl.error):
            curl.close()


def _set_up(curl: pycurl.Curl, request: Post) -> None:
    lines = [f"{name}: {value}" for name, value in request.headers]
    # libcurl would wait a second for "100 Continue" before it sends a longer body.
    lines += ["Content-Type: application/json", "Accept: application/json", "Expect:"]
    curl.setopt(pycurl.URL, request.url)
    curl.setopt(pycurl.NOSIGNAL, 1)
    curl.setopt(pycurl.FOLLOWLOCATION, 0)
    curl.setopt(pycurl.PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS)
    curl.setopt(pycurl.POST, 1)
    curl.setopt(pycurl.POSTFIELDS, request.body)
    curl.setopt(pycurl.HTTPHEADER, [line.encode() for line in lines])
    curl.setopt(pycurl.USERAGENT, request.user_agent)
    curl.setopt(pycurl.ACCEPT_ENCODING, "")
    curl.setopt(pycurl.TIMEOUT_MS, max(1, round(request.seconds * 1000)))
    if request.proxy != "env":
        curl.setopt(pycurl.NOPROXY, "")
        curl.setopt(pycurl.PROXY, request.proxy)
    if urlsplit(request.url).scheme.lower() == "https":
        curl.setopt(pycurl.CAINFO, default_ca_file())


def _sentence(code: int, message: str, size: int, seconds: float) -> str:
    if code == pycurl.E_OPERATION_TIMEDOUT:
        return f"no whole answer within {seconds:.3g} s"
    if code == pycurl.E_ABORTED_BY_CALLBACK:
        return "stopped, as asked"
    if code == pycurl.E_WRITE_ERROR and size > _MOST_BYTES:
        return f"the answer is larger than {_MOST_BYTES // 1024} KiB"
    return explain(code, message, None, size).sentence
