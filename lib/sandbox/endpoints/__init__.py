"""The API's endpoints, a module per group; each function takes (state, call) and returns what the envelope holds."""
