"""Takes a tiny model of every family that transformers and llama.cpp share through a whole run, and writes down how far it comes.

    .venv/bin/python test/python/family_table.py                 # all of docs/families.md
    .venv/bin/python test/python/family_table.py llama mamba     # their rows anew, all others as they stand

Each is trained for a step, stopped, resumed, exported, loaded by the engine that serves personas, and compared with what the
engine computes. All of them take a quarter of an hour on two cores.
"""

import contextlib
import io
import os
import re
import sys
import tempfile
import warnings
from pathlib import Path

import tiny
import families
import sentence_pieces
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
import export_gguf
import trainer.export
import trainer.model_files
import trainer.trial
from trainer.events import Problem

PAGE = Path("docs/families.md")
TITLES = ("family", "trained and resumed", "answers", "why not")
WORKS, FAILS, UNTRIED = "yes", "no", "untried"


def main():
    asked = sys.argv[1:]
    rows = read_rows() if asked else {}
    for family in sorted(asked or families.shared_families().values()):
        rows[family] = row_of(family)
        print(family, *rows[family], file=sys.stderr, flush=True)
        write_rows(rows)


def convert_in_a_copy_of_this_process():
    """As the converter's own program does, without loading PyTorch for each file."""

    def write_gguf(directory, out, kind):
        read, write = os.pipe()
        if child := os.fork():
            os.close(write)
            with os.fdopen(read) as words:
                said = words.read()
            if status := os.waitpid(child, 0)[1]:
                raise trainer.model_files.refusal_of_converter(said, os.waitstatus_to_exitcode(status))
            return
        code = 1
        try:
            for stream in (1, 2):
                os.dup2(write, stream)
            sys.stdout, sys.stderr = os.fdopen(1, "w"), os.fdopen(2, "w")
            export_gguf.export(directory, out, kind)
            code = 0
        except BaseException as error:
            print(f"{type(error).__name__}: {error}", flush=True)
        finally:
            os._exit(code)

    trainer.export.write_gguf = trainer.trial.write_gguf = write_gguf


def row_of(family):
    """Whether it is trained, whether it is served, and the reason where it is not."""
    try:
        families.model_of(family)
    except Exception as error:
        return UNTRIED, UNTRIED, in_one_line(f"no tiny model of it could be made ({type(error).__name__})")
    why_not = trouble_with(family)
    if why_not is None:
        return WORKS, WORKS, ""
    # A family that cannot be served may be trained for other programs all the same.
    untrained = trouble_with(family, "--gguf", "none")
    return (WORKS, FAILS, why_not) if untrained is None else (FAILS, FAILS, untrained)


def trouble_with(family, *words):
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
        try:
            events = run_through(Path(folder), family, *words)
        except Problem as problem:
            return in_one_line(problem.reason, folder)
        except Exception as error:
            return in_one_line(f"{type(error).__name__}: {error}", folder)
    if events[-1]["type"] != "finished":
        return f"it ended with {events[-1]['type']}"
    warnings = (event["message"] for event in events if event["type"] == "warning")
    return next((message for message in warnings if "computes something else" in message), None)


def in_one_line(reason, folder=None):
    first = re.sub(" +", " ", reason.replace("|", "/").replace(f"{folder}/base", "the base")).splitlines()[0]
    return first if len(first) <= 140 else f"{first[:139]}…"


def run_through(folder, family, *words, shape=None, **settings):
    """The events of a run that was stopped after a step and resumed; with a vocabulary of SentencePiece of some shape on demand."""
    (folder / "shards").mkdir()
    size = sentence_pieces.write(folder / "shards", shape) if shape else families.WORDS
    tiny.write_shards(folder / "shards", tiny.random_conversations(0, 40), vocabulary=size)
    if shape is None:
        write_tokenizer(folder / "shards/tokenizer.json")
    else:
        sentence_pieces.write(folder / "shards", shape)  # Over what stands there for others.
    families.model_of(family, vocab_size=size, **settings).save_pretrained(folder / "base")
    for name in ("tokenizer.json", "tokenizer_config.json"):
        (folder / "base" / name).write_bytes((folder / "shards" / name).read_bytes())
    always = ["--base", folder / "base", "--steps", "2", "--agreement-positions", "0", "--gguf", "f16", *words]
    tiny.train(folder, "run", *always, stop_at_look=1, exported=True)
    return tiny.train(folder, "run", *always, "--resume", exported=True)


def write_tokenizer(path):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=families.WORDS, initial_alphabet=alphabet, special_tokens=["<|endoftext|>"])
    tokenizer.train_from_iterator([f"one {number} two three{number} " for number in range(400)], trainer)
    tokenizer.save(str(path))


def read_rows():
    found = re.findall(r"^\| `(\w+)` +\| (\w+) +\| (\w+) +\| (.*?) *\|$", PAGE.read_text("utf-8"), re.M)
    return {family: tuple(rest) for family, *rest in found}


def write_rows(rows):
    """Writes the page anew: its words with the numbers in them, and the table."""
    served = sum(row[1] == WORKS for row in rows.values())
    trained = sum(row[0] == WORKS for row in rows.values())
    untried = sum(row[0] == UNTRIED for row in rows.values())
    cells = [TITLES, *((f"`{family}`", *row) for family, row in sorted(rows.items()))]
    widths = [max(len(row[column]) for row in cells) for column in range(len(TITLES))]
    lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |" for row in cells]
    lines.insert(1, "| " + " | ".join("-" * width for width in widths) + " |")
    PAGE.write_text(WORDS.format(families=len(rows), served=served, trained=trained, untried=untried) + "\n".join(lines) + "\n", "utf-8")


WORDS = """# Families of models

A base that is no preset belongs to a family, which its `config.json` calls `model_type`. Of the {families} families that transformers
and llama.cpp share, {served} can be trained and then answer; {trained} can be trained, with `--gguf none` where llama.cpp cannot serve
them; {untried} have not been tried. A family that is not in the table has no GGUF, and is refused before the first step.

`test/python/family_table.py` makes this table: a tiny model of each family, with random weights, is trained for a step, stopped,
resumed, exported, loaded by the engine that serves personas, and compared with what the engine computes. Before a run's first step the
same is tried with a model of the base's own shape, and that decides.

"""


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    convert_in_a_copy_of_this_process()
    main()
