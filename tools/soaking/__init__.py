"""The parts of the soak: a town, its faults, the patrol, and what came of it."""
