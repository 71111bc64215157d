"""From a question to an answer: search, scoring, quotes, confidence."""
