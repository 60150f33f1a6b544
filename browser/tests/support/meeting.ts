// A case before a meeting, as the portal's own client brings it there.

import assert from "node:assert/strict";

import { SYSTEM_CLOCK } from "../../src/client/clock.ts";
import type { Plan } from "../../src/client/context.ts";
import { MemoryScratches } from "../../src/client/home.ts";
import { changePhase, openCase, refer } from "../../src/client/verbs/case.ts";
import { contribute, retentionOr, type NewFile } from "../../src/client/verbs/contribute.ts";
import { roster, type Invited, type Planned } from "../../src/client/verbs/meeting.ts";
import { plus, type CaseNumber, type Digest } from "../../src/protocol/id.ts";
import type { Demo } from "./demo.ts";

/** Signs and sends what was planned. */
export async function done<T>(planned: Promise<Plan<T>>): Promise<T> {
  return (await planned).send();
}

function paper(title: string, kind: "contribution" | "referral"): NewFile {
  return {
    file: new Blob([`Dit is ${title}.`], { type: "text/plain" }),
    fileName: `${title}.txt`,
    title,
    terms: {
      kind,
      director: "reads",
      approval: "ask",
      phases: ["rto"],
      from: undefined,
      until: undefined,
      withheld: "shown",
      retention: retentionOr(undefined, SYSTEM_CLOCK.now()),
    },
    about: { regime: "avg", legalGround: "artikel 7", allowedUse: "Voor dit overleg.", onward: "no", cites: [] },
  };
}

export interface Table {
  readonly number: CaseNumber;
  readonly planned: Planned;
  /** What Femke supplied: `Zorgmelding`. Sanne's is called `Aanmelding`. */
  readonly report: Digest;
}

/** Sanne refers, Joris plans a meeting with Femke and these readers, and Femke contributes; nothing is asked yet. */
export async function beforeMeeting(demo: Demo, readers: readonly string[]): Promise<Table> {
  const [sanne, joris, femke] = [await demo.person("sanne"), await demo.person("joris"), await demo.person("femke")];
  const outgoing = new MemoryScratches();
  const files = [paper("Aanmelding", "referral")];
  const referred = await done(refer(sanne, { kind: "aftercare", files }, { outgoing }));
  assert.ok("isNew" in referred);
  const number = referred.case;
  await done(openCase(joris, number));
  await done(changePhase(joris, number, "rto", "Er is haast bij."));
  const participants: Invited[] = [];
  for (const reader of [...readers, "femke"]) {
    participants.push({ member: (await demo.bundle(reader)).member, seat: "delegate", ground: "Betrokken." });
  }
  const planned = await done(roster(joris, number, { date: plus(SYSTEM_CLOCK.now(), 3 * 24 * 3600), participants }));
  const { items } = await done(contribute(femke, number, [paper("Zorgmelding", "contribution")], { outgoing }));
  return { number, planned, report: items[0]!.item };
}
