"""What the ids of a tokeniser stand for, byte by byte. The counterpart of `src/tokenizer/`, which alone makes ids of texts.

Two kinds are known: byte-level BPE, whose characters stand for a byte each, and SentencePiece's, which marks spaces and
falls back on bytes. Joining the bytes of ids gives every text back, where a library's decoder may drop a space in front.
"""

import re

SEPARATORS = (b"\n", b" ", b"\n\n")
SPACE_MARK = "\u2581"
BYTE = re.compile(r"<0x([0-9A-F]{2})>")


class Vocabulary:
    """`bytes` of each id, none for `structure`; the ids of a `newline`, a `space` and an `empty_line`, None where there is none."""

    def __init__(self, tokenizer):
        added = tokenizer.get_added_tokens_decoder()
        pieces = tokenizer.get_vocab(with_added_tokens=False)
        falls_back = bool(getattr(tokenizer.model, "byte_fallback", False))
        # SentencePiece keeps some text beside the vocabulary too, such as Gemma's several spaces.
        self.structure = {id for id, token in added.items() if not (falls_back and not token.special and token.content in pieces)}
        self.contents = {id: token.content for id, token in added.items()}
        bytes_of = bytes_of_piece if falls_back else bytes_of_characters()
        self.bytes = [b""] * (1 + max([*pieces.values(), *added]))
        separators = {}
        for token, id in pieces.items():
            if id in self.structure:
                continue
            self.bytes[id] = own = bytes_of(token)
            if own in SEPARATORS and (own not in separators or not BYTE.fullmatch(token)):
                separators[own] = id  # A piece of its own, where bytes have ids as well.
        self.newline, self.space, self.empty_line = map(separators.get, SEPARATORS)

    def text(self, ids, with_structure=False):
        """The text of ids; on demand with what structure is called."""
        of = lambda id: self.contents[id].encode() if with_structure and id in self.structure else self.bytes[id]
        return b"".join(map(of, ids)).decode("utf-8", "replace")


def bytes_of_piece(token):
    byte = BYTE.fullmatch(token)
    return bytes([int(byte[1], 16)]) if byte else token.replace(SPACE_MARK, " ").encode()


def bytes_of_characters():
    """As `bytes_to_unicode` of GPT-2's encoder.py: printable bytes are themselves, the others come from 256 on."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in printable]
    known = {chr(byte): byte for byte in printable} | {chr(256 + place): byte for place, byte in enumerate(others)}
    return lambda token: bytes(known.get(character, 0x3F) for character in token)
