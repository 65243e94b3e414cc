"""PVK, the national service of privacy settings: keeps a citizen's consents and tells the data controller of every change."""
