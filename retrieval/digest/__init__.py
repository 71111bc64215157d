"""Stories to digests: what a person is told of a day, and when."""
