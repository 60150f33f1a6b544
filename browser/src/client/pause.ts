/**
 * Lets what waits have its turn, in the middle of long work: somebody who locks, above all. Not by a timer: those are
 * made to wait when they follow each other.
 */
export function pause(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
