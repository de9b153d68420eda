"""What takes minutes rather than seconds: run by `nox -s stress`."""
