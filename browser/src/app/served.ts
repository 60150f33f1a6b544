// What the hub serves beside the portal itself, to anyone.

import { isExample } from "../protocol/example.ts";
import { digest, type Digest } from "../protocol/id.ts";

/** As whom a visitor can step in; in the example house only. */
export interface Visitor {
  readonly name: string;
  readonly partner: string;
  readonly roles: readonly string[];
  /** Opens the person's keys. In the example house it is no secret. */
  readonly code: string;
}

/**
 * Everyone whom a visitor can be; nobody in any real house, whatever its hub says: who stepped in by a code of the hub's
 * would work with keys, and in a house, that the hub made up.
 */
export async function visitors(hub = location.hostname): Promise<readonly Visitor[]> {
  if (!isExample(hub)) return [];
  const answer = await asked("visitors.json");
  return Array.isArray(answer) ? (answer as Visitor[]) : [];
}

/** The digest of the bundle that the hub says it serves; nothing where it does not answer. */
export async function servedDigest(): Promise<Digest | undefined> {
  const answer = await asked("v1/portal");
  const told = answer && typeof answer === "object" && "digest" in answer ? answer.digest : undefined;
  try {
    return typeof told === "string" ? digest(told) : undefined;
  } catch {
    return undefined;
  }
}

async function asked(path: string): Promise<unknown> {
  try {
    const answer = await fetch(path, { credentials: "omit", redirect: "error", referrerPolicy: "no-referrer" });
    return answer.ok ? await answer.json() : undefined;
  } catch {
    return undefined;
  }
}
