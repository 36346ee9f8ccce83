"""A soak: many debates at once against the double of Discord, with random faults, for as long as one likes."""
