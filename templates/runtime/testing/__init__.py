"""A fake of the API, made from its document: what `testing` of a generated package is built on."""
