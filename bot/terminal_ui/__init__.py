"""Debates and look-ups in the terminal."""
