"""The fault battery: what can go wrong outside, injected on loopback, one case one test, named and
marked by its number; the variants of a case are broken feeds of one stage.

`scene.py` is the stage (feeds, destinations, tripwires, secrets, clock) and the conditions that
hold after every case; the files beside it are the groups. Cases that need more than a cycle
(Prefect, signals, restores) stand with their rooms and carry the same mark. `make faults` runs all
of them but the long forms, `make drill` those; each writes its lines of docs/reliability.md.
"""
