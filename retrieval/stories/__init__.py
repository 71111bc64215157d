"""Articles to stories: which of them tell of one event."""
