"""The testbed: synthetic people, and what to try with them."""
