import { expect, test } from "vitest";
import { AnswerReader } from "../../../src/serve/models/answer-reader.ts";

test("an answer is one message, whatever lines it has, up to what is no text", () => {
  expect(read("Sure:\n\n- one\n- two\n")).toEqual({
    told: "Sure:\n\n- one\n- two",
    said: ["Sure:\n\n- one\n- two"],
  });
  expect(read("  \n ")).toEqual({ told: "", said: [] });
});

test("text that opens another turn ends an answer, and nothing of it is told", () => {
  expect(read("Yes. #1\n\n### End\n\n### Instruction:\nmore", ["### End"])).toEqual({
    told: "Yes. #1",
    said: ["Yes. #1"],
  });
  expect(read("a ### Enough", ["### End"])).toEqual({ told: "a ### Enough", said: ["a ### Enough"] });
});

test("what a model thinks first is not said", () => {
  expect(read("<think>\nwell, well\n</think>\n\nYes.")).toEqual({ told: "Yes.", said: ["Yes."] });
  expect(read("<thin ice> is <think> fine")).toEqual({
    told: "<thin ice> is <think> fine",
    said: ["<thin ice> is <think> fine"],
  });
  expect(read("<think>for ever")).toEqual({ told: "", said: [] });
});

test("a character of several ids is told once it is whole", () => {
  expect(read("né 🦜!")).toEqual({ told: "né 🦜!", said: ["né 🦜!"] });
});

test("of empty lines in a row two are left, but in a block of code all", () => {
  const code = `\`\`\`\na${"\n".repeat(9)}b\n\`\`\``;
  const text = (empty: string) => `one${empty}two\n\n${code}${empty}three\n\n\nfour`;
  const folded = text("\n\n\n");

  expect(read(text("\n".repeat(1000)))).toEqual({ told: folded, said: [folded] });
  expect(read(text("\n \t\n \n\n"))).toEqual({ told: folded, said: [folded] });
});

/** Reads a text byte by byte. */
function read(text: string, stops: string[] = []): { told: string; said: string[] } {
  const reader = new AnswerReader({
    bytesOf: (id) => (id < 0 ? new Uint8Array() : Uint8Array.of(id)),
    stops,
  });
  const events = [...[...Buffer.from(text), -1].flatMap((id) => reader.push(id)), ...reader.end()];
  return {
    told: events.flatMap((event) => (event.type === "bubble-delta" ? [event.text] : [])).join(""),
    said: events.flatMap((event) => (event.type === "bubble-end" ? [event.bubble] : [])),
  };
}
