"""Free text to values: times, zones, cities, days, topics; pure, and None for what is none."""
