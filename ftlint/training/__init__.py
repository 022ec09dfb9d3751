"""The optional last stage: submit to a provider, follow the job, read its results, try the model."""
