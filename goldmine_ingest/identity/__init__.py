"""Which entries are one job: identities, near-duplicates. Pure."""
