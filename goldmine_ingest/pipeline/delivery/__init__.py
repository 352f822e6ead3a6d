"""Delivery: what the ledger owes goes to each destination, as far as its plan lets it."""
