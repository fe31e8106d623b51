"""Real programs on loopback, patrolled by their source files alone."""
