"""Who is here and what they may do: accounts, sessions, the policy table."""
