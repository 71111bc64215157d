"""From articles that were added to updates of the questions that people follow."""
