"""The client as a command. What of it needs a library of the `cli` extra is imported when a command runs."""
