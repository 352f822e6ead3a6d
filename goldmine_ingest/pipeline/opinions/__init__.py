"""Asking a language model about listings, and deciding again by what it said."""
