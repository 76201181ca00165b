#!/usr/bin/env bash
# Two readers of python-zstandard take a file of pzstd for an empty stream, and a third gives an error.
#
# Seen with zstandard 0.25.0 of PyPI and Debian's zstd 1.5.4+dfsg2-5 on Linux x86_64. The parallel `pzstd` puts a skippable
# frame of 12 bytes before each frame, as the format allows; `zstd`, and the library's own `stream_reader`, read the file
# whole. `read_to_iter` and `decompressobj` end after the skippable frame: no bytes and no error. `decompress` takes the
# length of the skippable frame (4) for the size of the content and fails, and so does it with `max_output_size`. A file of
# `zstd` itself, without such a frame, is read alike by all of them.
# Usher's own compressed frames have none. Exports packed with pzstd are best read with `stream_reader`.
#
# Needs python3 with venv and pip, apt-get and dpkg. Installs nothing: all goes into a temporary folder.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download zstd=1.5.4+dfsg2-5 >/dev/null 2>&1
dpkg -x ./zstd_*.deb root
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check zstandard==0.25.0

for number in $(seq 10000); do echo "{\"row\":$number}"; done >rows.ndjson
root/usr/bin/zstd --quiet rows.ndjson -o zstd.zst
root/usr/bin/pzstd --quiet rows.ndjson -o pzstd.zst
root/usr/bin/zstd --decompress --stdout pzstd.zst | cmp - rows.ndjson
cat >program.py <<'PYTHON'
import io
import zstandard

readers = {
    "stream_reader": lambda data: zstandard.ZstdDecompressor().stream_reader(io.BytesIO(data)).read(),
    "read_to_iter": lambda data: b"".join(zstandard.ZstdDecompressor().read_to_iter(io.BytesIO(data))),
    "decompressobj": lambda data: zstandard.ZstdDecompressor().decompressobj().decompress(data),
    "decompress": lambda data: zstandard.ZstdDecompressor().decompress(data, max_output_size=1 << 20),
}
for name in ("zstd", "pzstd"):
    with open(name + ".zst", "rb") as file:
        data = file.read()
    for reader, read in readers.items():
        try:
            print(name, reader, len(read(data)), "bytes")
        except zstandard.ZstdError as error:
            print(name, reader, error)
PYTHON
venv/bin/python program.py | tee seen
size=$(stat -c %s rows.ndjson)
diff seen - <<TEXT || { echo "changed since zstandard 0.25.0 and pzstd 1.5.4 were looked at" >&2; exit 1; }
zstd stream_reader $size bytes
zstd read_to_iter $size bytes
zstd decompressobj $size bytes
zstd decompress $size bytes
pzstd stream_reader $size bytes
pzstd read_to_iter 0 bytes
pzstd decompressobj 0 bytes
pzstd decompress decompression error: decompressed 0 bytes; expected 4
TEXT
