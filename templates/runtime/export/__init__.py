"""Saving a whole list to a folder: each item with what other operations give of it."""
