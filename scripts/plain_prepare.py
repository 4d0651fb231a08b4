"""What people do without this project: read an export, write `Name: text` lines, encode them with tiktoken.

    python scripts/plain_prepare.py --tokenizer TOKENIZER_JSON --export FOLDER --out FOLDER
    python scripts/plain_prepare.py --tokenizer TOKENIZER_JSON --lines FILE

The first form is the 2023 ancestor's whole preparation: every `message_*.json` into `train.bin` and `val.bin`. The second
encodes the JSON strings of FILE, one a line, and nothing else. Both print one JSON line: seconds, tokens, bytes, and
where asked for the ids' hash. `persona bench prepare` runs them for comparison.
"""

import argparse
import hashlib
import json
import time
from pathlib import Path

import numpy as np
import tiktoken

GPT2_PATTERN = r"""'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--export", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--lines", type=Path)
    options = parser.parse_args()
    started = time.perf_counter()
    encoding = gpt2_encoding(options.tokenizer)
    loaded = time.perf_counter()
    result = encode_lines(encoding, options.lines) if options.lines else prepare(encoding, options.export, options.out)
    print(json.dumps({**result, "seconds": time.perf_counter() - loaded, "loadSeconds": loaded - started}))


def gpt2_encoding(path):
    """tiktoken's own gpt2 encoding, made from a tokenizer.json on disk: its ids are its ranks."""
    byte_of = {character: byte for byte, character in enumerate(byte_characters())}
    vocabulary = json.loads(path.read_text("utf-8"))["model"]["vocab"]
    ranks = {bytes(byte_of[c] for c in token): id for token, id in vocabulary.items() if token != "<|endoftext|>"}
    return tiktoken.Encoding("gpt2", pat_str=GPT2_PATTERN, mergeable_ranks=ranks, special_tokens={"<|endoftext|>": 50256})


def byte_characters():
    """The printable character that byte-level BPE writes for each byte."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = iter(range(0x100, 0x200))
    return [chr(byte if byte in printable else next(others)) for byte in range(256)]


def prepare(encoding, export, out):
    messages, size = [], 0
    for path in sorted(export.rglob("message_*.json")):
        size += path.stat().st_size
        with open(path, encoding="utf-8") as file:
            messages += [m for m in json.load(file)["messages"] if "content" in m][::-1]
    text = "".join(f"{repair(m['sender_name'])}: {repair(m['content'])}\n" for m in messages)
    cut = int(len(text) * 0.9)
    out.mkdir(parents=True, exist_ok=True)
    tokens = 0
    for name, part in (("train", text[:cut]), ("val", text[cut:])):
        ids = encoding.encode_ordinary(part)
        np.array(ids, np.uint16).tofile(out / f"{name}.bin")
        tokens += len(ids)
    return {"tokens": tokens, "bytes": size}


def repair(text):
    """Facebook writes one character for each byte of UTF-8."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def encode_lines(encoding, path):
    lines = [json.loads(line) for line in open(path, encoding="utf-8")]
    started = time.perf_counter()
    encoded = [encoding.encode_ordinary(line) for line in lines]
    seconds = time.perf_counter() - started
    hashed = hashlib.sha256()
    for ids in encoded:
        hashed.update(np.array([len(ids), *ids], np.uint32).tobytes())
    tokens = sum(len(ids) for ids in encoded)
    return {"tokens": tokens, "encodeSeconds": seconds, "lines": len(lines), "sha256": hashed.hexdigest()}


if __name__ == "__main__":
    main()
