"""The only door to HTTP: i'mport's REST API as typed calls. Reads retry; a cancel call is sent once, under a permit."""
