"""Rounds over the feeds: when each is visited, what of it is read, and in what order."""
