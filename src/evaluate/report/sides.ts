/** Whose figure it is, in the colours of all charts. */
export const sides = {
  real: { label: "the real person", colour: "var(--persona)" },
  run: { label: "the run", colour: "var(--next)" },
  friends: { label: "friends", colour: "var(--friends)" },
  base: { label: "the base", colour: "var(--muted)" },
};
