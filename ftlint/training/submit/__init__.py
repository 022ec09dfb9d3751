"""Submit a training: gate, estimate, upload, job creation, job log."""
