"""Trains the reader (`retrieval/answering/reader.py`). Not installed with the product."""
