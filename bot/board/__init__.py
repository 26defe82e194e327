"""The board pack: one period of the company as a workbook and as pages to print."""
