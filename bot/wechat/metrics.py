"""What is counted of the traffic, for Prometheus."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

MESSAGES = Counter(
    "skillpass_messages_total", "Messages answered, by kind and by what the answer did", ["kind", "outcome"]
)
REFUSED = Counter("skillpass_requests_refused_total", "Requests not let in, by reason", ["reason"])
REPEATS = Counter("skillpass_repeats_total", "Repeats of a message that this process knew")
LATE = Counter("skillpass_late_answers_total", "Answers that follow later, by what became of them", ["status"])
OWED = Gauge("skillpass_owed_answers", "Messages in the spool whose answer is owed")
SECONDS = Histogram(
    "skillpass_reply_seconds",
    "Time from a genuine request to its reply",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 5),
)
