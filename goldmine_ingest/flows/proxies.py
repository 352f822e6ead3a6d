"""The proxy variables and Prefect: what goes to this machine never goes through a proxy, and a
failure elsewhere says that one is there.

Prefect's client (httpx) reads HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY whenever one is made,
in every flow's process too, and ends with an error of its own where it can't use one, even if
NO_PROXY names the host.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from urllib.parse import urlsplit
from urllib.request import proxy_bypass_environment  # type: ignore[attr-defined]  # missing in the stubs

import httpx

from goldmine_ingest.errors import GoldmineError

_KINDS = ("http_proxy", "https_proxy", "all_proxy")
_VARIABLES = tuple(form for kind in _KINDS for form in (kind, kind.upper()))
_EXCEPTIONS = ("no_proxy", "NO_PROXY")  # the first one wins where both are read
_OF_THE_WAY = (1, 3)  # exit statuses of what may be the network's fault
_OWN = ("127.0.0.1", "localhost", "::1")


def for_own_server(env: MutableMapping[str, str], *, wanted: bool) -> tuple[str, ...]:
    """Makes an environment fit for a Prefect server on this machine and its clients; gives the
    variables that had to go.

    `wanted`: [fetch] proxy = "env", so that feeds and destinations need the variables. Else nothing
    of ours does, and all of them go, in silence. Otherwise only those go that Prefect's client
    can't use (socks4, or no address at all).
    """
    gone = tuple(
        name for name in _VARIABLES if env.get(name) and not (wanted and _usable(env[name]))
    )
    for name in gone:
        del env[name]
    spare_own_machine(env)
    return gone if wanted else ()


def spare_own_machine(env: MutableMapping[str, str]) -> None:
    """Adds this machine to the exceptions, where a proxy is set at all."""
    if not any(env.get(name) for name in _VARIABLES):
        return
    value = env.get("no_proxy") or env.get("NO_PROXY") or ""
    names = [name.strip() for name in value.split(",") if name.strip()]
    if "*" not in names:
        names += [name for name in _OWN if name not in names]
    for name in _EXCEPTIONS:
        env[name] = ",".join(names)


@contextmanager
def naming_proxy(url: str, env: Mapping[str, str]) -> Iterator[None]:
    """A failure meanwhile says that a proxy stood in the way to this address, where one did."""
    try:
        yield
    except GoldmineError as error:
        if error.exit_status in _OF_THE_WAY and (hint := in_the_way(url, env)):
            error.hint = hint
        raise


def in_the_way(url: str, env: Mapping[str, str]) -> str:
    """A sentence where the variables send this address through a proxy, else "". It doesn't show
    the proxy's address.
    """
    parts = urlsplit(url)
    set_ = [
        name
        for kind in (f"{parts.scheme}_proxy", "all_proxy")
        for name in (kind, kind.upper())
        if env.get(name)
    ]
    without = {"no": env.get("no_proxy") or env.get("NO_PROXY") or ""}
    if not set_ or proxy_bypass_environment(parts.netloc.rpartition("@")[2], without):
        return ""
    return f"{set_[0]} sends it through a proxy; NO_PROXY names hosts that need none"


def _usable(url: str) -> bool:
    try:
        httpx.Proxy(url if "://" in url else f"http://{url}")
    except (ValueError, TypeError, httpx.InvalidURL):
        return False
    return True
