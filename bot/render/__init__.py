"""Records to what a person reads: pure functions, no network, no clock."""
