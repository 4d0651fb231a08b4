"""The trainer's command line: how it is started, and every choice of `choices.json`."""

import argparse

from trainer.bases import preset_settings
from trainer.choices import add_choices, given_path, refuse_contradictions
from trainer.events import Problem


def parse(description, words=None):
    """Reads the command line; what was not given comes from the base's preset, else from the table of choices."""
    parser = make_parser(description)
    given = parser.parse_known_args(words)[0]
    preset = preset_settings(given.base)
    if preset.get("lora") and given.lora is False:
        preset = {}  # They are the settings of its adapters.
    parser.set_defaults(**preset)
    arguments = parser.parse_args(words)
    if not arguments.resume:  # What a run was begun with was accepted then.
        refuse_contradictions(arguments)
    return complete(arguments)


def make_parser(description):
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shards", type=given_path, required=True, help="folder of a data set")
    parser.add_argument("--run", type=given_path, required=True, help="folder of the run")
    parser.add_argument("--revision", help="commit of the base's repository")
    parser.add_argument("--start-from", type=given_path, metavar="DIR", help="model folder of another run, whose weights to go on from")
    parser.add_argument("--refine", action="store_true", help="prefer the persona's replies to those that the run started from would give")
    parser.add_argument("--attempt", type=int, default=1, help="which attempt at the run this is; artifacts lie under it")
    parser.add_argument("--resume", action="store_true", help="go on from the newest whole checkpoint of any attempt")
    parser.add_argument("--until-share", type=float, metavar="SHARE", help="save and wait at the evaluation nearest to this share of the steps")
    parser.add_argument("--no-export", action="store_true", help="leave out the merged model and the GGUF")
    parser.add_argument("--bases", type=given_path, metavar="DIR", help="where runs with adapters share the GGUF of their base (default: in the run)")
    parser.add_argument("--spare-cores", type=int, default=0, metavar="N", help="compute with so many cores fewer than there are, but one at least")
    parser.add_argument("--watch-parent", action="store_true", help="save and end when stdin closes")
    add_choices(parser)
    return parser


def complete(arguments):
    """Fills in the defaults that follow from other choices."""
    if arguments.refine and not arguments.start_from:
        raise Problem("A refinement goes on from a run's model, and none was named", "Refine a run: persona train --refine RUN")
    if arguments.lora is None:
        arguments.lora = False
    if arguments.bases is None:
        arguments.bases = arguments.run / "bases"
    if arguments.learning_rate is None:
        is_new = arguments.base.startswith("scratch:") and not arguments.start_from
        arguments.learning_rate = 2e-4 if arguments.lora else 1e-3 if is_new else 3e-5
    if arguments.lora_alpha is None:
        arguments.lora_alpha = 2 * arguments.lora_rank**0.5 if arguments.rslora else 2 * arguments.lora_rank
    return arguments
