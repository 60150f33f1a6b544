// In a Worker, in the place of tests/vectors.ts: the same files, from who serves them. A Worker may wait for an answer.

/** The bytes of one vector file. */
export function bytes(...path: string[]): Uint8Array {
  return asked(path.join("/"));
}

/** One vector file, read as JSON. */
export function json<T>(...path: string[]): T {
  return JSON.parse(new TextDecoder().decode(bytes(...path))) as T;
}

/** The names of the files in a folder of vectors, sorted; without folders. */
export function names(...path: string[]): string[] {
  return json<string[]>(...path, "");
}

function asked(path: string): Uint8Array {
  const request = new XMLHttpRequest();
  request.open("GET", `/vectors/${path}`, false);
  request.responseType = "arraybuffer";
  request.send();
  if (request.status !== 200) throw new Error(`there is no vector ${path}`);
  return new Uint8Array(request.response as ArrayBuffer);
}
