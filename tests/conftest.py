"""How the tests run everywhere: a slow machine is no failure, and CI tries the same examples each time.

At a desk, Hypothesis looks for new examples at every run; what it finds there is mended there. CI must say the same of the same commit.
"""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("desk", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "desk")
