"""A local issuer that looks as Helsenorge's does: the login of citizens."""
