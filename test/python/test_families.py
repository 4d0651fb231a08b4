"""The table of families says what is so.

    .venv/bin/python -m unittest discover -s test/python -p test_families.py
"""

import tempfile
import unittest
from pathlib import Path

import families
import family_table


class Table(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        family_table.convert_in_a_copy_of_this_process()

    def test_it_has_every_family_that_transformers_and_llama_cpp_share(self):
        self.assertEqual(sorted(family_table.read_rows()), sorted(families.shared_families().values()))

    def test_the_readme_quotes_it(self):
        served = sum(answers == family_table.WORKS for _, answers, _ in family_table.read_rows().values())
        self.assertIn(f"of {served} [families](docs/families.md)", Path("README.md").read_text("utf-8"))

    def test_what_it_says_of_some_is_so_still(self):
        written = family_table.read_rows()
        for family in ("qwen3", "bloom", "bitnet"):
            self.assertEqual(family_table.row_of(family), written[family], family)

    def test_those_of_the_presets_are_trained_and_answer(self):
        written = family_table.read_rows()
        for family in ("gpt2", "llama", "qwen2", "qwen3", "smollm3", "olmo2", "granitemoehybrid", "gemma3_text"):
            self.assertEqual(written[family][:2], (family_table.WORKS, family_table.WORKS), family)

    def test_granites_without_states_and_experts_which_are_of_the_family_of_its_hybrids_are_trained_and_answer_too(self):
        dense = {"layer_types": ["full_attention"] * 2, "num_local_experts": 0, "num_experts_per_tok": 0, "position_embedding_type": "rope"}
        with tempfile.TemporaryDirectory() as folder:
            events = family_table.run_through(Path(folder), "granitemoehybrid", **dense, shared_intermediate_size=4 * families.WIDTH)
        self.assertEqual(events[-1]["type"], "finished")
        self.assertFalse([event["message"] for event in events if event["type"] == "warning"])

    def test_families_whose_vocabularies_are_of_sentencepiece_are_trained_resumed_and_served_too(self):
        for family, shape in (("gemma3_text", "gemma"), ("llama", "llama"), ("mistral", "mistral")):
            with tempfile.TemporaryDirectory() as folder:
                events = family_table.run_through(Path(folder), family, shape=shape)
                self.assertEqual(events[-1]["type"], "finished", family)
                self.assertFalse([event for event in events if event["type"] == "warning" and "llama.cpp" in event["message"]], family)


if __name__ == "__main__":
    unittest.main()
