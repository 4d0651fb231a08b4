/**
 * Tells Messenger's own sentences ("Ana sent a photo.") from words that a person wrote.
 *
 * Only a whole sentence counts, and only with an actor that fits: the sender's own name, or `You` when the sender is the
 * owner. In doubt a text stays text: a wrong guess in that direction costs a line, in the other a friend's words.
 */
export interface ServiceContext {
  sender: string;
  isOwner: boolean;
}

const constants = new RegExp(
  `^(?:${[
    "Liked a message",
    "Reacted .{1,16} to your message ?",
    "This poll is no longer available",
    "(?:The )?(?:video |audio )?(?:call|chat) ended",
    "You are now connected on Messenger",
    "You can now message and call each other.*",
    "You can now call each other.*",
    "Say hi to your new Facebook friend, .+",
    "You're now friends with .+",
    "(?:New m|M)essages and calls are secured with end-to-end encryption.*",
    "Waiting for this message. This might take a while",
    "This group was created",
    "The group name was set to .+",
    "This chat is read-only",
    "Message unavailable|Unavailable message",
  ].join("|")})[.]?$`,
  "su",
);

const predicates = [
  "sent an attachment",
  "(?:sent|shared) (?:an?|\\d+) (?:photos?|videos?|voice messages?|GIFs?|stickers?|links?|(?:live )?locations?|story(?: highlight)?|posts?|reels?|contact cards?|events?|files?|attachments?)",
  "named the group .+",
  "removed the group name",
  "created (?:the|this) group",
  "(?:left|joined) the group.{0,40}",
  "waved hello to the group",
  "changed the group photo",
  "added .+ to the group.*",
  "removed .+ from the group",
  "set (?:the|your|his|her|their)(?: own)? nickname(?: for .+)? to .+",
  "cleared (?:the|your|his|her|their)(?: own)? nickname.*",
  "changed the (?:chat )?theme.*",
  "changed the chat colou?rs",
  "set the (?:emoji|quick reaction) to .+",
  "(?:un)?pinned a message",
  "unsent a message",
  "removed a message",
  "reacted .{1,16} to your message ?",
  "created a poll.*",
  "voted for .+ in the poll.*",
  "(?:changed|removed) (?:your|his|her|their) vote .+",
  "is (?:now|no longer) an admin",
  "turned (?:on|off) disappearing messages.*",
  "started a plan",
  "named the plan .+",
  "responded (?:Going|Can't Go).*",
  "started sharing video",
  "(?:started|joined|left) (?:an?|the|your) (?:video |audio |voice )?(?:call|chat)",
  "replied to (?:your|their) story",
  "mentioned you in their story",
  "took a screenshot",
].join("|");

const patternsBySender = new Map<string, RegExp>();
const cachedPatterns = 10_000;

/** True for a sentence that Messenger wrote in the sender's name. */
export function isServiceText(text: string, { sender, isOwner }: ServiceContext): boolean {
  if (constants.test(text)) return true;
  const first = text.charCodeAt(0);
  const couldBeActor = first === sender.charCodeAt(0) || (isOwner && text.startsWith("You "));
  return couldBeActor && patternFor(sender, isOwner).test(text);
}

function patternFor(sender: string, isOwner: boolean): RegExp {
  const key = `${isOwner}${sender}`;
  let pattern = patternsBySender.get(key);
  if (pattern === undefined) {
    const names = [...new Set([sender, sender.split(" ")[0] ?? sender])].filter((name) => name !== "");
    const actors = [...names.map(escapePattern), ...(isOwner ? ["You"] : [])];
    pattern = new RegExp(`^(?:${actors.join("|")}) (?:${predicates})[.]?$`, "su");
    if (patternsBySender.size >= cachedPatterns) patternsBySender.clear();
    patternsBySender.set(key, pattern);
  }
  return pattern;
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
