"""The log of every debate, in plain relational tables."""
