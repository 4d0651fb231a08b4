import fc from "fast-check";
import { expect, test } from "vitest";
import { StructureScanner } from "../../../../src/ingest/formats/json/structure-scanner.ts";
import { cut } from "../json-pieces.ts";

test("only what stands outside of strings is structure", () => {
  expect(scan([Buffer.from('{"a{}[],:":"\\"}\\\\","b":[1,2]}')]).structure).toBe("{:,:[,]}");
});

test("structure and keys are the same wherever the chunks are cut", () => {
  const cuts = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(fc.json({ maxDepth: 4 }), cuts, (json, sizes) => {
      const whole = scan([Buffer.from(json)]);
      expect(scan(cut(Buffer.from(json), sizes))).toEqual(whole);
      expect(scan(cut(Buffer.from(json), [1]))).toEqual(whole);
    }),
    { seed: 1, numRuns: 500 },
  );
});

test.each(["messages", 'quo"ted', "back\\slash", "\\", '\\"', "é😀", ""])("the key %j is known", (key) => {
  const json = JSON.stringify({ [key]: 1 });
  expect(scan(cut(Buffer.from(json), [1])).keys).toEqual([key]);
});

test("a key that is written with escapes is the same key", () => {
  expect(scan([Buffer.from('{"\\u006dessages":1}')]).keys).toEqual(["messages"]);
});

test("the end of a long key is not taken for a key of its own", () => {
  const json = Buffer.from(`{"${"x".repeat(50)}messages":1}`);
  for (let at = 1; at < json.length; at++) {
    expect(scan([json.subarray(0, at), json.subarray(at)]).keys).not.toContain("messages");
  }
});

function scan(chunks: Buffer[]): { structure: string; keys: string[] } {
  const scanner = new StructureScanner();
  let structure = "";
  const keys: string[] = [];
  for (const chunk of chunks) {
    for (let at = scanner.next(chunk, 0); at < chunk.length; at = scanner.next(chunk, at + 1)) {
      const character = String.fromCharCode(chunk[at] as number);
      structure += character;
      if (character === ":") keys.push(scanner.lastString);
    }
  }
  return { structure, keys };
}
