"""What stands before every door: request ids, request log, metrics, health, and who may come in from where."""
