import { connect as connectPlain, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { codeOf } from "../../../disk-errors.ts";
import { UserError } from "../../../errors.ts";
import type { ServerAddress } from "./address.ts";

const untrusted =
  /SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|self[- ]signed|unable to verify|local issuer/;
const lookMs = 3000;

/** Why no connection came about, in the words of whoever refused it, and what to do. */
export async function explainUnreachable(address: ServerAddress, cause: Error): Promise<UserError> {
  const { where, options } = address;
  const said = reasonOf(cause);
  const words = `${codeOf(cause) ?? ""} ${said}`;
  if (untrusted.test(words)) {
    return new UserError(`The certificate of the Redis at ${where} is not trusted: ${said}.`, {
      fix: "Name the authority that signed it (the certificate itself, if nobody did): NODE_EXTRA_CA_CERTS=authority.pem",
      cause,
    });
  }
  if (/ALTNAME_INVALID|CERT_HAS_EXPIRED|CERT_NOT_YET_VALID/.test(words)) {
    return new UserError(`The certificate of the Redis at ${where} is not valid: ${said}.`, {
      fix: "Write into REDIS_URL the host that the certificate names, or have it renewed.",
      cause,
    });
  }
  if (/certificate required|handshake failure|bad certificate/.test(words)) {
    return new UserError(`The Redis at ${where} refuses the connection: ${said}.`, {
      fix: "It wants a certificate of its clients, and persona has none to show: set tls-auth-clients no on the server.",
      cause,
    });
  }
  if (options.tls !== undefined && (await answersPlainly(address))) {
    return otherSpelling(address, "without TLS", "redis://", cause);
  }
  if (options.tls === undefined && (await answersWithTls(address))) {
    return otherSpelling(address, "with TLS only", "rediss://", cause);
  }
  if (/Protocol error/i.test(words)) {
    return new UserError(`What answers at ${where} is not a Redis server.`, {
      fix: "Correct host and port in REDIS_URL, or unset it to use the embedded server.",
      cause,
    });
  }
  return new UserError(`No Redis answers at ${where}: ${said}.`, {
    fix: "Start it, correct REDIS_URL, or unset REDIS_URL to use the embedded server.",
    cause,
  });
}

/** OpenSSL wraps its reason into file names and numbers. */
function reasonOf({ message }: Error): string {
  const [, reason = message] = /:SSL routines:[^:]*:([^:]+)/.exec(message) ?? [];
  return reason.replace(/[.\s]+$/, "");
}

function otherSpelling({ where }: ServerAddress, how: string, scheme: string, cause: Error): UserError {
  return new UserError(`The Redis at ${where} speaks ${how}: ${reasonOf(cause)}.`, {
    fix: `Begin REDIS_URL with ${scheme}`,
    cause,
  });
}

/** True when a server answers a greeting that is not encrypted, were it with a refusal. */
function answersPlainly({ options: { host = "", port = 0 } }: ServerAddress): Promise<boolean> {
  return look((end) => {
    const socket = connectPlain({ host, port }, () => socket.write("PING\r\n"));
    return socket.once("data", (bytes) => end(/^[+-]/.test(bytes.toString("latin1"))));
  });
}

/** True when a server shakes hands over TLS, whatever its certificate: nothing is sent to it. */
async function answersWithTls({ options: { host, port, path } }: ServerAddress): Promise<boolean> {
  if (path !== undefined || host === undefined || port === undefined) return false;
  return look((end) => connectTls({ host, port, rejectUnauthorized: false }, () => end(true)));
}

/** What `open` finds out over its socket; false where that fails, ends or takes too long. */
function look(open: (end: (answer: boolean) => void) => Socket): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    const socket = open(end);
    socket.setTimeout(lookMs, () => end(false));
    socket.once("error", () => end(false));
    socket.once("close", () => end(false));
  });
}
