import { expect, test } from "vitest";
import { openServerEngine } from "../../../../src/serve/engines/openai/index.ts";
import { isReadableOnTheWay, serverAt } from "../../../../src/serve/engines/openai/requests.ts";
import {
  type CompletionsServer,
  problemOf,
  type Settings,
  startCompletionsServer,
} from "../../../completions-server/index.ts";
import { tokenizer } from "../../scripted-engine.ts";

function start(settings: Partial<Settings> = {}): Promise<CompletionsServer> {
  return startCompletionsServer(Object.assign(settings, { tokenizer, model: () => [[11, 1]] }));
}

const options = {
  conversation: "a",
  temperature: 0,
  topP: 1,
  minP: 0,
  seed: 0,
  maxTokens: 50,
  signal: new AbortController().signal,
};

/** What a reply says of a server that was well when it was opened, and then is not. */
async function problemAfterOpening(later: Partial<Settings>, patienceMs = 60_000): Promise<string> {
  const settings: Partial<Settings> = {};
  const { address } = await start(settings);
  const engine = await openServerEngine(address, { tokenizer, patienceMs });
  Object.assign(settings, later);
  const reply = async () => {
    for await (const _ of engine.generate([1], options));
  };
  return problemOf(reply());
}

test("a server that is away is named, with the reason", async () => {
  const server = await start();
  await server.close();

  expect(await problemOf(openServerEngine(server.address, { tokenizer }))).toBe(
    "No server answers at http://127.0.0.1 (ECONNREFUSED). Start it, or name another (reply.server in persona.json).",
  );
});

test("a server that goes away in the middle of a reply is an error", async () => {
  expect(await problemAfterOpening({ breaksOffAfter: 3 })).toContain("broke off in the middle of an answer.");
});

test("a server that says nothing is given up", async () => {
  expect(await problemAfterOpening({ isSilent: true }, 500)).toContain("said nothing for 0.5 s.");
});

test("a server's own words are shown, cut short and on one line", async () => {
  const message = `\u001b[31mout of\nmemory ${"x".repeat(5000)}`;
  const refusal = { status: 500, body: JSON.stringify({ error: { message } }) };

  const problem = await problemAfterOpening({ refusal });

  expect(problem).toContain("answers with 500: [31mout of memory xxx");
  expect(problem.length).toBeLessThan(400);
});

test("an event that is an error ends the reply with its words", async () => {
  const body = `data: ${JSON.stringify({ error: { message: "slot lost" } })}\n\n`;

  expect(await problemAfterOpening({ refusal: { status: 200, body } })).toContain(
    "reported an error: slot lost.",
  );
});

test("a model that is still loading is told from one that is lost", async () => {
  const refusal = { status: 503, body: JSON.stringify({ error: { message: "Loading model" } }) };

  expect(await problemAfterOpening({ refusal })).toContain(
    "is still loading its model. Try again in a moment.",
  );
});

test("a request is sent on to no other address, and neither is the key", async () => {
  const other = await start({ key: "secret" });
  const refusal = { status: 307, body: "", headers: { location: `${other.address}/completion` } };

  expect(await problemAfterOpening({ refusal })).toBe(
    "The server at http://127.0.0.1 sends requests on to http://127.0.0.1/completion. If you trust that address, name it instead.",
  );
  expect(other.headers).toEqual([]);
});

test("the key is sent, and asked for where it is missing", async () => {
  const { address } = await start({ key: "secret" });

  await openServerEngine(address, { tokenizer, key: " secret\n" });

  const ask = "Put its key into PERSONA_SERVER_KEY, or into a file named .env here.";
  expect(await problemOf(openServerEngine(address, { tokenizer }))).toContain(`asks for a key. ${ask}`);
  expect(await problemOf(openServerEngine(address, { tokenizer, key: "no" }))).toContain(
    `refuses the key. ${ask}`,
  );
});

test("an address may end in /v1 or a slash", () => {
  for (const text of ["http://localhost:8080", "http://localhost:8080/", "http://localhost:8080/v1/"])
    expect(serverAt(text).address).toBe("http://localhost:8080");
  expect(serverAt("https://example.org/ana/v1").address).toBe("https://example.org/ana");
});

test.each(["localhost:8080", "file:///etc/passwd", "nonsense"])("%s is no address of a server", (text) => {
  expect(() => serverAt(text)).toThrow("is no address of a server.");
});

test("a key in the address is refused", () => {
  expect(() => serverAt("http://me:secret@localhost:8080")).toThrow(/^A key in the address/);
});

test("only what leaves this machine unencrypted can be read on the way", () => {
  const isReadable = (text: string) => isReadableOnTheWay(serverAt(text));
  const safe = ["http://127.0.0.1:1", "http://localhost", "http://[::1]:2", "https://example.org"];
  expect(safe.filter(isReadable)).toEqual([]);
  const unsafe = ["http://192.168.1.4:8080", "http://localhost.example.org"];
  expect(unsafe.filter(isReadable)).toEqual(unsafe);
});
