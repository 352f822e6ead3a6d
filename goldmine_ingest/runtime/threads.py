"""Starting threads, of which a computer may have no more."""

from __future__ import annotations

import errno
import os
from threading import Thread


def start(thread: Thread) -> None:
    """Starts a new thread. Raises OSError where there is no room for one (too many processes, too
    little memory): Python's RuntimeError would look like a bug of ours.
    """
    try:
        thread.start()
    except RuntimeError as error:
        raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN)) from error
