/** JSON.parse keeps the last of two fields of the same name and says nothing: what a person sees first need not be what is done. */

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;

interface Open {
  /** Of an object: the names seen so far. */
  readonly names?: Set<string>;
  expectsName: boolean;
}

/** The first field name that an object holds twice; the text must be valid JSON. */
export const repeatedField = (text: string): string | undefined => {
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
      if (inner.names.has(name)) return name;
      inner.names.add(name);
      inner.expectsName = false;
    }
  }
  return undefined;
};
