"""The access log: one AuditEvent for each access and each refusal, in chains that can't be changed unseen."""
