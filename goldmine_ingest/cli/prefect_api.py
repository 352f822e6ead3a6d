"""What is wrong with the Prefect server that PREFECT_API_URL names, as far as strangers go:
asked as one.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

_PATIENCE = 3.0  # seconds for each question
# An address of this machine that nobody sets a server to on purpose: what answers there listens on
# all of them.
_ANY_LOOPBACK = "127.83.71.9"

OPEN = (
    "this Prefect server asks for no password, and other machines can reach it: whoever does sees"
    " what runs tell, starts and stops them, and has code of their own run by a Prefect worker. Set"
    " PREFECT_SERVER_API_AUTH_STRING where it runs and PREFECT_API_AUTH_STRING here, or let it"
    " listen on 127.0.0.1 alone"
)


def open_servers(env: Mapping[str, str]) -> Iterator[str]:
    """What to say of the server that PREFECT_API_URL names.

    Nothing where it asks who one is, is this machine's alone, or doesn't answer.
    """
    try:
        url = urlsplit(env.get("PREFECT_API_URL", ""))
        if (
            url.hostname
            and url.scheme in ("http", "https")
            and _answers_anyone(url)
            and _is_reachable_from_outside(url)
        ):
            yield OPEN
    except (ValueError, OSError):
        return  # no address, or none that is known; what uses it says so


def _answers_anyone(url: SplitResult) -> bool:
    """Whether it counts its deployments for someone who says nothing of themselves."""
    kind = HTTPSConnection if url.scheme == "https" else HTTPConnection
    connection = kind(url.hostname or "", url.port, timeout=_PATIENCE)
    try:
        connection.request(
            "POST",
            f"{url.path.rstrip('/')}/deployments/count",
            "{}",
            {"Content-Type": "application/json"},
        )
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _is_reachable_from_outside(url: SplitResult) -> bool:
    """By its address where that is another machine's or one that others know; else by what else
    of this machine's answers on its port.
    """
    port = url.port or (443 if url.scheme == "https" else 80)
    addresses = {
        str(row[4][0]).partition("%")[0]
        for row in socket.getaddrinfo(url.hostname, port, type=socket.SOCK_STREAM)
    }
    if not all(ip_address(address).is_loopback for address in addresses):
        return True
    return any(
        _connects(address, port) for address in {_ANY_LOOPBACK, *_own_addresses()} - addresses
    )


def _own_addresses() -> Iterator[str]:
    """The address from which this machine would speak to others. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # an address for documentation, RFC 5737
        except OSError:
            return
        yield str(probe.getsockname()[0])


def _connects(address: str, port: int) -> bool:
    try:
        with socket.create_connection((address, port), timeout=_PATIENCE):
            return True
    except OSError:
        return False
