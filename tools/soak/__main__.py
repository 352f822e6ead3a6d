"""`make soak`: see the package."""

from __future__ import annotations

import argparse
import secrets
import tempfile
import time
from pathlib import Path

from tests.rig.folders import in_memory
from tools.soak.run import Soak, SoakError


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tools.soak",
        description="Weeks of simulated days in minutes, with everything going wrong.",
    )
    parser.add_argument("--days", type=int, default=14)
    parser.add_argument("--feeds", type=int, default=200)
    parser.add_argument(
        "--seed",
        type=int,
        default=None,
        help="the same seed is the same world; a new one each time by default",
    )
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument(
        "--folder",
        type=Path,
        default=None,
        help="where the project is made and left; a temporary folder by default",
    )
    args = parser.parse_args()
    seed = secrets.randbelow(10**6) if args.seed is None else args.seed
    print(
        f"soak: --days {args.days} --feeds {args.feeds} --kills {args.kills} --seed {seed}",
        flush=True,
    )
    began = time.monotonic()
    with (
        tempfile.TemporaryDirectory(dir=in_memory()) as temporary,
        Soak(
            args.folder or Path(temporary),
            days=args.days,
            feeds=args.feeds,
            seed=seed,
            kills=args.kills,
        ) as soak,
    ):
        try:
            figures = soak.run()
        except SoakError as error:
            print(f"{error}\nsee it again with --seed {seed}")
            return 1
    spent = time.monotonic() - began
    done = (
        f"{figures.cycles} cycles, {figures.kills} of {args.kills} kills,"
        f" {sum(figures.polls.values())} polls"
    )
    print(f"all promises kept: {done}, {spent:.0f} s")
    print(
        "polls: "
        + ", ".join(f"{outcome} {count}" for outcome, count in figures.polls.most_common())
    )
    print(
        "drawn, by the battery's numbers: "
        + ", ".join(f"{number} {count}" for number, count in sorted(figures.drawn.items()))
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
