"""SentencePiece vocabularies on their way into GGUF and back.

    .venv/bin/python -m unittest discover -s test/python -p test_sentence_pieces.py
"""

import json
import shutil
import tempfile
import unittest
from pathlib import Path

import families
import sentence_pieces
import tiny  # noqa: F401 (finds the scripts)
import torch
from tokenizers import Tokenizer
from trainer.bases import resolve
from trainer.events import Problem
from trainer.model_files import write_gguf
from trainer.gguf_bases import fields_of
from trainer.sentence_pieces import is_sentence_piece, tokenizer_of_gguf
from trainer.vocabulary import Vocabulary
from transformers import AutoModelForCausalLM

TEXTS = ["hey are you coming tonight?", "yes in  ten minutes! olá", "  > </ <h1> 👩‍👩‍👧", "not known: ∮ \t", "never said this", ""]


class InGguf(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))

    def gguf(self, shape, family):
        size = sentence_pieces.write(self.folder / shape, shape)
        families.model_of(family, vocab_size=size + 8).save_pretrained(self.folder / shape)
        write_gguf(self.folder / shape, self.folder / f"{shape}.gguf", "f32")
        return self.folder / f"{shape}.gguf", size

    def test_pieces_come_back_out_of_a_gguf_with_the_ids_that_they_had(self):
        for shape, family in (("gemma", "gemma3_text"), ("llama", "llama"), ("mistral", "mistral")):
            file, size = self.gguf(shape, family)
            content, config = tokenizer_of_gguf(fields_of(file))
            before = Tokenizer.from_file(str(self.folder / shape / "tokenizer.json"))
            after = Tokenizer.from_str(json.dumps(content))
            self.assertTrue(is_sentence_piece(content))
            self.assertEqual(after.get_vocab_size(), size + 8)
            for text in TEXTS:
                ids = after.encode(text, add_special_tokens=False).ids
                self.assertEqual(ids, without_prefix(before).encode(text, add_special_tokens=False).ids, (shape, text))
                self.assertEqual(Vocabulary(after).text(ids), text)
            expected = json.loads((self.folder / shape / "tokenizer_config.json").read_text())
            self.assertEqual({name: config[name] for name in expected}, expected)

    def test_a_gguf_is_a_base_whose_weights_and_words_are_those_of_the_file(self):
        file, _ = self.gguf("gemma", "gemma3_text")
        folder, revision = resolve(str(file))
        self.addCleanup(shutil.rmtree, folder)
        before, after = (AutoModelForCausalLM.from_pretrained(each).eval() for each in (self.folder / "gemma", folder))
        ids = torch.arange(20)[None]
        self.assertLess((before(ids).logits - after(ids).logits).abs().max().item(), 1e-3)
        self.assertEqual((resolve(str(file)), revision), ((folder, None), None))
        self.assertTrue(is_sentence_piece(json.loads((folder / "tokenizer.json").read_text("utf-8"))))

    def test_what_is_no_gguf_is_a_problem_of_two_lines(self):
        with self.assertRaisesRegex(Problem, "There is no file"):
            resolve(str(self.folder / "none.gguf"))
        (self.folder / "damaged.gguf").write_bytes(b"GGUF and nothing more")
        with self.assertRaisesRegex(Problem, "damaged.gguf cannot be unpacked"):
            resolve(str(self.folder / "damaged.gguf"))


def without_prefix(tokenizer):
    """As this project makes ids: with no space in front."""
    content = json.loads(tokenizer.to_str())
    content["normalizer"], content["pre_tokenizer"] = sentence_pieces.MARKED, None
    return Tokenizer.from_str(json.dumps(content))


if __name__ == "__main__":
    unittest.main()
