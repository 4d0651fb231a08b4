/** How often a client whose answer takes long, and every proxy in between, is told that the connection lives. */
const heartbeatMs = 15_000;

export interface EventStream {
  /** @param type Its name, where the client tells events apart by it. */
  send(data: unknown, type?: string): void;
  /** What clients of OpenAI's API take for the end. */
  sendDone(): void;
}

const encoder = new TextEncoder();

/**
 * Server-sent events, written by `work` as they come, whether anybody reads them yet or not: a slow reader does not keep
 * the model from answering others.
 */
export function eventStream(
  headers: Record<string, string>,
  work: (stream: EventStream) => Promise<void>,
): Response {
  let isOpen = true;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const write = (text: string) => {
        if (isOpen) controller.enqueue(encoder.encode(text));
      };
      const heartbeat = setInterval(() => write(": still there\n\n"), heartbeatMs).unref();
      const stream: EventStream = {
        send: (data, type) =>
          write(`${type === undefined ? "" : `event: ${type}\n`}data: ${JSON.stringify(data)}\n\n`),
        sendDone: () => write("data: [DONE]\n\n"),
      };
      void work(stream).finally(() => {
        clearInterval(heartbeat);
        if (isOpen) controller.close();
        isOpen = false;
      });
    },
    cancel() {
      isOpen = false;
    },
  });
  return new Response(body, {
    headers: {
      ...headers,
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store",
      // Some proxies collect a whole answer before they pass it on.
      "x-accel-buffering": "no",
    },
  });
}
