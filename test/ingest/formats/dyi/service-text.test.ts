import fc from "fast-check";
import { expect, test } from "vitest";
import {
  isServiceText,
  mayBeServiceText,
  serviceKind,
} from "../../../../src/ingest/formats/dyi/service-text.ts";
import { ofNobody, ofPeople, ofTheOwner, ofTheSender } from "./service-sentences.ts";

const friend = { sender: "Zoë Fox", isOwner: false };
const owner = { sender: "Ana Lima", isOwner: true };

test.each(ofTheSender)("%s is Messenger's, with the sender's full and first name", (sentence) => {
  for (const name of ["Zoë", "Zoë Fox"])
    expect(isServiceText(sentence.replace("A", name), friend), name).toBe(true);
});

test.each(ofTheOwner)(
  "%s is Messenger's in the owner's name, and a person's words in a friend's",
  (sentence) => {
    expect(isServiceText(sentence, owner)).toBe(true);
    expect(isServiceText(sentence, friend)).toBe(false);
  },
);

test.each(ofNobody)("%s is Messenger's whoever is said to have sent it", (sentence) => {
  expect(isServiceText(sentence, friend)).toBe(true);
  expect(isServiceText(sentence, owner)).toBe(true);
});

test.each(ofPeople)("%j stays what a person wrote", (sentence) => {
  expect(isServiceText(sentence, friend)).toBe(false);
});

test.each(["A.*", "(Zoë", "Zoë)", "[a-z]+", "$1", "^Ana", "a|b", "\\"])(
  "a sender called %s is no pattern",
  (sender) => {
    expect(isServiceText(`${sender} sent a photo.`, { sender, isOwner: false })).toBe(true);
    expect(isServiceText("Anna sent a photo.", { sender, isOwner: false })).toBe(false);
    expect(isServiceText("a sent a photo.", { sender, isOwner: false })).toBe(false);
  },
);

test("without a sender no name fits", () => {
  expect(isServiceText(" sent a photo.", { sender: "", isOwner: false })).toBe(false);
  expect(mayBeServiceText("", "")).toBe(false);
});

test("a story is no sentence of Messenger's, however it begins", () => {
  expect(isServiceText(`Zoë named the group ${"x".repeat(700)}`, friend)).toBe(false);
});

test("a text without an actor who fits, or one of Messenger's beginnings and endings, is a person's", () => {
  const beginning =
    /^(?:Zoë|A contact|Someone|Lik|Rea|Men|Thi|The|An |Vid|Aud|You|A p|Say|Mes|New|Pre|Wai|Una|Rem|Use)/;
  const ending = /(?:mode|updates|see it)\.?$/;
  const words = fc.constantFrom(
    ...[...ofTheSender, ...ofTheOwner, ...ofNobody].flatMap((sentence) => sentence.split(" ")),
  );
  const text = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.array(words, { maxLength: 8 }).map((it) => it.join(" ")),
  );
  fc.assert(
    fc.property(text, (text) => {
      fc.pre(!beginning.test(text) && !ending.test(text));
      expect(isServiceText(text, friend)).toBe(false);
    }),
    { seed: 1, numRuns: 5_000 },
  );
});

test.each([
  ["Zoë ist jetzt Admin.", true],
  ["Zoë hat etwas getan.", true],
  ["Zoë Fox a fait quelque chose.", true],
  ["Zoë hat etwas getan", false],
  ["Ben hat etwas getan.", false],
  ["Zoëlle hat etwas getan.", false],
])("%j is uncertain: %s", (text, expected) => {
  expect(mayBeServiceText(text, "Zoë Fox")).toBe(expected);
});

test("what stands for something is of that thing's kind", () => {
  const none = { hasMedia: false, hasLink: false, hasSticker: false };
  expect(serviceKind("Zoë sent a sticker.", { ...none, hasSticker: true })).toBe("sticker");
  expect(serviceKind("Zoë sent a photo.", { ...none, hasMedia: true })).toBe("media");
  expect(serviceKind("Zoë sent a link.", { ...none, hasLink: true })).toBe("share");
  expect(serviceKind("Reacted 😆 to your message ", none)).toBe("reaction");
  expect(serviceKind("Zoë reacted 😆 to your message", none)).toBe("reaction");
  expect(serviceKind("Liked a message", none)).toBe("reaction");
  expect(serviceKind("Zoë left the group.", none)).toBe("service");
});
