"""Alerts: the ledger's state machine, delivery plan, health of a destination. Pure."""
