// A question to partners, of whom each sees what it is asked itself, and nobody else; and any other message.

import type { CaseNumber, MemberId, Moment } from "../../../protocol/id.ts";
import { there } from "../../../protocol/refusal.ts";
import type { Delivery } from "../../../protocol/statement.ts";
import { Work, type Context, type Plan } from "../../context.ts";
import { tidy } from "../../letter/content.ts";
import { addressee, type Attached } from "../../letter/mail.ts";
import type { Progress, Recorded } from "../../remote.ts";
import type { Warning } from "../../say.ts";
import { enter } from "../choose.ts";
import { sendLetters, type Sending } from "./send.ts";

/** What goes with letters of every kind. */
export interface Along {
  readonly attachments?: readonly Attached[];
  /** Who gets none after all. */
  readonly without?: readonly MemberId[];
  /** That the very same goes out once more, and for which time. */
  readonly again?: number;
  /** Told how much of what goes along was sealed, in bytes. */
  readonly progress?: Progress;
  /** The portal's address, which stands in the letter. */
  readonly portal: string;
}

/** A question as it is to be asked. */
export interface Asking extends Along {
  readonly to: readonly MemberId[];
  /** For all. */
  readonly question: string;
  /** What somebody is asked beside it; who is here is asked, also if not in `to`. */
  readonly asked?: ReadonlyMap<MemberId, string>;
  readonly until: Moment;
}

/** A question, as each of them gets it. */
export async function request(ctx: Context, number: CaseNumber, asking: Asking): Promise<Sending> {
  const question = tidy(asking.question);
  const { until, asked = new Map<MemberId, string>() } = asking;
  const to = [...new Set([...asking.to, ...asked.keys()])].map((member) => {
    const own = asked.get(member);
    return { member, content: { kind: "request", question, asked: own && tidy(own), until } as const };
  });
  const entered = await enter(ctx, number);
  return sendLetters(entered, { ...postOf(number, asking), roster: undefined, to }, asking.portal);
}

/** A message as it is to be sent; to who runs the case without anyone in `to`. */
export interface Writing extends Along {
  readonly to?: readonly MemberId[];
  readonly text: string;
  /** Until when an answer is hoped for. */
  readonly until?: Moment;
}

/** A message, as each of them gets it. */
export async function message(ctx: Context, number: CaseNumber, writing: Writing): Promise<Sending> {
  const entered = await enter(ctx, number);
  const { of, work } = entered;
  const holders = (): MemberId[] => {
    const all = [...there(of.vault, "no-vault").holders.keys()];
    return all.filter((holder) => holder !== work.world.me);
  };
  const members = writing.to === undefined || writing.to.length === 0 ? holders() : writing.to;
  const content = { kind: "message", text: tidy(writing.text), until: writing.until } as const;
  const to = [...new Set(members)].map((member) => ({ member, content }));
  return sendLetters(entered, { ...postOf(number, writing), roster: undefined, to }, writing.portal);
}

/** What letters of every kind have. */
export function postOf(number: CaseNumber, { attachments = [], without = [], again, progress }: Along) {
  return { case: number, attachments, without, again, progress };
}

const FIRST_THE_KEY: Warning = {
  nl: "Zet eerst uw sleutel in uw mailprogramma. Wat eenmaal is gemaild, kan niemand meer wissen.",
  en: "Put your key into your mail program first. What was mailed, nobody can erase any more.",
};

/** How the member gets its letters now. */
export async function deliveryNow(ctx: Context): Promise<Delivery> {
  const { world } = await Work.begin(ctx);
  return world.house.delivery(world.me);
}

/**
 * Whether letters come by mail or wait in the portal, and in which language. What is not given stays as it was; the
 * plan is empty where nothing changes.
 */
export async function changeDelivery(
  ctx: Context,
  changed: Partial<Pick<Delivery, "way" | "language">>,
): Promise<Plan<Recorded | undefined>> {
  const work = await Work.begin(ctx);
  const { world } = work;
  const now = world.house.delivery(world.me);
  const chosen: Delivery = { ...now, ...changed };
  const draft = work.draft();
  if (chosen.way === now.way && chosen.language === now.language) {
    return { draft, warnings: [], send: async () => undefined };
  }
  const isMail = chosen.way === "mail";
  // Refuses who could get none.
  if (isMail) addressee(world.house, world.me, work.now());
  draft.push(chosen);
  return work.plan(draft, isMail ? [FIRST_THE_KEY] : []);
}

