// In a Worker, in the place of node:test: tests in the order in which they were written, one after the other.

/** How a test ended: what went wrong, if anything did. */
export interface Ended {
  readonly name: string;
  readonly wrong: string | undefined;
}

type Work = () => unknown;

const tests: { readonly name: string; readonly work: Work }[] = [];
let around = "";

export function test(name: string, work: Work): void {
  // What a unit may say of itself elsewhere, this would pass over in silence.
  if (typeof work !== "function") throw new TypeError(`${name}: a test here has a name and its work, and nothing else`);
  tests.push({ name: around + name, work });
}

export function describe(name: string, content: () => void): void {
  const before = around;
  around = `${before}${name}: `;
  content();
  around = before;
}

/** Runs what was written down so far. */
export async function runAll(): Promise<Ended[]> {
  const ended: Ended[] = [];
  for (const { name, work } of tests) ended.push({ name, wrong: await wrongIn(work) });
  return ended;
}

async function wrongIn(work: Work): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return error instanceof Error ? `${error.message}\n${error.stack ?? ""}` : `thrown: ${String(error)}`;
  }
}
