"""The attest of the trust framework (tillitsrammeverket): on what grounds a practitioner asks for a patient's record.

``parsing.parse`` reads the claim, ``rules.judge`` holds it against the rules, and ``binding.Binding`` ties it to its patient.
"""
