"""Loopback fixtures that every room's tests may use."""
