"""From an opponent's speech to a checked answer."""
