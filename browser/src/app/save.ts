// Hands something to the browser to save.

/** How long the browser has to take it, in milliseconds. */
const LONG_ENOUGH = 60_000;

export function save(fileName: string, mediaType: string, content: BlobPart): void {
  const url = URL.createObjectURL(new Blob([content], { type: mediaType }));
  const link = document.createElement("a");
  link.href = url;
  link.download = fileName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), LONG_ENOUGH);
}

/** Not every browser asks a person where to save something (as Chrome and Edge do) before there is anything to save. */
type Asks = typeof globalThis & {
  showSaveFilePicker?(options: { suggestedName: string }): Promise<FileSystemFileHandle>;
};

/** Where a person wants something: a file; nowhere after all; or wherever this browser puts what is saved. */
export type Chosen = FileSystemFileHandle | "nowhere" | "anywhere";

/** Asks the person where to save something, where the browser can. Right after a press only. */
export async function chooseFile(suggestedName: string): Promise<Chosen> {
  const { showSaveFilePicker: ask } = globalThis as Asks;
  if (ask === undefined) return "anywhere";
  try {
    return await ask.call(globalThis, { suggestedName });
  } catch (error) {
    const isDeclined = error instanceof DOMException && error.name === "AbortError";
    return isDeclined ? "nowhere" : "anywhere";
  }
}
