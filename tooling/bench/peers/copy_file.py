"""copy_file.py IN OUT BYTES: reads a file whole and writes its first BYTES bytes: what any compressor must at least do."""
import sys

from common import run


def job():
    left = int(sys.argv[3])
    with open(sys.argv[1], "rb") as source, open(sys.argv[2], "wb") as sink:
        while block := source.read(1 << 22):
            if left > 0:
                sink.write(block[:left])
                left -= len(block)


run(job)
