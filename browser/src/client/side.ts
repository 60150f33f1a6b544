// The same question about many things.

/** So many are on their way at once: as many as a browser has connections to one host. */
const AT_ONCE = 6;

/** Does the same for each of these, some side by side. The answers, in their order; the first failure ends it. */
export async function sideBySide<T, A>(all: readonly T[], work: (each: T) => Promise<A>): Promise<A[]> {
  const answers: A[] = [];
  const waiting = all.entries();
  let isOver = false;
  const goOn = async (): Promise<void> => {
    for (const [place, each] of waiting) {
      if (isOver) return;
      answers[place] = await work(each);
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, goOn));
    return answers;
  } finally {
    isOver = true;
  }
}
