"""What the commands show and how they end: JSON, text for people, progress, exit statuses."""
