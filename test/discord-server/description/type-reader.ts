/** A type as the description's paths write it. */
export type Type =
  | { kind: "name"; name: string }
  | { kind: "literal"; value: string | number }
  | { kind: "array"; element: Type }
  | { kind: "union"; options: Type[] }
  | { kind: "record"; element: Type }
  | { kind: "object"; members: Map<string, { type: Type; isOptional: boolean }> };

/** Reads the few kinds of TypeScript types that the description's paths consist of. */
export function readType(source: string): Type {
  const tokens = source.replace(/\/\*.*?\*\/|\/\/.*$/gms, "").match(/"[^"]*"|[\w.]+|[^\s\w]/g) ?? [];
  let next = 0;

  const take = (expected?: string): string => {
    const token = tokens[next++];
    if (token === undefined || (expected !== undefined && token !== expected))
      throw new Error(`Expected ${expected ?? "a type"} and found ${token} in Discord's description.`);
    return token;
  };
  const takeIf = (token: string): boolean => tokens[next] === token && next++ >= 0;

  function union(): Type {
    takeIf("|");
    const options = [postfix()];
    while (takeIf("|")) options.push(postfix());
    return options.length === 1 ? (options[0] as Type) : { kind: "union", options };
  }

  function postfix(): Type {
    let type = primary();
    while (tokens[next] === "[" && tokens[next + 1] === "]") {
      next += 2;
      type = { kind: "array", element: type };
    }
    return type;
  }

  function primary(): Type {
    const token = take();
    if (token === "(") {
      const inner = union();
      take(")");
      return inner;
    }
    if (token === "{") return object();
    if (token === "[") return tuple();
    if (token.startsWith('"')) return { kind: "literal", value: token.slice(1, -1) };
    if (/^\d+$/.test(token)) return { kind: "literal", value: Number(token) };
    return { kind: "name", name: token };
  }

  function tuple(): Type {
    const options: Type[] = [];
    while (!takeIf("]")) {
      options.push(union());
      takeIf(",");
    }
    return { kind: "union", options };
  }

  function object(): Type {
    if (takeIf("[")) return record();
    const members = new Map<string, { type: Type; isOptional: boolean }>();
    while (!takeIf("}")) {
      const key = take().replace(/^"(.*)"$/, "$1");
      const isOptional = takeIf("?");
      take(":");
      members.set(key, { type: union(), isOptional });
      takeIf(";");
    }
    return { kind: "object", members };
  }

  function record(): Type {
    for (const token of ["key", ":", "string", "]", ":"]) take(token);
    const element = union();
    takeIf(";");
    take("}");
    return { kind: "record", element };
  }

  return union();
}
