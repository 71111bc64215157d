"""A news page to its article: the only place that knows trafilatura.

Nothing is fetched and no script is run. `extract_page` reads pages as they came over the wire;
`extract_article` reads a page saved as a file.
"""

from retrieval.intake.extraction.page import extract_article, extract_page

__all__ = ["extract_article", "extract_page"]
