"""make-golden.py FOLDER: writes the Parquet file of one column of vectors that tests read (pip install pyarrow)."""
import sys

import pyarrow as pa
from pyarrow import parquet

ROWS, DIM = 7, 3
flat = pa.array([(i * 5 % 17 - 8) / 4 for i in range(ROWS * DIM)], pa.float32())
vectors = pa.ListArray.from_arrays(list(range(0, ROWS * DIM + 1, DIM)), flat)
table = pa.table({"word": [f"wört {i}" for i in range(ROWS)], "vector": vectors})
parquet.write_table(table, f"{sys.argv[1]}/one.parquet", row_group_size=4, use_dictionary=["word"], compression="snappy")
