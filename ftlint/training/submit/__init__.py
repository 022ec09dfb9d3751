"""Submit a training: gate, estimate, upload, job, job log."""
