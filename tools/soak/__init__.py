"""The soak: weeks of simulated days in minutes, with everything going wrong at random, beside a
small model of what ought to have happened.

`python -m tools.soak --days 14 --feeds 200 --seed 1 --kills 30`; the same seed is the same world.
Rooms: `world` (jobs and feeds, and what happens to them), `faults` (what a server can do wrong),
`sinks` (destinations that fail), `truth` (what was served and what each destination ought to get;
it imports nothing of the product), `resident` (the product, a process that can be killed),
`ledger_checks` (what the history must hold), `run` (the days).
"""
