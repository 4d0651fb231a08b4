"""What a person can choose about a run: `choices.json`, which the command line in TypeScript reads too."""

import argparse
import json
import math
import operator
import re
from pathlib import Path

from trainer.events import Problem

TABLE = json.loads(Path(__file__).with_suffix(".json").read_text("utf-8"))
CHOICES = {name: choice for group in TABLE["choices"].values() for name, choice in group.items()}
BOUNDS = {
    "above": (operator.gt, "above"),
    "atLeast": (operator.ge, "of at least"),
    "below": (operator.lt, "below"),
    "atMost": (operator.le, "of at most"),
}


def add_choices(parser):
    """A flag for each choice, grouped as in the table."""
    for title, group in TABLE["choices"].items():
        flags = parser.add_argument_group(title)
        for name, choice in group.items():
            if not choice.get("forWorker"):
                add_flag(flags, f"--{separated(name, '-')}", choice)


def add_flag(group, flag, choice):
    words = {"default": choice.get("default"), "help": help_of(choice)}
    if "boolean" in choice:
        group.add_argument(flag, action=argparse.BooleanOptionalAction if "no" in choice else "store_true", **words)
    else:
        shown = "{" + ",".join(choice["oneOf"]) + "}" if "oneOf" in choice else choice.get("value", choice.get("unit", "n"))
        group.add_argument(flag, type=lambda text: read(flag, choice, text), metavar=shown, **words)


def help_of(choice):
    default = [str(choice[key]) for key in ("default", "otherwise") if choice.get(key) not in (None, False)]
    return (choice["help"] + (f" (default: {', '.join(default)})" if default else "")).replace("%", "%%")


def read(flag, choice, text):
    """The value that the text of a flag stands for."""
    if "text" in choice and not text.strip():
        raise Problem(f"{flag} is empty.", "Give it a value, or leave it out.")
    value = value_of(choice, text)
    if value is None:
        raise Problem(f"{flag} takes {describe(choice)}, not {text}", "Choose another value, or leave it out.")
    return value


def given_path(text):
    """An empty path would be the folder that one happens to be in."""
    if not text.strip():
        raise argparse.ArgumentTypeError("a path is empty")
    return Path(text)


def value_of(choice, text):
    """None for what the choice does not take."""
    if "oneOf" in choice:
        return text if text in choice["oneOf"] else None
    if "text" in choice:
        return text if re.fullmatch(choice["text"].get("pattern", ".*"), text) else None
    try:
        number = float(text)
    except ValueError:
        return None
    bounds = choice.get("integer", choice.get("number"))
    if not math.isfinite(number) or not all(BOUNDS[name][0](number, bound) for name, bound in bounds.items()):
        return None
    if "integer" in choice:
        return int(number) if number.is_integer() else None
    return number


def describe(choice):
    """What a choice takes, for people."""
    if "oneOf" in choice:
        return " or ".join(choice["oneOf"])
    if "text" in choice:
        return choice["text"].get("allowed", "a text")
    kind, bounds = ("a whole number", choice["integer"]) if "integer" in choice else ("a number", choice["number"])
    return f"{kind} {' and '.join(f'{BOUNDS[name][1]} {bound}' for name, bound in bounds.items())}"


def refuse_contradictions(arguments):
    """Raises a problem for choices that cannot both be followed."""
    values = {name: getattr(arguments, separated(name, "_"), None) for name in CHOICES}
    for contradiction in TABLE["contradictions"]:
        if all(is_met(name, values[name], condition) for name, condition in contradiction["when"].items()):
            raise Problem(contradiction["problem"], contradiction["fix"])


def is_met(name, value, condition):
    if isinstance(condition, dict):
        other = condition["not"]
        return value != (CHOICES[name].get("default") if other == "default" else other)
    return value == condition or (condition is False and value is None)


def separated(name, mark):
    """`learningRate` as `learning-rate` or `learning_rate`."""
    return re.sub("[A-Z]", lambda letter: mark + letter[0].lower(), name)
