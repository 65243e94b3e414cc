"""The domain of the maternity record: pure calculations over plain values, with their rules in tables beside the code.

Nothing here reads a clock, a database or a FHIR resource: days, numbers and answers come in, judgements come out. What a rule
rests on is said in its table (``sources.toml``), and every row says whether it is ``confirmed`` by that source or ``inferred``.
"""
