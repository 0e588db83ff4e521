"""The only door to HTTP: i'mport's REST API as typed calls. Reads retry; the cancel call is sent once, under a permit."""
