"""read_and_write.py FOLDER OUT BYTES: reads the files of a folder, and writes as many bytes as an output has, to the disk."""
import os
import sys

from common import run

room = bytearray(1 << 22)


def job():
    for name in sorted(os.listdir(sys.argv[1])):
        with open(os.path.join(sys.argv[1], name), "rb", buffering=0) as source:
            while source.readinto(room):
                pass
    left = int(sys.argv[3])
    with open(sys.argv[2], "wb", buffering=0) as sink:
        while left > 0:
            left -= sink.write(memoryview(room)[: min(left, len(room))])
        os.fsync(sink.fileno())


run(job)
os.remove(sys.argv[2])
