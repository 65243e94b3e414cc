"""HelseID as a resource server sees it: access tokens, proofs of possession, and what they say of the caller."""
