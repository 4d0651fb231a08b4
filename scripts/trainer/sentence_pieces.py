"""SentencePiece vocabularies with bytes to fall back on, between `tokenizer.json` and GGUF.

GGUF gives each piece a score, `tokenizer.json` lists the merges that make pieces in their order: either follows from the other.
"""

from trainer.vocabulary import BYTE, SPACE_MARK

NORMAL, UNKNOWN, CONTROL, OWN, UNUSED, BYTES = 1, 2, 3, 4, 5, 6  # `tokenizer.ggml.token_type`
STRUCTURE = (UNKNOWN, CONTROL, UNUSED)
WHITE = set(f"\n\t{SPACE_MARK}")  # Repeated, these make pieces although no word holds them.
MARKED = {"type": "Replace", "pattern": {"String": " "}, "content": SPACE_MARK}
UNMARKED = {"type": "Replace", "pattern": {"String": SPACE_MARK}, "content": " "}


def is_sentence_piece(content):
    """Whether a `tokenizer.json` holds such a vocabulary."""
    model = content.get("model", {})
    return model.get("type") == "BPE" and model.get("byte_fallback") is True and "<0x00>" in model.get("vocab", {})


def tokens_for_gguf(content, size):
    """Tokens, scores and types of `size` ids."""
    vocabulary, merges = content["model"]["vocab"], content["model"]["merges"]
    ranks = {}
    for rank, merge in enumerate(merges):
        ranks.setdefault(merge.replace(" ", "", 1) if isinstance(merge, str) else "".join(merge), rank)
    tokens = [f"[PAD{id}]" for id in range(size)]
    scores, types = [-1e4] * size, [UNUSED] * size
    for token, id in vocabulary.items():
        tokens[id], types[id] = token, BYTES if BYTE.fullmatch(token) else NORMAL
        scores[id] = 0.0 if types[id] == BYTES else -float(ranks.get(token, len(merges) + id))
    for added in content.get("added_tokens", []):
        id, text = added["id"], added["content"]
        tokens[id] = text.replace(SPACE_MARK, " ")
        types[id] = UNKNOWN if text == content["model"].get("unk_token") else CONTROL if added.get("special") else OWN
    return [token.encode() for token in tokens], scores, types


def tokenizer_of_gguf(field):
    """`tokenizer.json` and `tokenizer_config.json` of a GGUF's fields, which `field(name)` gives; None for another kind."""
    if field("tokenizer.ggml.model") != "llama" or BYTES not in (types := field("tokenizer.ggml.token_type")):
        return None
    marked = [token.replace(" ", SPACE_MARK) for token in field("tokenizer.ggml.tokens")]
    vocabulary = {token: id for id, token in enumerate(marked)}
    scores = {token: field_score for token, field_score, type in zip(marked, field("tokenizer.ggml.scores"), types) if type == NORMAL}
    merges = white_merges(vocabulary) + merges_of(scores, {token for token, type in zip(marked, types) if type in (NORMAL, OWN)})
    added = [added_token(id, token, type in STRUCTURE) for id, (token, type) in enumerate(zip(marked, types)) if type in (*STRUCTURE, OWN)]
    named = lambda which: {f"{which}_token": marked[id]} if (id := field(f"tokenizer.ggml.{ids_of[which]}_token_id")) is not None else {}
    ids_of = {"bos": "bos", "eos": "eos", "unk": "unknown", "pad": "padding"}
    unknown = named("unk").get("unk_token")
    prefixed = field("tokenizer.ggml.add_space_prefix") is not False
    prefix = [{"type": "Prepend", "prepend": SPACE_MARK}] if prefixed else []
    strip = [{"type": "Strip", "content": " ", "start": 1, "stop": 0}] if prefixed else []
    model = {"type": "BPE", "dropout": None, "unk_token": unknown, "continuing_subword_prefix": None, "end_of_word_suffix": None}
    model |= {"fuse_unk": True, "byte_fallback": True, "ignore_merges": False, "vocab": vocabulary, "merges": merges}
    content = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": added,
        "normalizer": {"type": "Sequence", "normalizers": [*prefix, MARKED]},
        "pre_tokenizer": None,
        "post_processor": None,
        "decoder": {"type": "Sequence", "decoders": [UNMARKED, {"type": "ByteFallback"}, {"type": "Fuse"}, *strip]},
        "model": model,
    }
    config = {"tokenizer_class": "PreTrainedTokenizerFast", **{name: token for which in ids_of for name, token in named(which).items()}}
    template = field("tokenizer.chat_template")
    return content, config | ({"chat_template": template} if template else {})


def white_merges(vocabulary):
    """Of runs of any length: however a run was cut, its parts find together."""
    runs = [(character, count) for count in range(2, 32) for character in sorted(WHITE) if character * count in vocabulary]
    return [[character * left, character * (count - left)] for character, count in runs for left in range(1, count)]


def merges_of(scores, parts):
    """Every way to make a piece of two others, the pieces of the highest score first, as transformers lists them."""
    merges = []
    for piece, score in scores.items():
        halves = ((piece[:cut], piece[cut:]) for cut in range(1, len(piece)))
        merges += [(-score, len(left), len(right), left, right) for left, right in halves if left in parts and right in parts]
    merges.sort(key=lambda merge: merge[:3])
    return [[left, right] for *_, left, right in merges]


def added_token(id, content, special):
    plain = dict.fromkeys(("single_word", "lstrip", "rstrip", "normalized"), False)
    return {"id": id, "content": content, **plain, "special": special}
