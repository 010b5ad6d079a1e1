/** What JSON.parse lets pass in silence: of two fields of one name it keeps the last, so that what a person sees need not be what is done. */

/** DynamoDB holds 32 levels of maps and lists, what a body is kept in among them. */
export const DEPTH = 20;
export const TOO_DEEP = 'too deep';

const TOKEN = /"(?:[^"\\]+|\\.)*"|[{}[\],]/g;

interface Open {
  /** Of an object: the names seen so far. */
  readonly names?: Set<string>;
  expectsName: boolean;
}

/** The first field name that an object holds twice, or more levels than allowed. The text must be valid JSON. */
export const flawOf = (text: string): { readonly repeated: string } | typeof TOO_DEEP | undefined => {
  const open: Open[] = [];
  for (const [token] of text.matchAll(TOKEN)) {
    const inner = open.at(-1);
    if (token === '{') open.push({ names: new Set(), expectsName: true });
    else if (token === '[') open.push({ expectsName: false });
    else if (token === '}' || token === ']') open.pop();
    else if (inner?.names && token === ',') inner.expectsName = true;
    else if (inner?.names && inner.expectsName && token[0] === '"') {
      // Escapes make the same name look different.
      const name = JSON.parse(token) as string;
      if (inner.names.has(name)) return { repeated: name };
      inner.names.add(name);
      inner.expectsName = false;
    }
    if (open.length > DEPTH) return TOO_DEEP;
  }
  return undefined;
};
