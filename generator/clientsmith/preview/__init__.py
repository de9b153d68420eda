"""The preview: a page on this machine that shows document, template and output side by side, as files change.

`live` makes a `Picture` again with each change of a file, `pages` answers the page's requests from the latest one, `server` lets
nobody but that page ask. Nothing is written.
"""
