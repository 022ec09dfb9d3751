"""The picture of a dataset: findings, fixes and figures as one HTML page, or as Markdown for a pull request."""
