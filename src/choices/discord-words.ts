import type { SentenceTable } from "./choice.ts";

const whatItIs = "it tells people that they talk to an AI";

/** What the bot says by itself to friends, in English. Each place in braces is filled in when it is said. */
export const discordWords = {
  ai: { text: "AI", atMost: 40, why: "people are told by it what they talk to" },
  introduction: {
    text: "Before we talk: I am an {ai} that writes like {name}, not {name}. /about tells you more.",
    atMost: 300,
    why: whatItIs,
  },
  modelIntroduction: {
    text: "Before we talk: I am {name}, an {ai} and not a person. /about tells you more.",
    atMost: 300,
    why: whatItIs,
  },
  profile: {
    text: "I am an {ai} that writes like {name}. I am not {name}, and I make things up. /about tells you more; after /optout I never hear you.",
    atMost: 250,
    why: whatItIs,
  },
  modelProfile: {
    text: "I am {name}, an {ai} and not a person, and I make things up. /about tells you more; after /optout I never hear you.",
    atMost: 250,
    why: whatItIs,
  },
  about: {
    text: "I am an {ai} that writes like {name}; I am not {name}, and I make things up ({about}).",
    why: whatItIs,
  },
  aboutModel: {
    text: "I am {name}, an {ai} that was taught to answer ({about}); I make things up, and speak for nobody here.",
    why: whatItIs,
  },
  keptUntilRestart: {
    text: "I run on my owner's machine, remember a channel until /reset or a restart, and keep no other log of what is said.",
  },
  keptForADay: {
    text: "I run on my owner's machine, remember a channel until /reset, for 1 day at most, and keep no other log of what is said.",
  },
  keptForDays: {
    text: "I run on my owner's machine, remember a channel until /reset, for {days} days at most, and keep no other log of what is said.",
  },
  neverTrained: { text: "Nothing that I hear here is ever used to train a model." },
  yourChoices: { text: "/optout: I no longer hear you. /forgetme: I forget what you said." },
  atTheMoment: { text: "{name} at the moment: {note}" },

  tooMuch: { text: "That is a lot at once! Give me a few minutes." },
  tooMany: { text: "So many of you at once! Give me a few minutes." },
  tooMuchAsked: { text: "That is more than I can answer. Give me a few minutes." },
  paused: { text: "I am taking a break." },
  optedOut: { text: "You asked me not to hear you. /optin undoes that." },
  notWelcome: { text: "I may not answer you here." },
  rolesUnknown: { text: "Discord is not telling me which roles you have at the moment. Please try again." },
  ownerOnly: { text: "Only my owner can do that." },
  failed: { text: "That did not work. My owner can find the reason in my log." },
  tooSlow: { text: "That took me too long. Please try again." },
  tooOld: { text: "That is too old: I no longer know what it was about." },

  forgotten: { text: "Forgotten. What were we talking about?" },
  anotherComes: { text: "Another one is coming." },
  noAnswer: { text: "I have not answered what was said last." },
  lastAnswerOnly: { text: "I can only take back my last answer, as long as nobody has written since." },
  goingOn: { text: "Going on." },
  nothingSaid: { text: "Nothing has been said here yet." },
  stopped: { text: "Stopped." },
  wasSilent: { text: "I was not saying anything." },
  nothingToSay: { text: "{name} has nothing to say to that." },
  readFirst: {
    text: "My owner reads what I say before I say it, which takes longer than I can wait here. Write to me directly.",
  },
  notMine: { text: "I did not say that." },
  reasonForgotten: { text: "I no longer know how I came to say that." },

  optoutDone: { text: "I have forgotten what you said, and no longer hear you. /optin undoes that." },
  optinDone: { text: "I hear you again." },
  optinNeedless: { text: "I hear you already." },
  forgetDone: { text: "I have forgotten what you said to me." },
  forgetNeedless: { text: "I remember nothing that you said." },
  forgetAsked: { text: "I have asked my owner to erase what you once wrote to them elsewhere, too." },
  messageForgotten: { text: "I have forgotten that message." },
  messageUnknown: { text: "I do not remember that message." },
  messageNotYours: { text: "You can only have me forget what you or I wrote." },
  nameAsked: {
    text: "I have asked my owner whether that is so. Until they say yes, you are somebody new to me.",
  },
  nameAskedBefore: { text: "I have asked my owner already." },
  nameKnown: { text: "I know." },
  nameOfOthers: { text: "Only my owner can say who others are." },

  voiceUnknown: { text: "There is nobody called {name} here. {listing} shows who there is." },
  voiceHere: { text: "{name} speaks here from now on ({about})." },
  voiceInServer: { text: "{name} speaks in this server from now on ({about})." },
  voiceOwnerOnly: { text: "Only my owner can choose that for a whole server." },

  voteKept: { text: "Your vote is kept. Whose answer it was stays hidden." },
  voteKeptBefore: { text: "You have already voted on that." },
  voteFirst: { text: "One thing first, which is kept with your votes; your name is not:" },
} as const satisfies SentenceTable;
