"""The pictures of posts: fetched within bounds, decoded safely, and read; kept for nobody but a flag."""
