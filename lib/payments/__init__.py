"""The core, without I/O: what a payment is (`record`), how it stands (`state`), what its method permits (`methods`),
KST days (`days`) and when money arrives (`arrival`)."""
