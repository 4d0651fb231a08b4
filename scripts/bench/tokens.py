"""Encodes texts with tiktoken, one thread, for `persona bench prepare` to compare with.

    .venv/bin/python scripts/bench/tokens.py TOKENIZER LINES [IDS]

LINES holds one JSON string a line. IDS gets, for each line, how many ids it has and then the ids, as uint32. Prints one
JSON line: lines, tokens, and the seconds that encoding alone took.
"""

import json
import sys
import time

import numpy

from ancestor import gpt2


def main(tokenizer, lines, ids=None):
    encoding = gpt2(tokenizer)
    with open(lines, encoding="utf8") as file:
        texts = [json.loads(line) for line in file]
    started = time.perf_counter()
    encoded = [encoding.encode_ordinary(text) for text in texts]
    seconds = time.perf_counter() - started
    if ids is not None:
        with open(ids, "wb") as file:
            for line in encoded:
                numpy.array([len(line), *line], dtype=numpy.uint32).tofile(file)
    tokens = sum(len(line) for line in encoded)
    print(json.dumps({"lines": len(texts), "tokens": tokens, "encodeSeconds": seconds}))


if __name__ == "__main__":
    main(*sys.argv[1:])
