"""Bytes of ids, for byte-level and SentencePiece vocabularies.

    .venv/bin/python -m unittest discover -s test/python -p test_vocabulary.py
"""

import tempfile
import unittest
from pathlib import Path

import numpy as np
import sentence_pieces
import talks
import tiny  # noqa: F401 (finds the scripts)
from tokenizers import Tokenizer
from trainer.shards import Shards
from trainer.vocabulary import Vocabulary
from trainer.words import word_bytes

TEXT = "Olá, you:  são 👩‍👩‍👧 <h1> 2024   \tx"


class Vocabularies(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))

    def vocabularies(self):
        """Each with its tokeniser, and what it puts in front of a text."""
        shards = Shards(talks.write(self.folder / "shards", talks.conversations(8, 1), talks.conversations(2, 2)))
        yield "byte-level", shards.tokenizer, ""
        for shape in sentence_pieces.SHAPES:
            sentence_pieces.write(self.folder / shape, shape)
            yield shape, Tokenizer.from_file(str(self.folder / shape / "tokenizer.json")), "" if shape == "gemma" else " "

    def test_texts_come_back_from_their_ids(self):
        for shape, tokenizer, front in self.vocabularies():
            ids = tokenizer.encode(TEXT, add_special_tokens=False).ids
            self.assertEqual(Vocabulary(tokenizer).text(ids), front + TEXT, shape)

    def test_newline_and_space_have_ids_of_their_own_which_are_no_words(self):
        for shape, tokenizer, _ in self.vocabularies():
            vocabulary = Vocabulary(tokenizer)
            self.assertEqual(vocabulary.text([vocabulary.newline, vocabulary.space]), "\n ", shape)
            word = tokenizer.encode("you", add_special_tokens=False).ids
            ids = np.array([*word, vocabulary.newline, vocabulary.space, *word, vocabulary.newline, *word, *sorted(vocabulary.structure)])
            lengths = word_bytes(type("Split", (), {"ids": ids})(), tokenizer)
            separators = [len(word), len(word) + 1, 2 * len(word) + 2]
            self.assertFalse(lengths[separators].any() or lengths[3 * len(word) + 3 :].any(), shape)
            self.assertEqual(lengths.sum(), 3 * len(vocabulary.text(word).encode()), shape)

    def test_what_is_called_structure_is_no_text(self):
        for shape, tokenizer, _ in self.vocabularies():
            vocabulary = Vocabulary(tokenizer)
            named = {vocabulary.contents[id] for id in vocabulary.structure}
            self.assertEqual("<h1>" in named, False, shape)
            self.assertTrue(named >= {"<unk>"} or shape == "byte-level", shape)
            self.assertEqual(vocabulary.text(sorted(vocabulary.structure)), "", shape)


if __name__ == "__main__":
    unittest.main()
