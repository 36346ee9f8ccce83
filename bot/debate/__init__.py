"""The rules of a debate: pure functions and values, standard library only."""
