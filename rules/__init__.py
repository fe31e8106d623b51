"""Rules that editors write: what harms look like, what offers look like, and how both become a decision."""
