"""What the two configuration files say, typed, a module for each part. Reading and checking them is
config; nothing here reads.

Field names are the keys of the files, so that a dotted path in an error or a finding
('budget.fixed_minimum') is also the way here. Durations are timedeltas. A criterion whose table is
absent is None: off.
"""
