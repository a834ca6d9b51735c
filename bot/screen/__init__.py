"""The screen of a session under /screen: for a projector, opened by a signed link, without a log-in."""
