"""A Bot API server of our own, to drive the real bot over real HTTP without Telegram.

It grew from the tests' needs: it answers as Telegram answers, and refuses what Telegram
refuses, so that a message which passes here passes there. ``local.LocalBotApi`` starts it.
"""
