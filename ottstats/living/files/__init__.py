"""Files of the living data, read strictly: three CSVs, or the workbooks of Seoul's portal.

Pure: no Django import. Every fault is a `DataError` that names the file and the line.
"""
