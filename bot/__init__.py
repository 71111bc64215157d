"""What people see: the Telegram bot over ``retrieval``, and a local Telegram to try it with."""
