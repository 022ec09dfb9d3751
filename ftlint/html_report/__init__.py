"""The HTML report of a dataset: findings, fixes and figures on one page; the same in Markdown for a pull request."""
