"""Who may do what with the record, and the trace of it: HelseID and Helsenorge tokens, consent, policy, audit."""
