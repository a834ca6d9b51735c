"""Drives a running server as WeChat would, and counts what comes back."""
