"""Submitting: the gate, the estimate, the upload, the job, and what is remembered of it."""
