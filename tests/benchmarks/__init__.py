"""Figures of quality and speed: `make bench`. Nothing here is part of the tests."""
