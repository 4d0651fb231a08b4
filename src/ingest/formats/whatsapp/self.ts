/** What WhatsApp Web calls whoever exports. */
const selves = new Set(
  "You Du Ich Tú Vos Yo Você Eu Tu Vous Moi Io Jij Je U Ikke Sie Ty Ja Sen Siz Вы Ты Ви Anda Kamu Bạn Tôi คุณ あなた 自分 나 회원님 你 您 أنت انت אתה את شما آپ आप Εσείς Te Ön Tu Dvs. Sinä Minä Jag Jeg".split(
    " ",
  ),
);

export function isSelf(name: string): boolean {
  return selves.has(name);
}
