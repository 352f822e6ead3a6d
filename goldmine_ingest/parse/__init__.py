"""Bytes to raw entries. Nothing here opens a file or an address, whatever the bytes say; run it in
a child that can be killed.

XML goes through lxml's strict parser first: on well-formed feeds it gives the entries that
feedparser gives (tests/parse/test_parse.py compares them) in a tenth of the time, and keeps the
repeated elements of which feedparser keeps the last. What is not well-formed is repaired and tried
once more, then goes to feedparser, then to lxml's recovery; JSON and mails have readers of their
own.
"""
