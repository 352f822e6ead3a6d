"""libcurl's error codes as outcomes and sentences for people. No sentence quotes libcurl's own
text, which may name the URL.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pycurl

from goldmine_ingest.fetch.inflate import size
from goldmine_ingest.model.fetched import Outcome

if TYPE_CHECKING:
    from goldmine_ingest.fetch.answer import Head

MAX_HEADERS = 256 * 1024  # libcurl stops a little above

# libcurl's numbers for errors that pycurl has no names for (curl/curl.h).
_HTTP2_STREAM, _PROXY, TOO_LARGE = 92, 97, 100

_TLS = frozenset(
    {
        pycurl.E_SSL_CONNECT_ERROR,
        pycurl.E_PEER_FAILED_VERIFICATION,
        pycurl.E_SSL_CACERT_BADFILE,
        pycurl.E_SSL_CIPHER,
    }
    | {
        pycurl.E_SSL_CERTPROBLEM,
        pycurl.E_USE_SSL_FAILED,
        pycurl.E_SSL_ISSUER_ERROR,
        pycurl.E_SSL_CRL_BADFILE,
    }
    | {
        pycurl.E_SSL_INVALIDCERTSTATUS,
        pycurl.E_SSL_PINNEDPUBKEYNOTMATCH,
        pycurl.E_SSL_ENGINE_NOTFOUND,
        pycurl.E_SSL_ENGINE_SETFAILED,
    }
)
_SENTENCES = {
    pycurl.E_COULDNT_CONNECT: (
        Outcome.REFUSED,
        "the server refuses the connection, or nothing listens there",
    ),
    pycurl.E_COULDNT_RESOLVE_HOST: (Outcome.DNS, "the host's name is not known"),
    pycurl.E_COULDNT_RESOLVE_PROXY: (Outcome.DNS, "the proxy's name is not known"),
    pycurl.E_GOT_NOTHING: (Outcome.ERROR, "the server closed the connection without an answer"),
    pycurl.E_UNSUPPORTED_PROTOCOL: (Outcome.ERROR, "the answer is not HTTP"),
    pycurl.E_FTP_WEIRD_SERVER_REPLY: (Outcome.ERROR, "the answer is not valid HTTP"),
    _PROXY: (Outcome.ERROR, "the proxy refused to connect"),
    TOO_LARGE: (Outcome.TOO_LARGE, f"the answer's headers are larger than {size(MAX_HEADERS)}"),
}
_BROKE_OFF = frozenset(
    {pycurl.E_PARTIAL_FILE, pycurl.E_RECV_ERROR, pycurl.E_SEND_ERROR, pycurl.E_HTTP2, _HTTP2_STREAM}
)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a transfer brought no answer, or only a part of one."""

    outcome: Outcome
    sentence: str


def explain(code: int, message: str, head: Head | None, wire: int) -> Failure:
    """What a libcurl error means for a feed: `message` is libcurl's text, `head` and `wire` what
    had come before the error.
    """
    if code in _TLS:
        return Failure(Outcome.TLS, f"the secure connection failed: {_tls_reason(message)}")
    if code in _BROKE_OFF:
        return _broke_off(head, wire)
    outcome, sentence = _SENTENCES.get(
        code, (Outcome.ERROR, f"the transfer failed (libcurl error {code})")
    )
    return Failure(outcome, sentence)


def _broke_off(head: Head | None, wire: int) -> Failure:
    if head is None:
        return Failure(Outcome.ERROR, "the connection broke before the answer began")
    if head.content_length is not None:
        return Failure(
            Outcome.TRUNCATED,
            f"the answer broke off: {head.content_length} bytes were announced, {wire} came",
        )
    return Failure(Outcome.TRUNCATED, f"the answer broke off after {wire} bytes")


def _tls_reason(message: str) -> str:
    """A reason in our words: libcurl's may name the host."""
    lowered = message.lower()
    reasons = {
        "expired": "the certificate has expired",
        "self-signed": "the certificate is self-signed",
        "self signed": "the certificate is self-signed",
        "no alternative certificate": "the certificate is another host's",
        "does not match": "the certificate is another host's",
        "no subject": "the certificate is another host's",
        "local issuer": "the certificate's issuer is not trusted",
        "unknown ca": "the certificate's issuer is not trusted",
        "cafile": "the file of trusted certificates can't be read",
    }
    return next(
        (reason for sign, reason in reasons.items() if sign in lowered),
        "no agreement on a protocol, or not a TLS server",
    )
