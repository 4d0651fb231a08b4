"""A plain training loop in the style of nanoGPT's, for comparison: a GPT-2 of its own, rows cut anywhere, loss on every token."""

import torch
import torch.nn as nn
import torch.nn.functional as F


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.before_attention, self.before_inner = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.inner = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(approximate="tanh"), nn.Linear(4 * width, width))

    def forward(self, states):
        rows, length, width = states.shape
        parts = self.attention(self.before_attention(states)).view(rows, length, 3, self.heads, -1)
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        attended = F.scaled_dot_product_attention(query, key, value, is_causal=True)
        states = states + self.out(attended.transpose(1, 2).reshape(rows, length, width))
        return states + self.inner(self.before_inner(states))


class PlainGPT(nn.Module):
    def __init__(self, layers, heads, width, vocabulary, context):
        super().__init__()
        self.words, self.places = nn.Embedding(vocabulary, width), nn.Embedding(context, width)
        self.blocks = nn.ModuleList(Block(width, heads) for _ in range(layers))
        self.norm = nn.LayerNorm(width)
        for module in self.modules():
            if isinstance(module, (nn.Linear, nn.Embedding)):
                nn.init.normal_(module.weight, std=0.02)

    def forward(self, ids, targets):
        states = self.words(ids) + self.places(torch.arange(ids.shape[1], device=ids.device))
        for block in self.blocks:
            states = block(states)
        logits = self.norm(states) @ self.words.weight.T  # The same weights at both ends.
        return F.cross_entropy(logits.flatten(0, 1).float(), targets.flatten())

    def flops_of_a_token(self, context):
        """As `trainer/record.py` counts them, with every token a target and rows that are one document."""
        layers, width = len(self.blocks), self.norm.weight.numel()
        body = sum(p.numel() for p in [*self.blocks.parameters(), *self.norm.parameters()])
        return 6 * body + 6 * layers * width * context + 6 * self.words.weight.numel()


def steps_of(model, ids, machine, context, rows, micro_batch, compiles):
    """Makes an optimiser step each time it is asked, and gives the loss: random rows, accumulation, clipping, fused AdamW."""
    decayed = [p for p in model.parameters() if p.dim() >= 2]
    others = [p for p in model.parameters() if p.dim() < 2]
    groups = [{"params": decayed, "weight_decay": 0.1}, {"params": others, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=3e-5, betas=(0.9, 0.95), fused=True)
    run = torch.compile(model) if compiles else model
    generator = torch.Generator().manual_seed(1)
    ids = torch.as_tensor(ids)
    while True:
        for _ in range(rows // micro_batch):
            starts = torch.randint(len(ids) - context, (micro_batch,), generator=generator)
            pieces = torch.stack([ids[start : start + context + 1] for start in starts.tolist()]).to(machine.device)
            with machine.autocast():
                loss = run(pieces[:, :-1].contiguous(), pieces[:, 1:].contiguous())
            (loss * micro_batch / rows).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        yield loss.item()
