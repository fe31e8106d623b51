"""Tests of extraction: bytes in, posts out."""
