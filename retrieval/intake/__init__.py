"""From sources to articles: files, cleaning, language. Nothing here knows of the store."""
