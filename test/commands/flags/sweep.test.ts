import { expect, test } from "vitest";
import { describeCombination, readCombinations } from "../../../src/commands/flags/sweep.ts";
import { UsageError } from "../../../src/errors.ts";

const read = (...words: string[]) => readCombinations(words, {}, 16);

test("every combination of the values is a run", () => {
  expect(read("learningRate=1e-5,3e-5", "epochs=1,2").map(describeCombination)).toEqual([
    "learningRate=0.00001 epochs=1",
    "learningRate=0.00001 epochs=2",
    "learningRate=0.00003 epochs=1",
    "learningRate=0.00003 epochs=2",
  ]);
  expect(read("lora=true,false", "base=gpt2")).toEqual([
    { lora: true, base: "gpt2" },
    { lora: false, base: "gpt2" },
  ]);
});

test("the same value twice is one, however it is written", () => {
  expect(read("--learning-rate=1e-5,0.00001", "learningRate= 1e-5")).toEqual([{ learningRate: 1e-5 }]);
});

test.each([
  ["learningRat=1", '--sweep knows no setting "learningRat".', 'Did you mean "learningRate"'],
  ["constructor=1", '--sweep knows no setting "constructor".', "persona train --help lists the settings."],
  ["epochs", "--sweep takes settings with their values, not epochs.", "learningRate=1e-5,3e-5 epochs=1,2"],
  ["epochs=", "--sweep takes settings with their values, not epochs=.", "learningRate=1e-5,3e-5 epochs=1,2"],
  ["epochs=1,,2", '--sweep epochs takes a number above 0, not "".', "Choose another value"],
  ["epochs=0", "--sweep epochs takes a number above 0, not 0.", "Choose another value"],
  ["lora=maybe", "--sweep lora takes true or false, not maybe.", "Choose another value"],
  ["schedule=cosin", "--sweep schedule takes cosine, constant or wsd, not cosin.", "Choose another value"],
])("%s is refused with what to write instead", (word, problem, fix) => {
  const refused = catchError(() => read(word));

  expect(refused).toBeInstanceOf(UsageError);
  expect(refused.message).toBe(problem);
  expect(refused.fix).toContain(fix);
});

test("settings that change which held-out words are measured cannot be swept over, and may have one value", () => {
  for (const name of ["contextLength", "evaluationRows"]) {
    const { message, fix } = catchError(() => read(`${name}=32,128`, "epochs=1,2"));

    expect(message).toContain(`${name} cannot be swept over. `);
    expect(message).toContain("other held-out words");
    expect(fix).toContain(`--sweep ${name}=32`);
    expect(read(`${name}=32`, "epochs=1,2")).toHaveLength(2);
  }
});

test("more runs than are allowed are refused with the flag that allows them", () => {
  const words = ["learningRate=1,2,3,4", "epochs=1,2,3,4", "seed=1,2"];

  const { message, fix } = catchError(() => read(...words));
  expect(message).toBe("This sweep is 32 runs, and more than 16 are refused.");
  expect(fix).toContain("--max-runs 32");
  expect(readCombinations(words, {}, 32)).toHaveLength(32);
});

test("what a flag sets for all runs cannot be swept over", () => {
  expect(() => readCombinations(["epochs=1,2"], { epochs: 3 }, 16)).toThrow(
    "epochs is set for all runs by a flag, and swept over.",
  );
});

function catchError(work: () => unknown): UsageError {
  try {
    work();
  } catch (error) {
    return error as UsageError;
  }
  throw new Error("nothing was refused");
}
