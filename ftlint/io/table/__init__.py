"""Tables: CSV and TSV, XLSX, Parquet."""
