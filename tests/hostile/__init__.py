"""Hostile input: public corpora and our own, whole, cut and damaged, through the child that reads
in production; and anything at all.

FEED_CORPUS_DIR names folders of feeds (several with ':' between them), for example the `tests`
folder of feedparser's source distribution (`pip download --no-deps --no-binary :all: feedparser`).
Without it the project's own corpus is taken, which takes seconds.
"""
