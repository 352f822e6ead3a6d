"""Monitoring: what the program tells of its own health."""
