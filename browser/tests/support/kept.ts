// What a browser keeps of a page, to be searched.

import type { Page } from "playwright-core";

/** Everything that the browser keeps of the page's origin, as one row of bytes. */
export async function kept(page: Page): Promise<Buffer> {
  const { texts, files } = await page.evaluate(async () => {
    const texts: string[] = [JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage }), document.cookie];
    const files: string[] = [];
    const inBase64 = (blob: Blob): Promise<string> =>
      new Promise((resolve, reject) => {
        const reader = new FileReader();
        reader.onload = () => resolve(String(reader.result).split(",")[1] ?? "");
        reader.onerror = () => reject(reader.error);
        reader.readAsDataURL(blob);
      });
    for (const { name } of await indexedDB.databases()) {
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const opening = indexedDB.open(name!);
        opening.onsuccess = () => resolve(opening.result);
        opening.onerror = () => reject(opening.error);
      });
      for (const table of database.objectStoreNames) {
        const rows = await new Promise<unknown[]>((resolve, reject) => {
          const asking = database.transaction(table).objectStore(table).getAll();
          asking.onsuccess = () => resolve(asking.result);
          asking.onerror = () => reject(asking.error);
        });
        for (const row of rows) {
          if (row instanceof Uint8Array) files.push(await inBase64(new Blob([row as Uint8Array<ArrayBuffer>])));
          else texts.push(JSON.stringify(row));
        }
      }
      database.close();
    }
    const walk = async (folder: FileSystemDirectoryHandle): Promise<void> => {
      // The types of a page know no way to walk through a folder.
      const entries = (folder as unknown as { values(): AsyncIterable<FileSystemHandle> }).values();
      for await (const entry of entries) {
        texts.push(entry.name);
        if (entry.kind === "directory") await walk(entry as FileSystemDirectoryHandle);
        else files.push(await inBase64(await (entry as FileSystemFileHandle).getFile()));
      }
    };
    await walk(await navigator.storage.getDirectory());
    return { texts, files };
  });
  return Buffer.concat([...texts.map((text) => Buffer.from(text)), ...files.map((file) => Buffer.from(file, "base64"))]);
}
