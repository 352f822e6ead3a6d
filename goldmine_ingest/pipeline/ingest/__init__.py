"""Ingest: what a poll brings becomes listings, decisions and owed alerts, one transaction per
feed.
"""
