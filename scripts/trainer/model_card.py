"""The model's README: how it was made and what it is good for. It names no person and quotes no message."""

from trainer.record import dataset_hash, environment

TEMPLATE = """---
base_model: {base}
library_name: transformers
pipeline_tag: text-generation
---

# A persona

This model writes in one person's voice. It was fine-tuned on that person's private messages, and expects conversations in
the `{rendering}` format of `persona prepare`. It can repeat what it has read: treat it as you would treat the messages, and
do not publish it. What it says was not said by the person.

| | |
|---|---|
| base | {base} {revision} |
| data set (sha256) | {dataset} |
| training tokens | {trainTokens:,}, of which {supervisedTokens:,} are the person's own words |
| steps | {steps} of {rowsPerStep} rows of {contextLength:,} tokens ({epochs:.2f} epochs) |
| trained weights | {trainableParameters:,} of {parameters:,} |
| learning rate | {learningRate:g}, {schedule} |
| held-out loss | {first} before, {best} at step {best_step} (nats a token, the person's words) |
| bits a byte of the person's words | {bits} |
| loss on others' words | {general_first} before, {general_last} after (what is general, to see forgetting) |
| GGUF against the model | {agreement} |
| made with | torch {torch}, transformers {transformers}, commit {commit} |
"""


def write_card(path, arguments, shards, plan, progress, agreement):
    made_with = environment("cpu")
    text = TEMPLATE.format(
        base=arguments.base,
        revision=f"at {arguments.revision}" if arguments.revision else "",
        rendering=shards.manifest.get("rendering", "plain"),
        dataset=dataset_hash(shards.manifest),
        first=nats(progress.first_loss),
        best=nats(progress.best_loss),
        best_step=progress.best_step,
        bits=describe_bits(progress.bits_per_byte(persona=True)),
        general_first=nats(progress.first_general_loss),
        general_last=nats(progress.general_loss),
        agreement=describe_agreement(agreement),
        torch=made_with["packages"]["torch"],
        transformers=made_with["packages"]["transformers"],
        commit=made_with["gitCommit"] or "unknown",
        **plan,
    )
    path.write_text(text, "utf-8")


def nats(value):
    return "not measured" if value is None else f"{value:.3f}"


def describe_bits(bits):
    return "not measured" if bits is None else f"{bits['before']:.3f} before, {bits['best']:.3f} at the best step (bubble breaks and ends apart)"


def describe_agreement(agreement):
    """`q8_0: same first choice at 99.10 % of 5,000 positions, …` for each file."""
    lines = [
        f"{kind}: same first choice at {100 * found['top1Agreement']:.2f} % of {found['positions']:,} positions, "
        f"mean divergence {found['meanDivergence']:.2g} nats"
        for kind, found in agreement.items()
    ]
    return "; ".join(lines) or "not measured"
