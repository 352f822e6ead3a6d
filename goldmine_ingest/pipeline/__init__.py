"""One cycle over a project: polling, ingest, delivery, monitoring."""
