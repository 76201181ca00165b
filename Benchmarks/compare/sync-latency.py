"""Prints how long a write of 4 KiB and fdatasync take on this disk, in milliseconds: p50 and p99 of 300, as usher-bench does it."""
import os
import sys
import time

block = b"\x5a" * 4096
count = 300
path = os.path.join(sys.argv[1], "sync-latency")
file = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
try:
    # The blocks exist beforehand: allocating them is not what is measured.
    for index in range(count):
        os.pwrite(file, block, index * 4096)
    os.fdatasync(file)
    times = []
    for index in range(count):
        begin = time.perf_counter_ns()
        os.pwrite(file, block, index * 4096)
        os.fdatasync(file)
        times.append((time.perf_counter_ns() - begin) / 1e6)
finally:
    os.close(file)
    os.unlink(path)
times.sort()
print(f"{times[count // 2]:.4f} {times[count * 99 // 100]:.4f}")
