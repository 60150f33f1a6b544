// The other answers of a supplier, and the consultation.

import type { CaseNumber, Digest, MemberId } from "../../../protocol/id.ts";
import { judgeRetraction } from "../../../protocol/item.ts";
import { judgeConsultation, judgeRefusal, judgeWithdrawal } from "../../../protocol/meeting.ts";
import { refusal } from "../../../protocol/refusal.ts";
import type { Consultation, NoApproval, Retraction, Withdrawal } from "../../../protocol/statement.ts";
import type { ConsultationForm } from "../../../protocol/words.ts";
import type { Context, Plan } from "../../context.ts";
import { wishOf } from "../../done.ts";
import { ClientError } from "../../error.ts";
import { vaultRecipient } from "../../grant.ts";
import { noteBytes } from "../../note.ts";
import type { Recorded } from "../../remote.ts";
import type { Warning } from "../../say.ts";
import { warningsAbout } from "../../vault.ts";
import { requireText, toldOutcomes } from "../case.ts";
import { callItems, enter, rosterIn, type Entered } from "../choose.ts";
import { inOrder, unapproved, waitingFor, type Waiting } from "../meeting.ts";

/** Whom and what an answer is about. What is not given means all that waits. */
export interface RefuseWish {
  readonly roster?: Digest;
  readonly items?: readonly Digest[];
  readonly readers?: readonly MemberId[];
}

const NO_APPROVAL: Warning = {
  nl: "Geen akkoord? Dan komt dit stuk niet in het informatiepakket. De procesregisseur ziet dat, uw reden niet.",
  en: "No approval? Then this item is not in the pack. The procesregisseur sees that, but not your reason.",
};

const WITHDRAWING: Warning = {
  nl: "U trekt uw akkoord in. Wat iemand al heeft gelezen of opgeslagen, kunt u niet terughalen.",
  en: "You withdraw your approval. What someone has read or saved by now you can't take back.",
};

/** Does not approve. The reason is sealed to the supplier's own vault: nobody else learns it. */
export async function refuse(
  ctx: Context,
  number: CaseNumber,
  wish: RefuseWish,
  reason: string,
): Promise<Plan<readonly Recorded[]>> {
  const entered = await enter(ctx, number);
  const { work, of } = entered;
  const { world } = work;
  const own = world.myVaultIn(of);
  const pairs = chosen(entered, wish);
  if (pairs.length === 0) throw nothingWaits();
  const why = reason.trim();
  const note = noteBytes({ text: why });
  const draft = work.draft();
  vaultRecipient(world.house, own, draft.signedAt);
  await callItems(entered, draft, new Set(pairs.map(({ item }) => item)));
  for (const [first, ...others] of byRosterAndItem(pairs)) {
    const { payload, grants } = draft.seal(note, [own]);
    draft.call(payload.digest, why);
    const { roster, item } = first;
    const reader = [first, ...others].map((pair) => pair.reader);
    const about = { case: number, roster, item, reader };
    const body: NoApproval = { kind: "refusal", ...about, reason: payload, grantReason: grants };
    judgeRefusal(world.house, of, body, world.me, draft.signedAt);
    draft.push(body);
  }
  return { draft, warnings: [NO_APPROVAL, ...warningsAbout(world, own)], send: () => work.send(draft) };
}

function chosen({ work, of }: Entered, { roster, items, readers }: RefuseWish): Waiting[] {
  const { world } = work;
  const now = work.now();
  const supplier = world.myPartner();
  const all = waitingFor(world.house, of, supplier, now);
  const waiting = roster === undefined ? all : all.filter((pair) => pair.roster === roster);
  const unasked = (items ?? []).filter((item) => !waiting.some((pair) => pair.item === item));
  const more = unasked.flatMap((item) => {
    return unapproved(world.house, of, rosterIn(of, roster, now).id, item, supplier);
  });
  return inOrder([...waiting, ...more]).filter(
    ({ item, reader }) => (items?.includes(item) ?? true) && (readers?.includes(reader) ?? true),
  );
}

function byRosterAndItem(pairs: readonly Waiting[]): [Waiting, ...Waiting[]][] {
  const groups = new Map<string, [Waiting, ...Waiting[]]>();
  for (const pair of pairs) {
    const name = `${pair.roster} ${pair.item}`;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [pair]);
    else group.push(pair);
  }
  return [...groups.values()];
}

function nothingWaits(): ClientError {
  return ClientError.said(
    "nothing-waits",
    "Er wacht hiervoor geen verzoek om akkoord.",
    "No ask waits for this.",
  );
}

/** Takes approvals of an item back: for these readers, or for all that have one. */
export async function withdraw(
  ctx: Context,
  number: CaseNumber,
  item: Digest,
  readers: readonly MemberId[] = [],
): Promise<Plan> {
  const entered = await enter(ctx, number);
  const { work, of } = entered;
  const { world } = work;
  const approved = [...of.approvals.values()].filter(({ approval, withdrawn }) => approval.item === item && !withdrawn);
  const all = readers.length > 0 ? readers : approved.map(({ approval }) => approval.reader);
  const reader = [...new Set(all)].sort();
  if (reader.length === 0) throw refusal("not-approved");
  const draft = work.draft();
  const body: Withdrawal = { kind: "withdrawal", case: number, item, reader };
  judgeWithdrawal(world.house, of, body, world.me, draft.signedAt);
  await callItems(entered, draft, [item]);
  draft.push(body);
  return work.plan(draft, [WITHDRAWING]);
}

/** Takes an item out of the case. */
export async function retract(ctx: Context, number: CaseNumber, item: Digest): Promise<Plan> {
  const entered = await enter(ctx, number);
  const { work, of } = entered;
  const { world } = work;
  const draft = work.draft();
  const body: Retraction = { kind: "retraction", case: number, item };
  judgeRetraction(world.house, of, body, world.me, draft.signedAt);
  await callItems(entered, draft, [item]);
  draft.push(body);
  return work.plan(draft);
}

/** What is to be put on record of a consultation. */
export interface ConsultWish {
  readonly roster?: Digest;
  readonly form: ConsultationForm;
  readonly outcome: string;
  /** That the very same is wanted once more, and for which time. */
  readonly again?: number;
}

/**
 * Puts the consultation with the partner that referred the case on record (9.2f). With whom, and what came of it, is
 * sealed for those who run the case and for that partner, unless that is excluded or gone. The plan is empty where the
 * very same wish was done before.
 */
export async function consult(ctx: Context, number: CaseNumber, wanted: ConsultWish): Promise<Plan> {
  const { work, of } = await enter(ctx, number);
  const { world } = work;
  const { id } = rosterIn(of, wanted.roster, work.now());
  const said = requireText(wanted.outcome);
  const wish = wishOf("consult", number, id, wanted.form, said, wanted.again);
  const before = await work.sentBefore(wish);
  const draft = work.draft();
  if (before !== undefined) return { draft, warnings: [], send: async () => before };
  const vaults = toldOutcomes(world, of, draft.signedAt);
  const { payload, grants } = draft.seal(noteBytes({ text: said }), vaults);
  draft.call(payload.digest, said);
  const body: Consultation = {
    kind: "consultation",
    case: number,
    roster: id,
    partner: of.partner,
    form: wanted.form,
    outcome: payload,
    grantOutcome: grants,
  };
  judgeConsultation(world.house, of, body, world.me, draft.signedAt);
  draft.push(body);
  return work.planOnce(wish, draft);
}
