"""The history in DuckDB: what a cycle reads and writes, in short transactions.

One process holds the database at a time and for milliseconds: open it, read or write, close it, and
never keep it open across HTTP or a send. History tables only grow; the few small tables that say
what is so *now* (feed_state, current_entry, open_alert, counter) are replaced in the transaction
that changes them.
"""
