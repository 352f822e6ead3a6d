"""Settings that may be secrets: which hold one, and what a reference stands for, revealed when (and
only when) it is needed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from goldmine_ingest.config.files import Unreadable, read_regular
from goldmine_ingest.errors import UnavailableError
from goldmine_ingest.settings.addresses import spoilt, without_mark
from goldmine_ingest.settings.reference import Reference

_LARGEST_SECRET = 64 * 1024
_CREDENTIAL_WORD = re.compile(r"(?i)token|key$|^sig|auth|secret|passw|pwd|^user$|uid$|^org")
_SUSPICIOUS = re.compile(r"[?@\x00-\x20]|[A-Za-z0-9_:+=-]{20}")
# Addresses that lead into this computer, or to a table of goldmine.toml.
_NO_SECRETS = ("file:", "maildir:", "eml:", "drop:", "imap:", "webhook:")
# Tokens by their services' own forms: Telegram's bots, GitHub, GitLab, Slack, JSON web tokens,
# OpenAI and Stripe, SendGrid, AWS key ids, Google API keys.
_TOKEN = re.compile(
    r"\d{6,}:[A-Za-z0-9_-]{30,}|gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{20,}"
    r"|xox[abprs]-[\w-]{10,}|eyJ[\w-]{10,}\.[\w-]{10,}|sk[-_][\w-]{20,}|SG\.[\w-]{16,}\."
    r"|AKIA[0-9A-Z]{16}|AIza[\w-]{30,}"
)
_MIXED = re.compile(r"(?=[^/]*[A-Za-z])(?=[^/]*[0-9])[A-Za-z0-9_:+=-]{20,}")


def holds_credential(url: str) -> bool:
    """Whether a URL that stands in the file itself looks like it carries a password or token.

    A password before the host, a query value named like a credential, what services' tokens look
    like, or 20 and more mixed letters and digits in one piece (docs/reliability.md "Secrets").
    Paths of this computer (file:, maildir:, eml:, drop:) and names of accounts hold none.
    """
    if url.startswith(_NO_SECRETS) or not _SUSPICIOUS.search(url):
        return False
    if _TOKEN.search(url):
        return True
    try:
        parts = urlsplit(url)
        queries = parse_qsl(parts.query)
    except ValueError:
        return False
    if parts.password or any(value and _CREDENTIAL_WORD.search(name) for name, value in queries):
        return True
    pieces = [
        parts.netloc.rpartition("@")[2],
        *parts.path.split("/"),
        *(value for _, value in queries),
    ]
    return any(_MIXED.fullmatch(piece) for piece in pieces)


def reveal(ref: Reference, home: Path, env: Mapping[str, str]) -> str:
    """What a reference stands for. `secret:` paths are relative to the project folder; one final
    line break is dropped.

    Raises UnavailableError, which names the variable or the file and never what is in it.
    """
    if ref.scheme == "literal":
        return ref.text
    rest = ref.text.partition(":")[2]
    if ref.scheme == "env":
        if not env.get(rest):
            raise UnavailableError(
                f"the environment variable {rest} is not set", hint="set it where goldmine runs"
            )
        return _one_line(env[rest], f"the environment variable {rest}")
    try:
        content = read_regular(secret_path(ref, home), _LARGEST_SECRET)[0].decode("utf-8")
    except Unreadable as error:
        raise UnavailableError(
            f"the secret file {rest} {error}", hint="write the value into it, and chmod 600 it"
        ) from error
    except UnicodeDecodeError:
        raise UnavailableError(
            f"the secret file {rest} is not UTF-8 text", hint="save it as UTF-8"
        ) from None
    return _one_line(content, f"the secret file {rest}")


def secret_path(ref: Reference, home: Path) -> Path:
    """The file that a secret: reference names."""
    return home / ref.text.partition(":")[2]


def _one_line(value: str, what: str) -> str:
    line = without_mark(value).removesuffix("\n").removesuffix("\r")
    if not line:
        raise UnavailableError(f"{what} is empty", hint="one line of text is expected")
    if any(ord(c) < 0x20 or ord(c) == 0x7F for c in line):
        raise UnavailableError(
            f"{what} holds a line break or another control character",
            hint="one line of text is expected",
        )
    if fault := spoilt(line):
        raise UnavailableError(f"{what} {fault}", hint="the address alone, as it is")
    return line
