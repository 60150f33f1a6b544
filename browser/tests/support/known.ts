// What is in the example house, by its id.

import { join } from "node:path";

import type { Demo } from "./demo.ts";
import { inDays } from "./house.ts";

export const CASE = "ZVH-2026-0001";

/** The ids of what is in the example house, and the slip of somebody new. */
export interface Known {
  readonly items: Readonly<Record<"text" | "pdf" | "picture" | "file", string>>;
  readonly letters: Readonly<Record<"invitation" | "minutes" | "sent", string>>;
  /** Of a meeting that is to come, and of one that was. */
  readonly rosters: Readonly<Record<"ahead" | "over", string>>;
  /** The file with the slip. */
  readonly slip: string;
}

/** What the example house has to show; the slip is made for this call, for somebody of that name. */
export async function knownIn(demo: Demo, name: string): Promise<Known> {
  interface Show {
    readonly items: readonly { readonly item: string; readonly file_name: string | null }[];
    readonly rosters: readonly { roster: string; consulted: boolean; agenda: string | null }[];
  }
  type Letters = Record<"received" | "sent", { letter: string; kind: string; standing: string }[]>;
  const { items, rosters } = await demo.zegel<Show>("joris", "case", "show", CASE);
  const ofFile = (end: string): string => items.find(({ file_name: of }) => of?.endsWith(end))!.item;
  const { received } = await demo.zegel<Letters>("noor", "letters");
  const { sent } = await demo.zegel<Letters>("joris", "letters");
  const slip = join(demo.folder, `slip-${name}.txt`);
  const mail = `${name.toLowerCase()}@reclassering.example`;
  const who = ["--partner", "Reclassering Rivierenland", "--name", name, "--mail", mail];
  await demo.authority("slip", ...who, "--until", inDays(14), "--out", slip);
  await demo.authority("publish", "--url", demo.url.href);
  return {
    items: { text: ofFile("doel.txt"), pdf: ofFile(".pdf"), picture: ofFile(".jpg"), file: ofFile(".bin") },
    letters: {
      invitation: received.find(({ kind, standing }) => kind === "invitation" && standing === "new")!.letter,
      minutes: received.find(({ kind }) => kind === "minutes")!.letter,
      sent: sent.find(({ kind }) => kind === "invitation")!.letter,
    },
    rosters: {
      ahead: rosters.find(({ consulted }) => consulted)!.roster,
      over: rosters.find(({ agenda }) => agenda === null)!.roster,
    },
    slip,
  };
}
