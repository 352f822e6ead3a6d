"""The history in and out: export, import, SQL, JSON, invariants, OPML."""
