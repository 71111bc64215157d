"""The SQLite engine: one file, full text in FTS5, vectors in a FAISS index in memory."""
