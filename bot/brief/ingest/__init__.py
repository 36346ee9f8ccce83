"""Adding an operator's own document to the brief: extract its text, split it into passages, keep it as a source file."""
