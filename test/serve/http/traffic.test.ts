import { setTimeout as wait } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { Line } from "../../../src/serve/http/traffic/index.ts";
import type { Persona } from "../../../src/serve/index.ts";
import { idsOf, personaWith, ScriptedEngine } from "../scripted-engine.ts";
import { post, saidIn, serve } from "./served.ts";

const hi = { messages: [{ role: "user", content: "hi" }] };

/** A persona that says one bubble and goes on only when it is told to. */
function patient() {
  let goOn = () => {};
  const mayGoOn = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const stopped: boolean[] = [];
  const persona = (engine: ScriptedEngine): Persona => ({
    ...personaWith(engine),
    async *reply(_, { signal } = {}) {
      yield { type: "bubble-end", bubble: "one moment" };
      const aborted = new Promise((resolve) => signal?.addEventListener("abort", resolve, { once: true }));
      await Promise.race([mayGoOn, aborted]);
      stopped.push(signal?.aborted ?? false);
      if (!signal?.aborted) yield { type: "bubble-end", bubble: "here I am" };
      const ending = signal?.aborted ? "stopped" : "said";
      yield { type: "reply-end", outcome: { ending, bubbles: 2, candidates: [], tokens: 7 } };
    },
  });
  return { persona, goOn: () => goOn(), stopped };
}

test("more than may wait are told when to come back, and those who wait have their turn", async () => {
  const { persona, goOn } = patient();
  const { address } = await serve({ persona, atOnce: 1, waiting: 1 });
  const first = post(address, "/v1/chat/completions", hi);
  await untilMetric(address, "persona_answers_running 1");
  const second = post(address, "/v1/chat/completions", hi);
  await untilMetric(address, "persona_answers_waiting 1");
  const third = await post(address, "/v1/chat/completions", hi);
  goOn();

  expect(third.status).toBe(429);
  expect(Number(third.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
  expect(await third.json()).toMatchObject({ error: { type: "rate_limit_error", code: "queue_full" } });
  for (const answer of await Promise.all([first, second]))
    expect(await saidIn(answer)).toEqual(["one moment\n\nhere I am"]);
});

test("a client that leaves stops the drawing, in a stream, without one, and while it waits", async () => {
  const { persona, stopped, goOn } = patient();
  const { address } = await serve({ persona, atOnce: 2 });
  const leaving = [{ ...hi, stream: true }, hi, { ...hi, stream: true }].map((body) => {
    const controller = new AbortController();
    const asking = fetch(`${address}/v1/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      signal: controller.signal,
    }).then((response) => response.text());
    return { controller, gone: asking.catch(() => "gone") };
  });
  await untilMetric(address, "persona_answers_waiting 1");
  leaving[2]?.controller.abort();
  await untilMetric(address, "persona_answers_waiting 0");
  for (const { controller } of leaving) controller.abort();
  await untilMetric(address, "persona_answers_running 0");
  await Promise.all(leaving.map(({ gone }) => gone));

  expect(stopped).toEqual([true, true]);
  goOn();
  expect((await post(address, "/v1/chat/completions", hi)).status).toBe(200);
});

test("whenever clients leave, nothing of theirs stays behind", async () => {
  const slow = (engine: ScriptedEngine): Persona => ({
    ...personaWith(engine),
    async *reply(_, { signal } = {}) {
      for (let bubble = 0; bubble < 3 && !signal?.aborted; bubble++) {
        await wait(5);
        yield { type: "bubble-end", bubble: "yes" };
      }
      yield { type: "reply-end", outcome: { ending: "said", bubbles: 3, candidates: [], tokens: 3 } };
    },
  });
  const { address } = await serve({ persona: slow, atOnce: 3, waiting: 20 });
  const asking = Array.from({ length: 120 }, async (_, index) => {
    await wait(index * 2);
    const response = await fetch(`${address}/v1/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ ...hi, stream: index % 2 === 0 }),
      signal: AbortSignal.timeout(1 + ((index * 7) % 60)),
    });
    await response.text();
    return response.status;
  });
  const ends = await Promise.all(asking.map((each) => each.catch(() => "left")));
  await untilMetric(address, "persona_answers_running 0");
  await untilMetric(address, "persona_answers_waiting 0");

  expect(ends).toContain("left");
  expect((await post(address, "/v1/chat/completions", hi)).status).toBe(200);
});

test("when it is stopped, answers that have begun are finished and new ones refused", async () => {
  const { persona, goOn } = patient();
  const server = await serve({ persona });
  const answer = await post(server.address, "/v1/chat/completions", { ...hi, stream: true });
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  await reader?.read();
  const closing = server.close();
  const refused = await fetch(`${server.address}/v1/models`).then(
    ({ status }) => status,
    () => "refused",
  );
  goOn();
  let rest = "";
  for (;;) {
    const { done = true, value } = (await reader?.read()) ?? {};
    if (done) break;
    rest += value;
  }
  await closing;

  expect(refused).toBe("refused");
  expect(rest).toContain("here I am");
  expect(rest.trimEnd()).toMatch(/data: \[DONE\]$/);
});

test.each([
  ["/v1/completions", { prompt: "a", max_tokens: 900 }],
  ["/v1/completions", { prompt: "a", max_tokens: 900, n: 2, logprobs: 1 }],
  ["/v1/chat/completions", { ...hi, n: 2 }],
  ["/v1/responses", { input: "hi" }],
])("of an answer that is stopped, no end is told but that: %s %j", async (path, asked) => {
  const endless = new (class extends ScriptedEngine {
    protected override async *draw(): AsyncGenerator<number> {
      for (;;) {
        await wait(5);
        yield* idsOf("so").slice(0, -1);
      }
    }
  })(() => []);
  const server = await serve({ engine: endless, graceMs: 100 });
  const [streamed, whole] = [
    await post(server.address, path, { ...asked, stream: true }),
    post(server.address, path, asked),
  ];
  await untilMetric(server.address, "persona_answers_running 2");
  await server.close();
  const events = (await streamed.text()).split("\n\n").filter((event) => event !== "");

  expect(events.pop()).toContain('"code":"stopped"');
  expect(
    events.filter((event) => /"finish_reason":"|DONE|response\.(?:completed|incomplete)/.test(event)),
  ).toEqual([]);
  expect((await whole).status).toBe(503);
  expect(server.log.join("")).not.toContain("failed");
});

test("a line never lets more begin than it may, whoever leaves it", async () => {
  const line = new Line({ atOnce: 2, waiting: 10 });
  const tickets = Array.from({ length: 6 }, () => line.join());
  tickets[4]?.leave();
  expect([line.running, line.waiting]).toEqual([2, 3]);
  tickets[0]?.leave();
  tickets[0]?.leave();
  await tickets[2]?.turn;
  expect([line.running, line.waiting]).toEqual([2, 2]);
  tickets[4]?.leave();
  expect([line.running, line.waiting]).toEqual([2, 2]);
  for (const ticket of tickets) ticket.leave();
  await wait(1);
  expect([line.running, line.waiting]).toEqual([0, 0]);
});

test("metrics count what was answered, and hold nobody's words", async () => {
  const { address, log } = await serve();
  await post(address, "/v1/chat/completions", { messages: [{ role: "user", content: "see you at eight" }] });
  await fetch(`${address}/v1/models/see-you-at-eight`);
  const text = await (await fetch(`${address}/metrics`)).text();

  expect(text).toContain('persona_requests_total{route="/v1/chat/completions",status="200"} 1');
  expect(text).toContain('persona_requests_total{route="/v1/models/:model",status="404"} 1');
  expect(text).toContain("persona_first_token_seconds_count 1");
  expect(text).toMatch(/persona_drawn_tokens_total [1-9]/);
  expect(text + log.join("")).not.toContain("eight");
});

test("a request that named its run is refused when another answers at its turn; one that named none has the other's id", async () => {
  const { persona, goOn } = patient();
  let answering = "aaaa";
  const { address } = await serve({ persona, atOnce: 1, answering: { run: () => answering } });
  const scored = { prompt: "see you", max_tokens: 0, echo: true, logprobs: 1 };
  const ask = (path: string, body: object) => post(address, path, body);
  const first = ask("/v1/chat/completions", { ...hi, n: 2 });
  await untilMetric(address, "persona_answers_running 1");
  const [named, unnamed, streamed] = [
    ask("/v1/completions", { ...scored, model: "aaaa" }),
    ask("/v1/completions", { ...scored, model: "persona" }),
    ask("/v1/chat/completions", { ...hi, model: "aaaa", stream: true }),
  ];
  await untilMetric(address, "persona_answers_waiting 3");
  answering = "bbbb";
  goOn();

  expect((await first).status).toBe(503);
  expect((await named).status).toBe(404);
  expect(await (await unnamed).json()).toMatchObject({ model: "bbbb" });
  expect(await (await streamed).text()).toContain('"code":"model_not_found"');
});

async function untilMetric(address: string, line: string): Promise<void> {
  await vi.waitFor(
    async () => expect(await (await fetch(`${address}/metrics`)).text()).toContain(`${line}\n`),
    { timeout: 30_000 },
  );
}
