"""Typed messages to text, one rendering per kind of destination (rendering.py). Pure."""
