"""From what a person wrote to what is searched for: times, "the latest", and turns before."""
