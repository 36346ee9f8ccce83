"""What the bot survives: the real bot against the double of Discord, one fault after another."""
