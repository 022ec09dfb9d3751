"""Two versions of a dataset, compared by the content of their examples."""
