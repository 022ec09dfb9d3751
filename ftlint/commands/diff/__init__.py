"""Two versions of a dataset, compared by what their examples say."""
