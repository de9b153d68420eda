"""What helps whoever changes what the output looks like: the commands `clientsmith templates`, and the reference of it all."""
