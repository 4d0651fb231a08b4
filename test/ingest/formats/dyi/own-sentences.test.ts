/** What the network writes in languages without a table is told by structure, and never learned in silence. */
import { expect, test } from "vitest";
import { exportFiles } from "../../export-writer.ts";
import { folderOf, importPaths } from "../../import-files.ts";

interface Language {
  /** Beside a shared post: of the owner, and of a friend called N. */
  shared: [string, string];
  /** Beside a photo. */
  photo: [string, string];
  /** Beside nothing. */
  alone: string[];
  /** Of people, who also end sentences in full stops, and set them below pictures. */
  words: string[];
  caption: string;
}

const languages: Record<string, Language> = {
  Spanish: {
    shared: ["Has enviado un archivo adjunto.", "N ha enviado un archivo adjunto."],
    photo: ["Has enviado una foto.", "N envió una foto."],
    alone: ["N ha cambiado el tema a Amor.", "Reaccionó con 😆 a tu foto "],
    words: ["hola", "Nos vemos mañana.", "Has visto lo de ayer? que risa"],
    caption: "mira qué bonito",
  },
  Portuguese: {
    shared: ["Você enviou um anexo.", "N enviou um anexo."],
    photo: ["Você enviou uma foto.", "N enviou uma foto."],
    alone: ["N mudou o tema para Amor.", "Você criou o grupo."],
    words: ["oi", "Até amanhã.", "vc vem hoje?"],
    caption: "olha isso",
  },
  Turkish: {
    shared: ["Bir ek gönderdin.", "N bir ek gönderdi."],
    photo: ["Bir fotoğraf gönderdin.", "N bir fotoğraf gönderdi."],
    alone: ["N temayı Aşk olarak değiştirdi."],
    words: ["selam", "Yarın görüşürüz.", "geliyor musun?"],
    caption: "şuna bak",
  },
  Polish: {
    shared: ["Wysłano załącznik.", "Użytkownik N wysłał załącznik."],
    photo: ["Wysłano zdjęcie.", "Użytkownik N wysłał zdjęcie."],
    alone: ["Użytkownik N zmienił motyw na Miłość."],
    words: ["cześć", "Do jutra kochana.", "idziesz?"],
    caption: "patrz na to",
  },
  Vietnamese: {
    shared: ["Bạn đã gửi một file đính kèm.", "N đã gửi một file đính kèm."],
    photo: ["Bạn đã gửi một ảnh.", "N đã gửi một ảnh."],
    alone: ["N đã đổi chủ đề thành Tình yêu."],
    words: ["chào", "Hẹn gặp lại nhé.", "đi không?"],
    caption: "nhìn này",
  },
  Russian: {
    shared: ["Вы отправили вложение.", "N отправил(а) вложение."],
    photo: ["Вы отправили фото.", "N отправил(а) фото."],
    alone: ["N изменил(а) тему на «Любовь»."],
    words: ["привет", "Увидимся завтра.", "ты идёшь?"],
    caption: "смотри",
  },
  Arabic: {
    shared: ["لقد أرسلت مرفقًا.", "أرسل N مرفقًا."],
    photo: ["لقد أرسلت صورة.", "أرسل N صورة."],
    alone: ["غيّر N السمة إلى الحب."],
    words: ["مرحبا", "أراك غدا", "هل تأتي؟"],
    caption: "شوف هذا",
  },
  Japanese: {
    shared: ["添付ファイルを送信しました。", "Nさんが添付ファイルを送信しました。"],
    photo: ["写真を送信しました。", "Nさんが写真を送信しました。"],
    alone: ["Nさんがテーマをラブに変更しました。"],
    words: ["やあ", "また明日ね。", "来る？"],
    caption: "見て見て",
  },
  Korean: {
    shared: ["회원님이 첨부 파일을 보냈습니다.", "N님이 첨부 파일을 보냈습니다."],
    photo: ["회원님이 사진을 보냈습니다.", "N님이 사진을 보냈습니다."],
    alone: ["N님이 테마를 사랑(으)로 변경했습니다."],
    words: ["안녕", "내일 봐.", "올 거야?"],
    caption: "이거 봐",
  },
  Thai: {
    shared: ["คุณส่งไฟล์แนบ", "N ส่งไฟล์แนบ"],
    photo: ["คุณส่งรูปภาพ", "N ส่งรูปภาพ"],
    alone: ["N เปลี่ยนธีมเป็นความรัก "],
    words: ["หวัดดี", "เจอกันพรุ่งนี้นะ", "มาไหม"],
    caption: "ดูนี่สิ",
  },
  Tagalog: {
    shared: ["Nagpadala ka ng attachment.", "Nagpadala si N ng attachment."],
    photo: ["Nagpadala ka ng larawan.", "Nagpadala si N ng larawan."],
    alone: ["Pinalitan ni N ang tema ng Pag-ibig."],
    words: ["uy", "Kita tayo bukas.", "punta ka ba?"],
    caption: "tingnan mo",
  },
  "German, of which a part is known": {
    shared: ["Du hast einen Anhang gesendet.", "N hat einen Anhang gesendet."],
    photo: ["Du hast ein Foto gesendet.", "N hat ein Foto gesendet."],
    alone: ["N hat das Design in Liebe geändert.", "Hat mit 😆 auf deine Nachricht reagiert "],
    words: ["na", "Bis morgen dann.", "kommst du?"],
    caption: "guck mal",
  },
};

const friends = ["Timo Falk", "Mai Tran", "Rosa Ohm"];

test.each(Object.entries(languages))(
  "%s: no sentence of the network's is learned in silence",
  async (_, language) => {
    for (const network of ["facebook", "instagram"]) {
      const { report, messages } = await importLanguage(network, language);
      const own = 3 * (language.words.length + 1);
      const learned = messages.filter(({ kind }) => kind === "text").map(({ text }) => text);
      const people = learned.filter((text) => [...language.words, language.caption].includes(text));
      expect(people).toHaveLength(2 * own);
      expect(learned.length - people.length).toBeLessThanOrEqual(report.uncertain);
      // What is sure is left out: sentences beside an attachment again and again.
      const [sharedByOwner, sharedByFriend] = language.shared;
      const isFinished = /[.。]$/.test(sharedByOwner);
      expect(learned.filter((text) => text === sharedByOwner)).toHaveLength(isFinished ? 0 : 9);
      expect(learned).not.toContain(sharedByFriend.replace("N", "Timo"));
    }
  },
);

test.each(Object.entries(languages))("%s: what people say is not counted", async (_, language) => {
  const { report, messages } = await importLanguage("facebook", {
    ...language,
    shared: ["", ""],
    photo: ["", ""],
    alone: [],
  });
  expect(report.uncertain).toBe(0);
  expect(messages.filter(({ text }) => text !== "")).toHaveLength(6 * (language.words.length + 1));
});

test("a Spanish chat in which each sentence stands once: all are left out or counted", async () => {
  const post = { share: { link: "https://example.org" } };
  const photo = { photos: [{ uri: "x/1.jpg" }] };
  const { report, words } = await importMessages([
    [
      "Timo Falk",
      [
        message("Lea Brandt", "hola", {}),
        message("Lea Brandt", "Has enviado una foto.", photo),
        message("Timo Falk", "Timo envió una foto.", photo),
        message("Lea Brandt", "Has enviado un archivo adjunto.", post),
        message("Timo Falk", "Timo ha enviado un archivo adjunto.", post),
        message("Lea Brandt", "Has llamado a Timo.", { call_duration: 0 }),
        message("Timo Falk", "Timo ha reaccionado con 😆 a tu mensaje ", {}),
        message("Timo Falk", "Reaccionó con 😆 a tu mensaje ", {}),
        message("Timo Falk", "Le gustó un mensaje", {}),
        message("Lea Brandt", "Has cancelado el envío de un mensaje", {}),
        message("Timo Falk", "Timo ha cambiado el tema a Amor.", {}),
        message("Lea Brandt", "adiós", {}),
      ],
    ],
  ]);
  expect(words.length - report.uncertain).toBe(2);
  expect(report).toMatchObject({ uncertain: 7, unknownWording: ["facebook"] });
});

test("a sentence that stands once beside a photo may be its caption, and is counted", async () => {
  const { report, words } = await importMessages([
    [
      "Timo Falk",
      [
        message("Lea Brandt", "Has enviado una foto.", { photos: [{ uri: "a/1.jpg" }] }),
        message("Timo Falk", "Timo ha enviado una foto.", { photos: [{ uri: "a/2.jpg" }] }),
        message("Lea Brandt", "Nuestro nuevo perro.", { photos: [{ uri: "a/3.jpg" }] }),
      ],
    ],
  ]);
  expect(words).toEqual(["Lea Brandt: Has enviado una foto.", "Lea Brandt: Nuestro nuevo perro."]);
  expect(report.uncertain).toBe(2);
});

test("where the network writes English, captions and answers are words, and nothing is uncertain", async () => {
  const { report, words } = await importMessages(
    friends.map((friend) => [
      friend,
      [
        message("Lea Brandt", "You sent an attachment.", { share: { link: "https://example.org/1" } }),
        message(friend, `${friend.split(" ")[0]} sent an attachment.`, {
          share: { link: "https://example.org/2" },
        }),
        message("Lea Brandt", "Our new dog.", { photos: [{ uri: "a/3.jpg" }] }),
        message(friend, "He is so cute.", {}),
      ],
    ]),
  );
  expect(words).toHaveLength(6);
  expect(report).toMatchObject({ uncertain: 0, unknownWording: [] });
});

test("an answer to a story is the person's own, however often they give it", async () => {
  const answer = () =>
    message("Lea Brandt", "Qué bonito es.", { share: { link: "https://instagram.com/stories/x/1" } });
  const { words } = await importMessages(
    friends.map((friend) => [friend, [answer(), answer(), message(friend, "gracias", {})]]),
  );
  expect(words.filter((line) => line === "Lea Brandt: Qué bonito es.")).toHaveLength(6);
});

type Said = Record<string, unknown> & { sender_name: string; content: string };

function message(sender_name: string, content: string, beside: Record<string, unknown>): Said {
  return { sender_name, content, ...beside };
}

function importLanguage(network: string, { shared, photo, alone, words, caption }: Language) {
  const threads = friends.map((friend): [string, Said[]] => {
    const name = friend.split(" ")[0] as string;
    const by = (sentence: string, beside: Record<string, unknown>) =>
      sentence === ""
        ? []
        : [message(sentence.includes("N") ? friend : "Lea Brandt", sentence.replace("N", name), beside)];
    const post = { share: { link: "https://example.org/post" } };
    const picture = { photos: [{ uri: "x/1.jpg" }] };
    return [
      friend,
      [
        ...[1, 2, 3].flatMap(() => shared.flatMap((sentence) => by(sentence, post))),
        ...photo.flatMap((sentence) => by(sentence, picture)),
        ...alone.flatMap((sentence) => by(sentence, {})),
        ...words.flatMap((text) => [message(friend, text, {}), message("Lea Brandt", text, {})]),
        message(friend, caption, picture),
        message("Lea Brandt", caption, picture),
      ],
    ];
  });
  return importMessages(threads, network);
}

async function importMessages(threads: [friend: string, messages: Said[]][], network = "facebook") {
  const root =
    network === "facebook" ? "your_facebook_activity/messages" : "your_instagram_activity/messages";
  const written = threads.map(([friend, messages], index) => ({
    folder: `inbox/x_1784293847${index}`,
    participants: [friend, "Lea Brandt"],
    messages: messages.map((message, minute) => ({
      ...message,
      timestamp_ms: 1_690_829_590_324 + minute * 60_000,
    })),
  }));
  return importPaths([await folderOf(exportFiles(written, { root }))], { persona: ["Lea Brandt"] });
}
