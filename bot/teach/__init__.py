"""The trainer's pages under /teach: today's sessions, one session live, the classes."""
