"""The pages of claims: institution, office, and the public notice."""
