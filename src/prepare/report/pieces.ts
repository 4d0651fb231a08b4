import type { Tokenizer } from "../../tokenizer/index.ts";

/** The smallest run of tokens of one mask code whose bytes are whole characters: seldom more than one token. */
export interface Piece {
  text: string;
  /** Mask code of its tokens. */
  code: number;
  tokens: number;
  /** A special token, shown by its name. */
  isSpecial: boolean;
}

/** UTF-8 writes a character in four bytes at most; what is not whole by then never will be. */
const maxTokensACharacter = 4;

/** Decodes tokens as the trainer sees them, one by one; `specialName` gives the name of a special token. */
export function toPieces(
  { ids, mask }: { ids: number[]; mask: number[] },
  tokenizer: Pick<Tokenizer, "bytesOf">,
  specialName: (id: number) => string | undefined,
): Piece[] {
  const pieces: Piece[] = [];
  let waiting: { bytes: Uint8Array[]; code: number } = { bytes: [], code: -1 };
  const emit = (text: string) => {
    pieces.push({ text, code: waiting.code, tokens: waiting.bytes.length, isSpecial: false });
    waiting = { bytes: [], code: -1 };
  };
  const giveUp = () => {
    if (waiting.bytes.length > 0) emit(Buffer.concat(waiting.bytes).toString("utf8"));
  };

  for (const [index, id] of ids.entries()) {
    const code = mask[index] ?? 0;
    const name = specialName(id);
    if (name !== undefined || waiting.code !== code) giveUp();
    if (name !== undefined) {
      pieces.push({ text: name, code, tokens: 1, isSpecial: true });
      continue;
    }
    waiting.code = code;
    waiting.bytes.push(tokenizer.bytesOf(id));
    const text = decodeWhole(Buffer.concat(waiting.bytes));
    if (text !== undefined) emit(text);
    else if (waiting.bytes.length === maxTokensACharacter) giveUp();
  }
  giveUp();
  return pieces;
}

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decodeWhole(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}
