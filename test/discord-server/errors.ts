/** An answer that is no success, as Discord words it. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: number;
  /** What else the answer tells. */
  readonly details: object;

  constructor(status: number, code: number, message: string, details: object = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

export const refusals = {
  unauthorized: () => new Refusal(401, 0, "401: Unauthorized"),
  unknownRoute: () => new Refusal(404, 0, "404: Not Found"),
  unknownChannel: () => new Refusal(404, 10003, "Unknown Channel"),
  unknownGuild: () => new Refusal(404, 10004, "Unknown Guild"),
  unknownMember: () => new Refusal(404, 10007, "Unknown Member"),
  unknownMessage: () => new Refusal(404, 10008, "Unknown Message"),
  unknownUser: () => new Refusal(404, 10013, "Unknown User"),
  unknownEmoji: () => new Refusal(400, 10014, "Unknown Emoji"),
  unknownWebhook: () => new Refusal(404, 10015, "Unknown Webhook"),
  unknownInteraction: () => new Refusal(404, 10062, "Unknown interaction"),
  unknownCommand: () => new Refusal(404, 10063, "Unknown application command"),
  tooManyCommands: () =>
    new Refusal(400, 30034, "Max number of daily application command creates has been reached (200)"),
  tooManyWebhooks: () => new Refusal(400, 30007, "Maximum number of webhooks reached (15)"),
  alreadyAcknowledged: () => new Refusal(400, 40060, "Interaction has already been acknowledged."),
  tooManyFollowUps: () =>
    new Refusal(400, 40094, "This interaction has reached the maximum number of follow-up messages (5)."),
  missingAccess: () => new Refusal(403, 50001, "Missing Access"),
  notByYou: () => new Refusal(403, 50005, "Cannot edit a message authored by another user"),
  emptyMessage: () => new Refusal(400, 50006, "Cannot send an empty message"),
  noDirectMessages: () => new Refusal(403, 50007, "Cannot send messages to this user"),
  missingPermissions: () => new Refusal(403, 50013, "Missing Permissions"),
  badWebhookToken: () => new Refusal(401, 50027, "Invalid Webhook Token"),
  invalidForm: (errors: object = {}) => new Refusal(400, 50035, "Invalid Form Body", { errors }),
  archived: () => new Refusal(400, 50083, "Thread is archived"),
  blockedByAutoMod: () => new Refusal(400, 200000, "Message was blocked by automatic moderation"),
  threadExists: () => new Refusal(400, 160004, "A thread has already been created for this message"),
  rateLimited: (retryAfter: number, isGlobal = false) =>
    new Refusal(429, 0, "You are being rate limited.", { retry_after: retryAfter, global: isGlobal }),
  internal: (status = 500) => new Refusal(status, 0, `${status}: Internal Server Error`),
} as const;
