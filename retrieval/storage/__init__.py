"""Where a library is kept: the contract (`base`), the engines, and the table of them."""
