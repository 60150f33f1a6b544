// What is about to be signed: shown first, and signed and sent only when the person says so.

import { Work, type Context, type Plan } from "../client/context.ts";
import { refusal } from "../protocol/refusal.ts";
import type { Both } from "../client/say.ts";
import { caseOf } from "../protocol/statement.ts";

/** A plan as the page shows it. */
export interface Prepared {
  readonly plan: number;
  /** For each statement some lines, in both languages; none where there is nothing to sign. */
  readonly says: { readonly nl: readonly (readonly string[])[]; readonly en: readonly (readonly string[])[] };
  readonly warnings: readonly Both[];
}

/** Plans that were shown and not sent yet. */
export class Plans {
  readonly #all = new Map<number, Plan<unknown>>();
  #last = 0;

  /** Makes a plan and keeps it, with what was proven once for both. */
  async make(ctx: Context, planned: (work: Work) => Promise<Plan<unknown>>): Promise<Prepared> {
    const work = await Work.begin(ctx);
    return this.prepare(work, await planned(work));
  }

  /** Keeps a plan, in place of those before it: one thing is agreed to at a time. */
  async prepare(ctx: Context, plan: Plan<unknown>): Promise<Prepared> {
    const work = await Work.begin(ctx);
    // So that it can be said of which meeting and whose vault: all but of a case that is only now put forward.
    const isNew = plan.draft.statements.some(({ body }) => body.kind === "case");
    const named = new Set(plan.draft.statements.map(({ body }) => caseOf(body)));
    const { cases: loaded } = work.world.history;
    const cases = [...named].filter((number) => number !== undefined).filter((number) => !loaded.has(number));
    if (!isNew && cases.length > 0) await work.world.loadCases(cases);
    this.#all.clear();
    this.#last += 1;
    this.#all.set(this.#last, plan);
    const nl = await work.describe(plan.draft, "nl");
    const en = await work.describe(plan.draft, "en");
    return { plan: this.#last, says: { nl, en }, warnings: plan.warnings };
  }

  /** Signs and sends it. Once it is sent it is gone. */
  async send(number: number): Promise<unknown> {
    const plan = this.#all.get(number);
    if (plan === undefined) throw refusal("not-allowed");
    const answer = await plan.send();
    this.#all.delete(number);
    return answer;
  }

  clear(): void {
    this.#all.clear();
  }
}
