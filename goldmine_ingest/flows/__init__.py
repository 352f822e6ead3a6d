"""Prefect flows: thin wrappers that schedule and show the cycle. Only this package imports
Prefect.
"""
