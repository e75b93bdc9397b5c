"""copy_and_write.py IN COPY OUT BYTES: copies a file, and writes as many bytes as an output has."""
import os
import shutil
import sys

from common import run

zeros = bytes(1 << 22)


def job():
    shutil.copyfile(sys.argv[1], sys.argv[2])
    left = int(sys.argv[4])
    with open(sys.argv[3], "wb") as sink:
        while left > 0:
            left -= sink.write(zeros[:left])


run(job)
os.remove(sys.argv[2])
