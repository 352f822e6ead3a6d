"""How a request of the sending child gets to its service: the one seam between plugins and the
network.

The shipped program has `straight` only, and no variable or setting that changes it: nothing
redirects a destination. Tests of services whose host is fixed (api.telegram.org, discord.com) hand
`serve` or `deliver` another function, in their own process.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Send = Callable[..., Any]
# Given requests' own Session.send, the session, the prepared request and the options of the call:
# the response.
Reach = Callable[[Send, Any, Any, dict[str, Any]], Any]


def straight(send: Send, session: Any, request: Any, options: dict[str, Any]) -> Any:
    """To the address that the request names."""
    return send(session, request, **options)
