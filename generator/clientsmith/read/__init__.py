"""Reading a document: its text, its values and their positions, and its references."""
