/**
 * Messenger's and Instagram's own sentences, in the languages whose wording is documented.
 *
 * English from Meta's web client and from the rule sets of demuxfb and timelinize; German and French from exports and the
 * parsers written for them. A sentence ends in a dot unless the text put into it ends in one of its own.
 */

/** A name as people bear them, since sentences that end in one end in anything when a person writes them: "… friends with my mum". */
const name = "(?:\\S{1,3} |[^\\p{Ll}\\s]\\S* ){0,5}[^\\p{Ll}\\s]\\S*";
/** A sentence of Messenger's may be followed by others of its own. */
const more = "(?:\\. .+)?";
const time = ".*\\d{1,2}[:.h]\\d{2}.*";

/** Sentences without an actor, or with an actor who is never the sender. */
export const wholeSentences = [
  // Reactions that Instagram stores as messages
  "Liked a message",
  "Reacted .{1,16} to your message ?",
  "Mentioned you in their story",
  // Groups
  "This group was created",
  "The group name was set to .+",
  "This chat is read-only",
  "An admin, moderator or host removed .+['’]s message",
  // Calls whose structure an export has lost
  "The (?:video |audio )?(?:call|chat) ended",
  "(?:Video|Audio) (?:call|chat) ended",
  // Polls
  "This poll is no longer available",
  "A poll has been unsent",
  "Your poll has multiple updates",
  // First contact
  "You are now connected on Messenger",
  "You can now message and call each other(?: and see info.+)?",
  "You can now call each other and see info.*",
  `You['’]re now friends with ${name}`,
  `Say hi to your new Facebook friend, ${name}`,
  // Encryption
  `(?:New m|M)essages and calls are secured with end-to-end encryption${more}`,
  `Your other chat (?:with ${name} )?(?:has been|was) archived${more}`,
  "Previous messages may be in your other chat",
  "Waiting for this message\\. This might take a while",
  // Unsent and unavailable
  "This message was unsent",
  "User unsent a message",
  "Message unavailable",
  "Unavailable message",
  "This account can['’]t receive your message because they don['’]t allow new message requests from everyone",
  // Reminders
  "Reminder, \\d+ (?:minutes?|hours?|days?) until .+",
  `Reminder at ${time}`,
  `Reminder, .+ at ${time}`,
] as const;

const attachment =
  "(?:attachments?|photos?|videos?|voice messages?|GIFs?|stickers?|links?|(?:live )?locations?|story(?: highlight)?|posts?|reels?|contact cards?|events?|files?)";
const call = "(?:an?|the|your) (?:video |audio |voice )?(?:call|chat)";
const whose = "(?:the|your|his|her|their)";

/** Ends of sentences whose actor is anybody: whoever was written to, or another member. */
export const endings = [
  / wasn['’]t notified about this message because they['’]re in quiet mode\.?$/,
  /^\S.{0,80}['’]s poll has multiple updates\.?$/,
  / Use the Messenger mobile app to see it\.?$/,
] as const;

/** What follows the actor: the sender, or `You` where the sender is the owner. */
export const predicates = [
  `(?:sent|shared) (?:an?|\\d+) ${attachment}`,
  "reacted .{1,16} to your message ?",
  "replied to (?:your|their) story",
  "mentioned (?:you|@\\S+) in (?:your|their) story",
  // Groups
  "named the group .+",
  "removed the group name",
  "created (?:the|this) group",
  "(?:left|joined) the group(?: via .+| using .+)?",
  "waved hello to the group",
  "changed the group photo",
  "added .+ to the group(?:\\. .+)?",
  "added participants",
  "removed .+ from the group",
  "(?:is|are) (?:now|no longer) (?:an )?admin",
  "(?:added|removed) .+ as a group admin",
  "turned (?:on|off) member approval.*",
  "changed who can add people to .+",
  // Nicknames and looks
  `set ${whose}(?: own)? nickname(?: for .+)? to .+`,
  `cleared ${whose}(?: own)? nickname(?: for .+)?`,
  "changed the (?:chat )?theme(?: (?:to|using) .+)?",
  "changed the chat colou?rs",
  "set the (?:emoji|quick reaction) to .+",
  "set .+ as the word effect for .+",
  "(?:un)?pinned a message",
  "(?:unsent|removed) a message",
  // Calls
  `(?:started|joined|left) ${call}`,
  "started sharing video",
  "is no longer in the call",
  `called (?:you|${name})`,
  "missed (?:your|a) (?:video |audio )?(?:call|chat)(?: (?:from|with) .+)?",
  // Polls, plans, games
  "created a poll(?:: .+)?",
  "voted for .+ in the poll(?:: .+)?",
  `(?:changed|removed) ${whose} vote .+`,
  "added .+ to the poll",
  "started a plan",
  "named the plan .+",
  "(?:updated|deleted) the plan .+",
  "responded (?:Going|Can['’]t Go)(?: to .+)?",
  "scored \\d.* (?:in|playing) .+",
  "set a new personal best of .+",
  "moved up the leaderboard in .+",
  "is now in first place in .+",
  "challenged you in .+",
  // Privacy
  "turned (?:on|off) disappearing messages.*",
  "changed disappearing messages.*",
  "turned (?:on|off) message sharing permissions.*",
  "took a screenshot",
  "recorded the screen",
  "(?:added|removed|updated) a device.*",
  `waved at (?:you|${name})!`,
  `and ${name} waved at each other!`,
  `added ${name} on Messenger`,
] as const;

/** The same in other languages, of which only the most frequent are known. */
export const predicatesElsewhere = [
  // German
  "(?:hat|hast) (?:einen Anhang|ein Foto|ein Video|einen Link|eine Sprachnachricht|einen Sticker|ein GIF) gesendet",
  "(?:hat|hast) die Gruppe verlassen",
  "(?:hat|hast) die Gruppe .+ genannt",
  // French
  "(?:a|avez) envoyé (?:une pièce jointe|une photo|une vidéo|un lien|un autocollant|un GIF|un message vocal)",
  "(?:a|avez) quitté le groupe",
  "(?:a|avez) nommé le groupe .+",
] as const;

/** Actors that stand for the owner, who is never named in sentences of their own. */
export const ownerActors = ["You", "Du", "Vous"] as const;
/** Actors that stand for somebody whose name the export does not know. People write them too, but seldom the dot. */
export const unknownActors = ["A contact", "Someone"] as const;
