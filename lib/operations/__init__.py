"""What a person may do, a file per kind: rights, rules and the balance are checked here, then the journal takes over."""
