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
