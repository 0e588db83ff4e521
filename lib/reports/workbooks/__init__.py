"""Rows -> files: CSV and XLSX that open in Excel as they are, with every text from outside made harmless."""
