"""A local issuer that looks to clients and APIs as HelseID does, and the service that makes test tokens."""
