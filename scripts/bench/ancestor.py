"""What projects of this kind do first with a Messenger export, for `persona bench import` to compare with.

    python3 scripts/bench/ancestor.py repair EXPORT OUT    # json.load, undo the mojibake, write JSON lines
    python3 scripts/bench/ancestor.py load EXPORT          # json.load alone
    .venv/bin/python scripts/bench/ancestor.py tokens EXPORT OUT TOKENIZER    # json.load, format, GPT-2's token ids

The last is the shape of the 2023 ancestor's prepare.py: everything in one script, from JSON to train.bin.
"""

import json
import sys
from pathlib import Path


def parts(export):
    """The threads' files, oldest part first in each folder."""
    files = Path(export).glob("**/message_*.json")
    return sorted(files, key=lambda path: (path.parent, -int(path.stem.split("_")[1])))


def repaired(text):
    try:
        return text.encode("latin1").decode("utf8")
    except UnicodeError:
        return text


def repair(export, out):
    with open(out, "w", encoding="utf8") as lines:
        for path in parts(export):
            with open(path, encoding="utf8") as file:
                thread = json.load(file)
            for message in reversed(thread["messages"]):
                line = {
                    "thread": path.parent.name,
                    "sender": repaired(message["sender_name"]),
                    "sentAt": message["timestamp_ms"],
                    "text": repaired(message.get("content", "")),
                }
                lines.write(json.dumps(line, ensure_ascii=False) + "\n")


def load(export):
    for path in parts(export):
        with open(path, encoding="utf8") as file:
            json.load(file)


def tokens(export, out, tokenizer):
    import numpy

    encoding = gpt2(tokenizer)
    ids = []
    for path in parts(export):
        with open(path, encoding="utf8") as file:
            thread = json.load(file)
        for message in reversed(thread["messages"]):
            if "content" not in message:
                continue
            text = f"{repaired(message['sender_name'])}: {repaired(message['content'])}\n"
            ids.extend(encoding.encode_ordinary(text))
    numpy.array(ids, dtype=numpy.uint16).tofile(out)


def gpt2(tokenizer):
    """tiktoken's GPT-2 from a tokenizer.json, so that nothing is downloaded."""
    import tiktoken

    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    byte_of = {chr(byte): byte for byte in printable}
    others = [byte for byte in range(256) if byte not in printable]
    byte_of.update({chr(256 + index): byte for index, byte in enumerate(others)})
    vocabulary = json.loads(Path(tokenizer).read_text("utf8"))["model"]["vocab"]
    end = "<|endoftext|>"
    ranks = {bytes(byte_of[c] for c in token): id for token, id in vocabulary.items() if token != end}
    pattern = r"""'(?:[sdmt]|ll|ve|re)| ?\p{L}++| ?\p{N}++| ?[^\s\p{L}\p{N}]++|\s++$|\s+(?!\S)|\s"""
    return tiktoken.Encoding("gpt2", pat_str=pattern, mergeable_ranks=ranks, special_tokens={end: 50256})


if __name__ == "__main__":
    {"repair": repair, "load": load, "tokens": tokens}[sys.argv[1]](*sys.argv[2:])
