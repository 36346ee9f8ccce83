"""Transcripts and exports of a debate."""
