"""What the bot does with each kind of message; each handler in a file of its own."""
