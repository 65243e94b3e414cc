"""What the local issuers share: errors, forms, JOSE checks, proofs, client assertions, and the shelf for what lives between two calls."""
