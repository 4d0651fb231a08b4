"""Writes tiny SentencePiece vocabularies in the three shapes that bases have: as Gemma's, Llama 2's and Mistral's `tokenizer.json`.

    .venv/bin/python test/python/sentence_pieces.py FOLDER        # FOLDER/gemma, FOLDER/llama, FOLDER/mistral
"""

import json
import sys
from pathlib import Path

from tokenizers import Tokenizer, models, pre_tokenizers, trainers

MARK = "\u2581"
BYTES = [f"<0x{byte:02X}>" for byte in range(256)]
MARKED = {"type": "Replace", "pattern": {"String": " "}, "content": MARK}
UNMARKED = {"type": "Replace", "pattern": {"String": MARK}, "content": " "}
DECODERS = [UNMARKED, {"type": "ByteFallback"}, {"type": "Fuse"}]
PREFIXED = {"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": MARK}, MARKED]}
STRIPPED = {"type": "Sequence", "decoders": [*DECODERS, {"type": "Strip", "content": " ", "start": 1, "stop": 0}]}
METASPACE = {"type": "Metaspace", "replacement": MARK, "prepend_scheme": "first", "split": False}
SPLIT = {"type": "Split", "pattern": {"String": " "}, "behavior": "MergedWithPrevious", "invert": False}
# What Gemma's vocabulary holds beside words: newlines, several spaces and tags as user-defined pieces, and one piece across a space.
OWN = ["\n", "\n\n", "\n\n\n", MARK * 2, MARK * 3, "<h1>"]
ACROSS = [(">", MARK), ("<", "/"), (f">{MARK}", "</")]
SHAPES = {
    "gemma": {"normalizer": MARKED, "pre_tokenizer": SPLIT, "decoder": {"type": "Sequence", "decoders": DECODERS}},
    "llama": {"normalizer": PREFIXED, "pre_tokenizer": None, "decoder": STRIPPED},
    "mistral": {"normalizer": None, "pre_tokenizer": METASPACE, "decoder": STRIPPED},
}
TALK = "hey are you coming tonight? yes in ten minutes! I never said this :) haha no way, see you there 2024 olá você é não question mine"


def main():
    for shape in SHAPES:
        write(Path(sys.argv[1]) / shape, shape)


def write(directory, shape, words=100, lines=None):
    """A tokeniser of one of the shapes, its words learned from `lines`; the number of ids it has."""
    directory.mkdir(parents=True, exist_ok=True)
    is_gemma = shape == "gemma"
    special = ["<pad>", "<eos>", "<bos>", "<unk>"] if is_gemma else ["<unk>", "<s>", "</s>"]
    pieces, merges = learn(lines or [TALK], words)
    if is_gemma:
        merges = [("\n", "\n"), ("\n\n", "\n"), (MARK, MARK), (MARK * 2, MARK), *ACROSS, *merges]
        pieces = [*OWN, "<", ">", "/", *("".join(merge) for merge in ACROSS), *pieces]
    tokens = list(dict.fromkeys([*special, *(OWN if is_gemma else []), *BYTES, *pieces]))
    vocabulary = {token: id for id, token in enumerate(tokens)}
    added = [added_token(vocabulary[token], token, True) for token in special]
    added += [added_token(vocabulary[token], token, False) for token in OWN] if is_gemma else []
    model = {"type": "BPE", "dropout": None, "unk_token": "<unk>", "continuing_subword_prefix": None, "end_of_word_suffix": None}
    model |= {"fuse_unk": True, "byte_fallback": True, "ignore_merges": False, "vocab": vocabulary, "merges": [list(m) for m in merges]}
    content = {"version": "1.0", "truncation": None, "padding": None, "added_tokens": added, **SHAPES[shape], "post_processor": None}
    (directory / "tokenizer.json").write_text(json.dumps(content | {"model": model}))
    names = {"bos_token": "<bos>" if is_gemma else "<s>", "eos_token": "<eos>" if is_gemma else "</s>", "unk_token": "<unk>"}
    (directory / "tokenizer_config.json").write_text(json.dumps(names))
    return len(tokens)


def learn(lines, words):
    """Pieces and merges, as SentencePiece learns them: within words alone."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement=MARK, prepend_scheme="never")
    characters = len(set("".join(lines).replace(" ", MARK)) | {MARK})
    tokenizer.train_from_iterator(lines, trainers.BpeTrainer(vocab_size=characters + words, show_progress=False))
    model = json.loads(tokenizer.to_str())["model"]
    pieces = sorted({MARK: -1, **model["vocab"]}.items(), key=lambda piece: piece[1])
    return [token for token, _ in pieces], [tuple(merge) for merge in model["merges"]]


def added_token(id, content, special):
    plain = dict.fromkeys(("single_word", "lstrip", "rstrip", "normalized"), False)
    return {"id": id, "content": content, **plain, "special": special}


if __name__ == "__main__":
    main()
