"""Tables that people send and get: reading CSV and Excel, writing them, saying what is wrong."""

from skillnet.kernel.tabular.mapping import suggest_mapping
from skillnet.kernel.tabular.problems import FileProblem, RowProblem, render
from skillnet.kernel.tabular.reading import read_rows
from skillnet.kernel.tabular.table import HELPER_COLUMNS, Limits, Record, Row, Table
from skillnet.kernel.tabular.writing import csv_chunks, write_corrected, write_csv, write_xlsx

__all__ = [
    "HELPER_COLUMNS",
    "FileProblem",
    "Limits",
    "Record",
    "Row",
    "RowProblem",
    "Table",
    "csv_chunks",
    "read_rows",
    "render",
    "suggest_mapping",
    "write_corrected",
    "write_csv",
    "write_xlsx",
]
