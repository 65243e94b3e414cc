"""The other end of national services, for demo and test: each speaks the real paths, headers and codes. No back doors."""
