"""What is asked of the database, a module per subject; each function takes a connection in its caller's transaction."""
