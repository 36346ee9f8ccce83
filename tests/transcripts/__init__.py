"""Whole debates against scripted opponents, kept as reviewed examples: `python -m tests.transcripts` writes them anew."""
