"""From an article to passages, terms and vectors."""
