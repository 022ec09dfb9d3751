"""The picture of a dataset: findings, fixes and figures as one HTML page, or as Markdown for a pull request."""

from ftlint.picture.gathered import PASSES, Picture, of_report, picture_of
from ftlint.picture.markdown import as_markdown
from ftlint.picture.page import as_page
from ftlint.picture.svg import check_extra

__all__ = ["PASSES", "Picture", "as_markdown", "as_page", "check_extra", "of_report", "picture_of"]
