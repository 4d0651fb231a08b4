import { anyOf } from "../word-lists.ts";

/** Words that stand before a telephone number, by language. */
const phoneWords = [
  "(?:tele)?phone|mobile|cell(?:phone)?|mob|landline|fax|pager|number|call|ring|dial|te?xt|hmu|sms",
  "whats ?app|viber",
  "telefon(?:nummer)?|nummer|handy(?:nummer)?|festnetz|durchwahl|ruf|wählt?",
  "num[eé]ro|t[ée]l(?:[ée]phone)?|portable|appelle[rz]?|fixe|joignable",
  "tel[eé]fono|n[uú]mero|celular|cel|m[oó]vil|ll[aá]ma(?:r|me|lo|la)?|marca|w(?:pp|sp|asap)|guasap",
  "telefone|fone|telem[oó]vel|zap(?:zap)?|liga(?:r|-me|-lhe)?|disca|contac?to",
  "cellulare|chiama(?:mi|re|lo|la)?|numero",
  "telefoonnummer|mobiel|bel",
  "telefon|numer(?:em)?|komórka|zadzwoń|dzwoń",
  "číslo|zavolej|mobil",
  "tlf(?:nr)?|telefonnr|ring|mobilnr",
  "numara(?:m|sı)?|ara|cep",
  "телефон|номер|звони(?:те)?|позвони(?:те)?|моб",
  "τηλέφωνο|κινητό",
  "nomor(?:ku|nya)?|no hp|hubungi",
  "số điện thoại|sđt",
  "numărul|sună",
  "puh(?:elin(?:numero)?)?|soita",
  "szám(?:om)?|hívj",
];
/** Of scripts that write no spaces, or hang particles on words. */
const unspacedWords = [
  "电话|電話|手机号?|手機|号码|號碼|微信",
  "電話番号?|携帯|番号",
  "전화(?:번호)?|번호|연락처|전번",
  "هاتف|رقم|جوال|موبايل",
  "טלפון|נייד|מספר",
  "फ़?ोन|नंबर|मोबाइल",
  "โทร|เบอร์",
  "☎|📞|📱|📲",
];

/** Words that stand before every number: those with eight digits and more are telephone numbers after them. */
const weakWords = ["nr", "no\\.?", "num", "wa", "ph", "signal", "contact"];
const word = (list: string) => `(?<![\\p{L}\\p{M}])(?:${list})(?![\\p{L}\\p{M}])`;
const words = `(?:${word(anyOf(phoneWords))}|${anyOf(unspacedWords)})`;
const between = "[^\\p{L}\\d\\n]{0,6}(?:\\p{L}{1,5}[^\\p{L}\\d\\n]{1,3}){0,2}";

/** A text that ends with such a word, and at most two short ones more. */
export const endsWithPhoneWord = new RegExp(`${words}${between}$`, "iu");
export const endsWithWeakPhoneWord = new RegExp(`${word(anyOf(weakWords))}[\\s:.#=]{0,4}$`, "iu");
/** A text that ends with nothing between such a word and the number: "tel07911…". */
export const touchesPhoneWord = new RegExp(`(?:${words}|${word(anyOf(weakWords))})$`, "iu");
