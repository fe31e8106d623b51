"""How much one page may give, whatever it holds."""

ENTRIES = 2_000  # entries of a list or items of a feed
POSTS = 2_000  # posts of one page
TEXT = 100_000  # characters of a post's text
TITLE = 1_000  # characters of a title
FRAGMENT = 400_000  # characters of a post's HTML
IMAGES = 50  # pictures of a post
DEPTH = 512  # nested elements, as browsers have it
NODES = 200_000  # nodes that guessing looks at
UNPACKED = 52_428_800  # bytes of a packed file, once unpacked: what a sitemap may have by its own rules
