"""The public page on which anybody checks a certificate of attendance."""
