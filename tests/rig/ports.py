"""A port of this machine that nobody has."""

from __future__ import annotations

import random
import socket

# Below those that the system gives to whoever connects somewhere or asks for any port: what is
# found free here stays free until its server takes it, whatever else the tests do meanwhile.
_FIRST, _LAST = 15_000, 32_000


def free_port() -> int:
    """For a server that takes no socket, only a number in its configuration."""
    chosen = random.SystemRandom()
    while True:
        port = chosen.randint(_FIRST, _LAST)
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        return port
