import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { build } from "rolldown";
import { afterEach, expect, test } from "vitest";
import { UserError } from "../../src/errors.ts";
import { WorkerPool } from "../../src/worker-threads/index.ts";
import { multiplyBy, type Product, programName, type Task } from "./multiply.ts";

type Factor = { factor: number };
const doubling = { context: { factor: 2 }, doTask: multiplyBy({ factor: 2 }) };
const numbers = Array.from({ length: 200 }, (_, index) => index);

const program = await buildProgram();
const pools: WorkerPool<Factor, Task, Product>[] = [];

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

test("worker threads and the main thread share the tasks, and each is done once", async () => {
  const results: [Task, Product][] = [];
  let progress = 0;
  await openPool(2).run(numbers, {
    ...doubling,
    onResult: (result, task) => results.push([task, result]),
    onProgress: (more) => {
      progress += more;
    },
  });

  const products = results.map(([task, { product }]) => [Number(task), product] as const);
  expect(products.toSorted(([a], [b]) => a - b)).toEqual(numbers.map((number) => [number, 2 * number]));
  expect(new Set(results.map(([, { isOfWorker }]) => isOfWorker))).toEqual(new Set([true, false]));
  expect(progress).toBe(numbers.length);
});

test("a pool without worker threads does everything on the main thread, in order", async () => {
  const results: Product[] = [];
  await openPool(0).run([3, 1, 2], { ...doubling, onResult: (result) => results.push(result) });

  expect(results).toEqual([6, 2, 4].map((product) => ({ product, isOfWorker: false })));
});

test("a worker thread is told of another context", async () => {
  const pool = openPool(1);

  expect(await doAside(pool, 7)).toMatchObject({ product: 14 });
  expect(await doAside(pool, 7, { ...doubling, context: { factor: 5 } })).toMatchObject({ product: 35 });
});

test("a worker thread does a task while the main thread does something else; without one, they follow each other", async () => {
  const order: string[] = [];
  const doTask: typeof doubling.doTask = async (task, onProgress) => {
    order.push("task");
    return doubling.doTask(task, onProgress);
  };
  const other = async () => order.push("other");

  expect(await openPool(1).runBeside(7, { ...doubling, doTask }, other)).toEqual([
    { product: 14, isOfWorker: true },
    1,
  ]);
  expect(await openPool(0).runBeside(7, { ...doubling, doTask }, other)).toEqual([
    { product: 14, isOfWorker: false },
    3,
  ]);
  expect(order).toEqual(["other", "task", "other"]);
});

test("what a person can mend is still that when a worker thread met it", async () => {
  const error = await doAside(openPool(1), "fail").catch((thrown: unknown) => thrown);

  expect(error).toBeInstanceOf(UserError);
  expect(error).toMatchObject({ message: "The number is missing.", fix: "Write it down." });
});

test("a worker thread that ends in the middle ends the run, and so does one that never began", async () => {
  await expect(doAside(openPool(1), "exit")).rejects.toThrow("ended with exit code 3");

  const missing = openPool(1, path.join(tmpdir(), "no such program.mjs"));
  await expect(doAside(missing, 7)).rejects.toThrow("Cannot find module");
  await expect(doAside(missing, 7)).rejects.toThrow("Cannot find module");
});

test("an error of whoever hears of results ends the run, on whichever thread the task was done", async () => {
  for (const failsAtWorker of [true, false]) {
    const onResult = ({ isOfWorker }: Product) => {
      if (isOfWorker === failsAtWorker) throw new Error("The disk is full.");
    };
    await expect(openPool(1).run(numbers, { ...doubling, onResult })).rejects.toThrow("The disk is full.");
  }
});

test("an abort ends a run whose worker threads are still at work", async () => {
  const abort = new AbortController();
  const running = doAside(openPool(1), "hang", { ...doubling, signal: abort.signal });
  abort.abort();

  await expect(running).rejects.toThrow("This operation was aborted");
});

test("after an abort the main thread begins no further task", async () => {
  const abort = new AbortController();
  const products: number[] = [];
  const onResult = ({ product }: Product) => {
    products.push(product);
    abort.abort();
  };
  const running = openPool(0).run([1, 2, 3], { ...doubling, onResult, signal: abort.signal });

  await expect(running).rejects.toThrow("This operation was aborted");
  expect(products).toEqual([2]);
});

async function doAside(
  pool: WorkerPool<Factor, Task, Product>,
  task: Task,
  work: typeof doubling & { signal?: AbortSignal } = doubling,
): Promise<Product> {
  const [product] = await pool.runBeside(task, work, async () => {});
  return product;
}

function openPool(size: number, of = program): WorkerPool<Factor, Task, Product> {
  const pool = new WorkerPool<Factor, Task, Product>(of);
  pool.grow(size);
  pools.push(pool);
  return pool;
}

/** Worker threads cannot start from TypeScript. */
async function buildProgram(): Promise<string> {
  const file = path.join(await mkdtemp(path.join(tmpdir(), "persona pool ")), programName);
  const input = path.join(import.meta.dirname, "multiply.ts");
  await build({ input, platform: "node", output: { file }, logLevel: "silent" });
  return file;
}
