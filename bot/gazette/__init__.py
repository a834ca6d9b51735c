"""The public notice of claims under /notice: open to all, names masked, objections in two taps."""
