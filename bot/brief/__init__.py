"""What the bot knows: sources, passages, contentions and blocks, read from Markdown."""
