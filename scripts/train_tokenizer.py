"""Trains a byte-level BPE tokeniser on the text of stdin, for models from random weights.

    .venv/bin/python scripts/train_tokenizer.py --size 4096 --out DIR < conversations.txt

The text is UTF-8, a bubble or a label a line; an empty line ends a turn. What is written is an ordinary tokenizer.json,
the same for the same text. Prints one JSON line: {"type": "trained", "vocabularySize"}.
"""

import argparse
import json
import os
import sys

os.umask(0o077)

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from trainer.choices import given_path
from trainer.events import open_event_stream

END = "<|endoftext|>"
# What is seen less often than this teaches a model nothing, and would put rare words into the vocabulary.
MIN_COUNT = 5
# A word of a megabyte would be merged in quadratic time; no word of people comes near to this.
MAX_LENGTH = 1000


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, required=True, help="ids at most: 256 bytes, the end of a conversation, merges")
    parser.add_argument("--out", type=given_path, required=True, help="folder for tokenizer.json and tokenizer_config.json")
    arguments = parser.parse_args()
    emit = open_event_stream()
    tokenizer = train(texts_of(sys.stdin.buffer), arguments.size)
    write(tokenizer, arguments.out)
    emit("trained", vocabularySize=tokenizer.get_vocab_size())


def texts_of(lines):
    """The texts that are encoded by themselves: bubbles, labels, and the empty line that ends a turn."""
    for line in lines:
        text = line.decode("utf-8").removesuffix("\n") or "\n\n"
        for start in range(0, len(text), MAX_LENGTH):
            yield text[start : start + MAX_LENGTH]


def train(texts, size):
    """A tokeniser that splits as GPT-2 does and takes digits apart: no number can be an entry of its vocabulary."""
    tokenizer = Tokenizer(models.BPE())
    digits, bytes_of_words = pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([digits, bytes_of_words])
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        min_frequency=MIN_COUNT,
        special_tokens=[END],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def write(tokenizer, directory):
    tokenizer.save(str(directory / "tokenizer.json"))
    config = {"tokenizer_class": "PreTrainedTokenizerFast", "bos_token": END, "eos_token": END}
    (directory / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
