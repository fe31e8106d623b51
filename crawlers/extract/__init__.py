"""Pure functions from the bytes of a page to the posts on it."""
