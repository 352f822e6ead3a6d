"""Polling: which feeds are due, asking them, what an answer means for the feed."""
