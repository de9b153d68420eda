"""Random input for what reads things of others: the reader, the lowering, and the runtime's decoder."""
