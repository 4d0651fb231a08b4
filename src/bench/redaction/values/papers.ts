import { capitals, type Draw, type Value } from "./draw.ts";

const sumOf = (digits: string, weights: number[]) =>
  weights.reduce((total, weight, index) => total + weight * Number(digits[index]), 0);

/** Identity papers and tax numbers, with the check digits that each of them has. */
export const papers: Record<string, Value> = {
  dni: (draw) => dni(draw.digits(8)),
  nie: (draw) => {
    const first = draw.pick(["X", "Y", "Z"]);
    const digits = draw.digits(7);
    return `${first}${digits}${dniLetter(`${"XYZ".indexOf(first)}${digits}`)}`;
  },
  nino: (draw) => {
    const start = `${draw.of("ABCEGHJLMPRSW", 1)}${draw.of("ABCEHJLMPRSW", 1)}`;
    const digits = draw.digits(6);
    const letter = draw.of("ABCD", 1);
    return draw.pick([
      `${start}${digits}${letter}`,
      `${start} ${digits.slice(0, 2)} ${digits.slice(2, 4)} ${digits.slice(4)} ${letter}`,
    ]);
  },
  pan: (draw) =>
    `${draw.of(capitals, 3)}${draw.of("PCHFT", 1)}${draw.of(capitals, 1)}${draw.digits(4)}${draw.of(capitals, 1)}`,
  passport: (draw) => draw.pick([draw.like("%########"), `${draw.of(capitals, 1)}${draw.digits(8)}`]),
  passportDe: (draw) => `C${draw.of("0123456789FGHJKLMNPRTVWXYZ", 5)}${draw.like("%#%")}`,
  passportFr: (draw) => `${draw.digits(2)}${draw.of(capitals, 2)}${draw.digits(5)}`,
  passportBr: (draw) => `${draw.of(capitals, 2)}${draw.digits(6)}`,
  passportEs: (draw) => `${draw.of(capitals, 3)}${draw.digits(6)}`,
  passportIt: (draw) => `Y${draw.of(capitals, 1)}${draw.digits(7)}`,
  passportRu: (draw) => draw.like("45## ######"),
  licenceGb: (draw) =>
    `${draw.of(capitals, 5)}${draw.like("%0%1%#")}${draw.of(capitals, 2)}9${draw.of(capitals, 2)}`,
  licenceUs: (draw) => `${draw.of(capitals, 1)}${draw.digits(7)}`,
  licenceDe: (draw) => `${draw.of("BJNR", 1)}${draw.digits(3)}RR${draw.like("#%")}I${draw.digits(2)}`,
  cnh: (draw) => draw.like("0##########"),
  rut: (draw) => rut(draw.like("1#######")).join("-"),
  rutDots: (draw) => {
    const [body = "", check] = rut(draw.like("1#######"));
    return `${body.replace(/(\d\d)(\d{3})(\d{3})/, "$1.$2.$3")}-${check}`;
  },
  cpf: (draw) => {
    const digits = cpf(draw.digits(9));
    return draw.pick([digits, digits.replace(/(...)(...)(...)(..)/, "$1.$2.$3-$4")]);
  },
  cnpj: (draw) => draw.like("%#.###.###/0001-##"),
  rg: (draw) => draw.like("%#.###.###-#"),
  cf: (draw) =>
    `${draw.of("BCDFGLMNPRSTVZ", 6)}${draw.digits(2)}${draw.of("ABCDEHLMPRST", 1)}${draw.like("1%")}${draw.of("ABCDEFGHL", 1)}${draw.digits(3)}${draw.of(capitals, 1)}`,
  pesel: (draw) => {
    const digits = draw.like("8%0%1%####");
    return digits + ((10 - (sumOf(digits, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10)) % 10);
  },
  dowod: (draw) => `${draw.of(capitals, 3)} ${draw.digits(6)}`,
  bsn: (draw) => bsn(draw),
  pnr: (draw) => draw.like(draw.pick(["8%0%1%-####", "198%0%1%-####"])),
  cpr: (draw) => draw.like("1%0%8#-####"),
  hetu: (draw) => `${draw.like("1%0%8#")}-${draw.digits(3)}${draw.of("ABCDEFHJKLMNPRSTUVWXY", 1)}`,
  steuerId: (draw) => draw.pick([draw.like("%##########"), draw.like("%# ### ### ###")]),
  steuernummer: (draw) => draw.pick([draw.like("##/###/#####"), draw.like("%##/####/####")]),
  svnr: (draw) => `${draw.like("65 1%0%8#")} ${draw.of(capitals, 1)} ${draw.digits(3)}`,
  nir: (draw) => draw.pick([draw.like("1 8# 0% 75 ### ### ##"), draw.like("28#0%13######%#")]),
  ahv: (draw) => draw.like("756.####.####.##"),
  ssn: (draw) => draw.like("%##-%#-####"),
  aadhaar: (draw) => draw.like("%### #### ####"),
  curp: (draw) =>
    `${draw.of(capitals, 4)}${draw.like("8%0%1%")}${draw.of("HM", 1)}${draw.of(capitals, 5)}0${draw.digits(1)}`,
  rfc: (draw) => `${draw.of(capitals, 4)}${draw.like("8%0%1%")}${draw.of(capitals, 2)}${draw.digits(1)}`,
  cedula: (draw) => draw.pick([draw.like("%.###.###.###"), draw.like("%#######"), draw.like("%#.###.###")]),
  cuit: (draw) => draw.like("20-%#######-#"),
  tckn: (draw) => draw.like("%##########"),
  snils: (draw) => draw.like("%##-###-### ##"),
  inn: (draw) => draw.like("77##########"),
  idCn: (draw) => draw.like("1101%#198%0%1%####"),
  myNumber: (draw) => draw.like("%### #### ####"),
  rrn: (draw) => draw.like("8%0%1%-1######"),
  nric: (draw) => draw.pick([`S${draw.digits(7)}${draw.of(capitals, 1)}`, draw.like("8%0%1%-14-####")]),
  hkid: (draw) => `${draw.of(capitals, 1)}${draw.digits(6)}(${draw.digits(1)})`,
  rc: (draw) => draw.like("8%0%1%/####"),
  pps: (draw) => `${draw.digits(7)}${draw.of("ABCDEFGHIJKLMNOPQRSTUVW", 1)}`,
  medicare: (draw) => draw.like("2### ##### #"),
  tfn: (draw) => draw.like("%## ### ###"),
  nhs: (draw) => draw.like("%## ### ####"),
  nrn: (draw) => draw.like("8%.0%.1%-###.##"),
  cc: (draw) => `${draw.like("1#######")} ${draw.digits(1)} ${draw.of(capitals, 2)}${draw.digits(1)}`,
  nif: (draw) => draw.pick([draw.like("2########"), draw.like("2## ### ###")]),
  vin: (draw) =>
    `${draw.of("ABCDEFGHJKLMNPRSTUVWXYZ", 3)}${draw.of("ABCDEFGHJKLMNPRSTUVWXYZ0123456789", 8)}${draw.digits(6)}`,
};

function dniLetter(digits: string): string {
  return "TRWAGMYFPDXBNJZSQVHLCKE"[Number(digits) % 23] as string;
}

function dni(digits: string): string {
  return `${digits}${dniLetter(digits)}`;
}

function rut(body: string): [string, string] {
  const sum = [...body]
    .reverse()
    .reduce((total, digit, index) => total + Number(digit) * (2 + (index % 6)), 0);
  const check = 11 - (sum % 11);
  return [body, check === 11 ? "0" : check === 10 ? "K" : String(check)];
}

function cpf(body: string): string {
  const check = (digits: string) => {
    const weights = Array.from(digits, (_, index) => digits.length + 1 - index);
    return ((sumOf(digits, weights) * 10) % 11) % 10;
  };
  const first = body + check(body);
  return first + check(first);
}

function bsn(draw: Draw): string {
  for (;;) {
    const digits = draw.like("%########");
    if (sumOf(digits, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0) return digits;
  }
}
