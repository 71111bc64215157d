"""From article to answer: reading, indexing, searching and quoting the news. No Telegram here."""
