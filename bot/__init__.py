"""Debatebot: a moderated debate opponent whose every factual claim can be opened and checked."""

__version__ = "0.1.0"
