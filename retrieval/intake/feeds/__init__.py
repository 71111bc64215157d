"""From the bytes of a feed to `FeedContent`: RSS, Atom, JSON Feed, news sitemaps; and OPML.

Nothing is fetched here, and nothing here is to be trusted with time or memory: bytes of
strangers are read through `retrieval.intake.sandbox`, whose child process runs this code.
"""
