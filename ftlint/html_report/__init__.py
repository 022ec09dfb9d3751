"""The picture of a dataset: findings, fixes and figures as one HTML page, or as Markdown for a pull request."""

from ftlint.html_report.charts import check_extra
from ftlint.html_report.collect import PASSES, Picture, of_report, picture_of
from ftlint.html_report.markdown import as_markdown
from ftlint.html_report.page import as_page

__all__ = ["PASSES", "Picture", "as_markdown", "as_page", "check_extra", "of_report", "picture_of"]
