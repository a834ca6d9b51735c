"""The worker's own pages under /my: check-in, attendance, voucher, classes; large type, one hand, small enough for any phone."""
