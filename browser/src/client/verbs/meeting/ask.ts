// A supplier is asked to approve its items for a roster, and sees what waits for it.

import type { CaseState } from "../../../protocol/case.ts";
import { textOf } from "../../../protocol/bytes.ts";
import {
  digestOf,
  type CaseNumber,
  type Digest,
  type MemberId,
  type Moment,
  type PartnerId,
} from "../../../protocol/id.ts";
import type { ItemState } from "../../../protocol/item.ts";
import { judgeAsk, latestRoster, requireUnmixed } from "../../../protocol/meeting.ts";
import { refused, there } from "../../../protocol/refusal.ts";
import { Header } from "../../../protocol/seal.ts";
import type { Ask, Roster } from "../../../protocol/statement.ts";
import type { VaultState } from "../../../protocol/vault.ts";
import { Work, type Context, type Plan } from "../../context.ts";
import { ClientError, isNoAnswer } from "../../error.ts";
import { vaultRecipient } from "../../grant.ts";
import { BY_VAULT, labelOf } from "../../open.ts";
import { NOTHING } from "../../planned.ts";
import type { Recorded } from "../../remote.ts";
import type { Draft } from "../../sign.ts";
import type { World } from "../../trust.ts";
import { callItems, enter, keysOf, look, rosterIn, titleOf, type Entered, type Look } from "../choose.ts";
import { canBeGiven, waitingFor, type Waiting } from "../meeting.ts";

/** The most of an agenda's text that is shown, in bytes. */
const MOST_PURPOSE = 64 * 1024;

/**
 * Asks each supplier about its items. Without items: all that its rules let it be asked for, and that it was not asked
 * for yet. The plan is empty where there is nothing to ask.
 */
export async function ask(
  ctx: Context,
  number: CaseNumber,
  { roster, items }: { readonly roster?: Digest; readonly items?: readonly Digest[] } = {},
): Promise<Plan<readonly Recorded[]>> {
  const entered = await enter(ctx, number);
  const { work, of } = entered;
  const { world } = work;
  const now = work.now();
  of.requireDirector(world.house, world.me, now);
  const { id } = rosterIn(of, roster, now);
  const latest = latestRoster(of, id);
  const draft = work.draft();
  const chosen = items ?? askable(world, of, id, latest, now);
  const bySupplier = new Map<PartnerId, Digest[]>();
  for (const item of chosen) {
    const { supplier } = there(of.items.get(item), "unknown-item").item;
    bySupplier.set(supplier, [...(bySupplier.get(supplier) ?? []), item]);
  }
  await callItems(entered, draft, chosen);
  for (const [supplier, item] of [...bySupplier].sort(([one], [other]) => (one < other ? -1 : 1))) {
    const { deadline, agenda } = latest;
    const asked: Ask = {
      kind: "ask",
      case: number,
      roster: id,
      supplier,
      item,
      deadline,
      agendaLabel: undefined,
      agendaBody: undefined,
    };
    const body = agenda === undefined ? asked : await withAgenda(entered, draft, asked, agenda);
    judgeAsk(world.house, of, body, world.me, draft.signedAt);
    draft.push(body);
  }
  const send = async (): Promise<readonly Recorded[]> => (bySupplier.size === 0 ? [] : work.send(draft));
  return { draft, warnings: [], send };
}

/** The items that can be asked for: of signed partners, by their rules, and not asked for yet. */
export function askable({ house }: World, of: CaseState, id: Digest, roster: Roster, now: Moment): Digest[] {
  const ofRoster = [...of.asks.values()].filter((asked) => asked.roster === id);
  const asked = new Set(ofRoster.flatMap(({ item }) => item));
  const fits = ([item, state]: [Digest, ItemState]): boolean =>
    state.item.supplier !== house.housePartner() &&
    state.item.approval === "ask" &&
    house.mayBeGiven(state.item.supplier) &&
    refused(() => requireUnmixed(house, of, roster, state.item.supplier)) === undefined &&
    canBeGiven(of, roster, item, now) &&
    !asked.has(item);
  return [...of.items].filter(fits).map(([item]) => item).sort();
}

/** Gives the supplier's vault the agenda to judge by. */
async function withAgenda({ work, of, keys }: Entered, draft: Draft, asked: Ask, agenda: Digest): Promise<Ask> {
  const { world } = work;
  const vault: VaultState = of.keptIn(world.house, asked.supplier);
  const nothing = { vault: vault.vault, generation: vault.generation, header: NOTHING };
  // Judged before anything is wrapped.
  const planned = { ...asked, agendaLabel: nothing, agendaBody: nothing };
  judgeAsk(world.house, of, planned, world.me, draft.signedAt);
  const recipient = vaultRecipient(world.house, vault, draft.signedAt);
  const label = await keys.fileKey(world, agenda, "label", "vault");
  const body = await keys.fileKey(world, agenda, "body", "vault");
  const agendaLabel = draft.grant(Header.wrap(label, recipient), vault);
  const agendaBody = draft.grant(Header.wrap(body, recipient), vault);
  label.wipe();
  body.wipe();
  return { ...asked, agendaLabel, agendaBody };
}

/** One roster for which a supplier is asked, with all that it needs to judge. */
export interface AskLine {
  readonly case: CaseNumber;
  readonly id: Digest;
  /** Who asks, and for which partner that is (9.3); by name. */
  readonly from: { readonly name: string; readonly partner: string };
  readonly roster: Roster;
  /**
   * The agenda, if there is one: its title and its text if it is a short one, or why it does not open though it should.
   */
  readonly agenda: Agenda | { readonly alarm: unknown } | undefined;
  readonly items: readonly AskedItem[];
  readonly readers: readonly MemberId[];
  /** The pairs of an item and a reader that wait. */
  readonly waiting: readonly Waiting[];
}

export interface Agenda {
  readonly title: string;
  readonly text: string | undefined;
}

export interface AskedItem {
  readonly item: Digest;
  readonly title: string;
  readonly look: Look;
}

/** What waits for the member's partner in one case, or in all: urgent first, then by deadline. */
export async function asks(ctx: Context, number?: CaseNumber): Promise<AskLine[]> {
  const work = await Work.begin(ctx);
  const { world } = work;
  const now = work.now();
  const supplier = world.myPartner();
  const cases = number === undefined ? await work.cases() : [await world.loadCase(number)];
  const mine = cases.filter((of) => refused(() => world.myVaultIn(of)) === undefined);
  // Who holds no vault at all is told so.
  if (mine.length === 0) world.myVault();
  const lines: AskLine[] = [];
  for (const of of mine) {
    const waiting = waitingFor(world.house, of, supplier, now);
    for (const id of new Set(waiting.map(({ roster }) => roster))) {
      const entered = { work, of, keys: keysOf(work) };
      lines.push(await askLine(entered, id, waiting.filter(({ roster }) => roster === id)));
    }
  }
  // `yes` comes after `no`, urgent comes first.
  const order = ({ roster, case: number }: AskLine): string =>
    `${roster.urgent === "yes" ? 0 : 1} ${roster.deadline} ${number}`;
  return lines.sort((one, other) => (order(one) < order(other) ? -1 : 1));
}

/** One roster's waiting pairs, with all that the supplier needs to judge them. */
export async function askLine(entered: Entered, id: Digest, waiting: readonly Waiting[]): Promise<AskLine> {
  const { of } = entered;
  const roster = there(of.rosters.get(id), "unknown-roster");
  const items = [...new Set(waiting.map(({ item }) => item))].sort();
  const looks = await look(entered, items);
  return {
    case: of.number,
    id,
    from: askedBy(entered, id),
    roster,
    agenda: roster.agenda === undefined ? undefined : await agendaOf(entered, roster.agenda),
    // It holds the vault, so a label that does not come is kept back.
    items: items.map((item) => ({ item, title: titleOf(entered, looks, item), look: looks.get(item)! })),
    readers: [...new Set(waiting.map(({ reader }) => reader))].sort(),
    waiting,
  };
}

function askedBy({ work: { world }, of }: Entered, roster: Digest): AskLine["from"] {
  const { house } = world;
  const own = world.myPartner();
  const last = [...of.asks].filter(([, ask]) => ask.roster === roster && ask.supplier === own).at(-1);
  const by = last && world.statement(last[0])?.statement.member();
  return { name: (by && house.members.get(by)?.name) ?? by ?? "", partner: house.partnerName(of.partner) };
}

async function agendaOf(entered: Entered, agenda: Digest): Promise<Agenda | { alarm: unknown }> {
  try {
    return await openedAgenda(entered, agenda);
  } catch (error) {
    if (isNoAnswer(error)) throw error;
    return { alarm: error };
  }
}

/** The agenda that came with the ask: its title, and its text if it is a short text. */
async function openedAgenda({ work: { world }, keys }: Entered, agenda: Digest): Promise<Agenda> {
  // The agenda's own rules don't bind the supplier who was given it; the grant does.
  const label = await labelOf(keys, world, agenda, BY_VAULT);
  const { title } = label;
  if (label.bodyLength > MOST_PURPOSE || !label.mediaType.startsWith("text/")) return { title, text: undefined };
  const bytes = await keys.text(world, agenda, "body", "vault");
  const text = digestOf(bytes) === label.bodyDigest ? textOf(bytes) : undefined;
  if (text === undefined) throw ClientError.badAnswer("agenda");
  return { title, text };
}
