"""Fetches public pages politely and takes the posts out of them."""
