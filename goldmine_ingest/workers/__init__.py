"""Polling spread over several processes or machines, for more feeds than one of them asks in time.

The feeds are divided by host, so that one worker alone asks a host and politeness holds. A worker
has no database: it asks by a plan, and writes what it heard as batches to a shared place. One
loader takes each batch in exactly once, and writes the next plans.
"""
