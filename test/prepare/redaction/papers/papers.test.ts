import { describe, expect, test } from "vitest";
import { createRedactor } from "../../../../src/prepare/redaction/index.ts";

function redact(text: string): string {
  return createRedactor({ country: "GB" }).openConversation()(text);
}

describe("known by its shape, check digits or day of birth, with no word for it", () => {
  test.each([
    ["Spain's DNI", ["12345678Z", "00000000T", "12345678-z", "45671234 L", "es 87654321X, ok?"]],
    ["Spain's NIE", ["X1234567L", "x-1234567-l", "Y1234567X", "Z1234567R", "(X0000000T)"]],
    [
      "Britain's national insurance",
      ["QQ123456C", "AB 12 34 56 D", "JG103759A", "SX 12 34 56 B", "it's CE987654A!"],
    ],
    [
      "Britain's driving licence",
      ["MORGA657054SM9IJ", "JONES710238AB9CD", "SMITH812315J99XY", "LEE99802176A99ZZ", "TAYLO606219EM9OP"],
    ],
    ["India's PAN", ["ABCDE1234F", "BNZPM2501F", "AAAPL1234C", "pan is AFZPK7190K", "CGGPS4321L."]],
    [
      "Italy's codice fiscale",
      [
        "RSSMRA85M01H501Z",
        "rssmra85t10a562s",
        "BNCLRA90A41F205X",
        "VRD GPP 13A10Z133B".replace(/ /g, ""),
        "FRRMRC75D12L219K",
      ],
    ],
    [
      "Mexico's CURP",
      [
        "GODE561231HDFRRN09",
        "HEGG560427MVZRRL04",
        "BADD110313HCMLNS09",
        "lopj900101hdfpnn02",
        "SABC560626MDFLRN01",
      ],
    ],
    ["Mexico's RFC", ["GODE561231GR8", "VECJ880326XXX", "ABC680524P76", "HEGG-560427-MV7", "LOPJ900101AB1"]],
    ["Chile's RUT", ["20849296-9", "12.345.678-5", "7654321-6", "11.111.111-1", "10.000.013-K"]],
    ["Ireland's PPS", ["1234567T", "1234567FA", "7654321G", "0000001B", "1234567tw"]],
    ["Finland's identity code", ["131052-308T", "120464-126J", "010101A123N", "131052-308t", "150385-9237"]],
    [
      "Sweden's personnummer",
      ["811218-9876", "19811218-9876", "670919-9530", "900101+1234", "20120515-2387"],
    ],
    ["Denmark's CPR", ["070761-4285", "010180-1234", "311299-0987", "150690-4321", "240955-1111"]],
    [
      "Korea's resident number",
      ["880101-1234567", "950315-2345678", "010203-3456789", "120430-4567890", "770707-1234567"],
    ],
    [
      "Malaysia's identity card",
      ["880101-14-5678", "950315-10-1234", "010203-08-4321", "700707-01-9999", "991231-07-2468"],
    ],
    ["Czechia's rodné číslo", ["880101/1234", "955315/4321", "736028/5163", "530312/123", "015203/3344"]],
    [
      "Switzerland's AHV",
      ["756.1234.5678.97", "756.9217.0769.85", "756.3047.5009.62", "756.0000.1111.22", "756.8888.7777.66"],
    ],
    [
      "Belgium's national number",
      ["85.07.30-033.28", "93.05.18-223.61", "40.01.01-001.33", "00.12.25-567.77", "72.02.02-900.81"],
    ],
    [
      "France's social insurance",
      [
        "2 55 08 14 168 025 38",
        "1 84 12 76 451 089 46",
        "185057800608436",
        "2 69 05 49 588 157 80",
        "1 90 03 2A 004 123",
      ],
    ],
    [
      "Germany's social insurance",
      ["65 170839 J 003", "12 010180 M 011", "65180175M012", "53 240691 K 504", "20 311299 S 777"],
    ],
    [
      "China's identity card",
      [
        "11010519491231002X",
        "440308199901010012",
        "320106198507151234",
        "51010720010203456x",
        "110101199003074514",
      ],
    ],
    ["Hong Kong's identity card", ["A123456(7)", "AB987654(3)", "G123456(A)", "K000111(2)", "Z683365(5)"]],
    ["Singapore's NRIC", ["S1234567D", "T0123456J", "F7654321Q", "G1122334X", "M5043078W"]],
    ["Taiwan's identity card", ["A123456789", "F131104093", "L297531468", "T150000009", "Z999999999"]],
    [
      "Thailand's identity card",
      [
        "1-2345-67890-12-1",
        "3-1005-01234-56-7",
        "5-8801-00011-22-3",
        "1-1037-02071-81-1",
        "2-4900-99999-01-0",
      ],
    ],
    [
      "Argentina's CUIT",
      ["20-12345678-6", "27-28033514-8", "30-70308853-4", "23-98765432-9", "20-05536168-2"],
    ],
    [
      "Russia's SNILS",
      ["112-233-445 95", "087-654-303 00", "123-456-789 64", "001-001-998 11", "160-722-391 15"],
    ],
    [
      "Portugal's cartão de cidadão",
      ["12345678 9 ZZ4", "12345678 9ZX1", "14598762 0 ZY3", "11223344 5 ZW9", "00000000 0 ZZ4"],
    ],
    [
      "what machines read from a passport",
      [
        "I<UTOD23145890<1233<<<<<<<<<<<",
        "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
        "I<UTOD231458907<<<<<<<<<<<<<<<",
        "IDFRABERTHIER<<<<<<<<<<<<<<<<<<921001",
        "7408122F1204159UTO<<<<<<<<<<<6",
      ],
    ],
    [
      "a parcel of the post",
      ["RR123456785GB", "CP 123456785 DE", "EE876543216PT", "LX987654321CN", "RB000111222SG"],
    ],
  ])("%s", (_, texts) => {
    for (const text of texts)
      expect.soft(redact(text), text).toMatch(/^(?:[^\d\p{Lu}]*)\[(?:number|phone|code)\][^\d\p{Lu}]*$/u);
  });
});

describe("known by the word beside it", () => {
  test.each([
    [
      "passports",
      [
        "passport C01X00T47",
        "my passport number's 533401372",
        "Reisepass: C4J8K2M17",
        "passeport n° 19AB45678",
        "pasaporte AAB123456",
        "passaporto YA1234567",
        "паспорт 45 08 123456",
        "护照号码是E12345678",
        "旅券番号 TK1234567",
        "여권번호 M12345678",
        "paszport AB1234567",
      ],
    ],
    [
      "licences",
      [
        "driving licence MORGA657054SM9IJ",
        "license # D1234567",
        "Führerschein B072RRE2I55",
        "permis de conduire 123456789012",
        "cnh 01234567890",
        "carnet de conducir 12345678Z",
        "patente U1234567X",
        "rijbewijs 5012345678",
        "ehliyet no 123456",
        "免許証は123456789012",
        "водительское удостоверение 77 16 123456",
      ],
    ],
    [
      "national numbers",
      [
        "ssn 123-45-6789 k",
        "social is 123-45-6789",
        "dni12345678Z",
        "mi cédula es 1.020.345.678",
        "cpf 123.456.789-09",
        "RG 12.345.678-9",
        "bsn 111222333",
        "pesel 85010112345",
        "personnummer 811218-9876",
        "aadhaar 2345 6789 0123",
        "kimlik no 12345678901",
        "주민번호 880101-1234567",
        "マイナンバーは1234 5678 9012",
        "身份证号 11010519491231002X",
        "carta d'identità CA12345AA",
        "dowód ABC 123456",
      ],
    ],
    [
      "taxes",
      [
        "steuer-id 12 345 678 901",
        "Steuernummer 12/345/67890",
        "tfn 123 456 782",
        "nif 123456789",
        "partita iva 12345678901",
        "инн 770123456789",
        "numéro fiscal 1234567890123",
        "cnpj 12.345.678/0001-95",
        "rfc GODE561231GR8",
        "NIP 123-456-32-18",
        "αφμ 123456789",
      ],
    ],
    [
      "health and insurance",
      [
        "nhs number 943 476 5919",
        "medicare 2123 45670 1",
        "SV-Nummer 65 170839 J 003",
        "secu : 2 55 08 14 168 025 38",
        "AHV 756.1234.5678.97",
        "policy number AB123456",
        "СНИЛС 112-233-445 95",
        "tessera sanitaria RSSMRA85M01H501Z",
        "número de utente 123456789",
        "taj szám 123 456 789",
      ],
    ],
    [
      "before its word",
      [
        "12345678 el dni de mama",
        "123456782 is my tfn",
        "C01X00T47 is my passport",
        "85010112345 to mój pesel",
        "111222333 is mijn bsn",
      ],
    ],
  ])("%s", (_, texts) => {
    for (const text of texts) {
      const left = redact(text);
      expect.soft(left, text).toMatch(/\[(?:number|phone|code|card|bank)\]/);
      expect.soft(left, text).not.toMatch(/\d/);
    }
  });
});

describe("what only looks like one stays", () => {
  test.each([
    "12345678A",
    "45671234 later",
    "são 45671234 lá",
    "12345678 é muito",
    "X1234567A",
    "20849296-8",
    "we are 12 now",
    "131399-308T",
    "pass my CS236",
    "my passport expires 12/05/2027",
    "passport valid until 2029",
    "I need a new id by 2020",
    "el documento tiene 12 páginas",
    "Ausweis vergessen, bin um 18:30 da",
    "permis en 2019, voiture en 2021",
    "pan 1234 g of rice",
    "the PAN card costs 107",
    "cf 2019, cf 2020",
    "dl speed is 1000",
    "social media since 2009",
    "rut 5 km today",
    "ABC123 and XY12",
    "room B1234",
    "the 1234567 steps",
    "SATURDAY 12 DECEMBER 2020",
    "GTX1080TI vs RTX3070",
    "ID 42",
    "nik 99",
  ])("%s", (text) => {
    expect(redact(text)).toBe(text);
  });
});
