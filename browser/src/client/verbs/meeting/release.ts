// The procesregisseur takes approved grants out of the case vault, per reader. With the supplier's approval this is the
// second of the two keys.

import type { ApprovalState, CaseState } from "../../../protocol/case.ts";
import type { House } from "../../../protocol/directory.ts";
import { ends, type CaseNumber, type Digest, type MemberId, type Moment } from "../../../protocol/id.ts";
import { judgeRelease, latestRoster, shownGaps } from "../../../protocol/meeting.ts";
import { Refusal, refused, refuseUnless, there } from "../../../protocol/refusal.ts";
import { earlier, later } from "../../../protocol/rules.ts";
import { Refused } from "../../../protocol/seal.ts";
import { releasedItems, type Release, type Roster } from "../../../protocol/statement.ts";
import type { Context, Plan } from "../../context.ts";
import { ClientError, isCode } from "../../error.ts";
import { memberRecipient, ReaderGrants, type ItemKeys } from "../../grant.ts";
import { NOTHING } from "../../planned.ts";
import type { Both } from "../../say.ts";
import type { Draft } from "../../sign.ts";
import { warningsAbout } from "../../vault.ts";
import { callItems, enter, look, rosterIn, titleOf, type Entered } from "../choose.ts";
import { canBeGiven, fileKeys, wipeAll } from "../meeting.ts";

/** What is released. What is not given means everything that was approved, to everyone on the roster. */
export interface ReleaseWish {
  readonly roster?: Digest;
  readonly readers?: readonly MemberId[];
  /** What the house itself supplies, beside the agenda, goes only if named. */
  readonly items?: readonly Digest[];
  /** Deputies wait until they are needed. */
  readonly delegatesOnly?: boolean;
}

export interface ReleaseLine {
  readonly release: Digest;
  readonly reader: MemberId;
  readonly items: number;
  readonly gaps: number;
}

/** What is released, with what to show of it first. The plan is empty where there is nothing new to release. */
export interface Released extends Plan<readonly ReleaseLine[]> {
  readonly roster: Digest;
  readonly releases: readonly ReleaseLine[];
  /** Readers who may be given nothing now, with why. */
  readonly left: readonly { readonly reader: MemberId; readonly why: Refusal }[];
}

/** Releases: one statement per reader, in one batch. */
export async function release(ctx: Context, number: CaseNumber, wish: ReleaseWish = {}): Promise<Released> {
  const entered = await enter(ctx, number);
  const { work, of } = entered;
  const { house, me } = work.world;
  of.requireDirector(house, me, work.now());
  const { id } = rosterIn(of, wish.roster, work.now());
  const { plans, left } = judged(entered, id, latestRoster(of, id), wish);
  requireNamed(of, id, wish.items ?? [], plans);
  const { packs, spoilt } = await takenOut(entered, plans).catch(withdrawnMeanwhile);
  const told = await spoiltLines(entered, spoilt);
  if (told.length > 0 && wish.items !== undefined) throw chosenSpoilt(told);
  const given = packs.filter(({ plan }) => !bringsNothing(of, latestRoster(of, id), plan));
  const ownKeys = await fileKeys(entered, given.flatMap(({ plan }) => plan.own.map(({ item }) => item)));
  const draft = work.draft();
  await callItems(entered, draft, new Set(given.flatMap(({ plan }) => releasedItems(plan))));
  const releases = given.map((pack) => drafted(draft, house, pack, ownKeys));
  wipeAll(ownKeys);
  const send = async (): Promise<readonly ReleaseLine[]> => {
    if (releases.length > 0) await work.send(draft).catch(withdrawnMeanwhile);
    return releases;
  };
  const ofVault = releases.length > 0 && of.vault !== undefined ? warningsAbout(work.world, of.vault) : [];
  return { draft, warnings: [...told, ...ofVault], roster: id, releases, left, send };
}

/** The releases that can be made, and who may be given nothing now. */
function judged(
  { work, of }: Entered,
  id: Digest,
  roster: Roster,
  wish: ReleaseWish,
): { plans: Release[]; left: Released["left"] } {
  const { house, me } = work.world;
  const now = work.now();
  const plans: Release[] = [];
  const left: { reader: MemberId; why: Refusal }[] = [];
  for (const reader of wish.readers ?? readersOf(roster, wish)) {
    const plan = planned({ house, of, id, roster, reader, items: wish.items ?? [], now });
    if (bringsNothing(of, roster, plan)) continue;
    try {
      memberRecipient(house, reader, now);
      judgeRelease(house, of, plan, me, now);
      plans.push(plan);
    } catch (error) {
      // One reader who may not is no reason to keep it from the others, if nobody was named.
      const mayNot = error instanceof Refusal && ["suspended", "not-in-force", "revoked"].includes(error.code);
      if (!mayNot || wish.readers !== undefined) throw error;
      left.push({ reader, why: error });
    }
  }
  return { plans, left };
}

/** Who can be given something by this roster that is not in their pack yet. */
export function releasable(house: House, of: CaseState, id: Digest, now: Moment): MemberId[] {
  const roster = latestRoster(of, id);
  const isNew = (reader: MemberId): boolean => {
    const plan = planned({ house, of, id, roster, reader, items: [], now });
    const latest = of.released.get(roster.meeting)?.get(reader);
    return addsTo(latest && of.releases.get(latest), plan) && refused(() => house.member(reader, now)) === undefined;
  };
  return readersOf(roster, {}).filter(isNew);
}

/** Whether a release brings something beside what was released before. What a supplier took back is gone already. */
function addsTo(old: Release | undefined, plan: Release): boolean {
  if (plan.approved.length === 0 && plan.own.length === 0) return false;
  if (old === undefined || old.roster !== plan.roster || old.gaps !== plan.gaps) return true;
  const namesOf = ({ approved, own }: Release): string[] => [
    ...approved.map(({ item, approval }) => `${item} ${approval}`),
    ...own.map(({ item }) => item),
  ];
  const before = new Set(namesOf(old));
  return namesOf(plan).some((name) => !before.has(name));
}

function readersOf({ participant }: Roster, { delegatesOnly }: ReleaseWish): MemberId[] {
  const wanted = delegatesOnly === true ? participant.filter(({ seat }) => seat === "delegate") : participant;
  return wanted.map(({ member }) => member);
}

/**
 * An approval that was there a moment ago is gone, and its keys with it. What the hub says of that is meant for
 * readers.
 */
function withdrawnMeanwhile(error: unknown): never {
  const problem = error instanceof ClientError ? error.problem : undefined;
  const isGone = problem?.kind === "refused" && ["withdrawn", "not-released", "unknown-item"].includes(problem.code);
  if (!isGone) throw error;
  throw ClientError.said(
    "withdrawn",
    "Een verstrekker heeft intussen een akkoord ingetrokken. Er is niets vrijgegeven. Doe het opnieuw: dan geeft u vrij waarvoor nog akkoord is.",
    "A supplier has withdrawn an approval meanwhile. Nothing was released. Do it again: you then release what is still approved.",
  );
}

/** What was named is released to someone, now or before: else nobody has approved it. */
function requireNamed(of: CaseState, roster: Digest, items: readonly Digest[], plans: readonly Release[]): void {
  const before = [...of.releases.values()].filter((release) => release.roster === roster);
  const released = new Set([...before, ...plans].flatMap((each) => releasedItems(each)));
  refuseUnless(items.every((item) => released.has(item)), "not-approved");
}

interface Planning {
  readonly house: House;
  readonly of: CaseState;
  readonly id: Digest;
  readonly roster: Roster;
  readonly reader: MemberId;
  readonly items: readonly Digest[];
  readonly now: Moment;
}

/**
 * The release to a reader as it can be now: what suppliers approved, and of the house's own items the agenda and what
 * was named. Own grants are made later, once this was judged.
 */
export function planned({ house, of, id, roster, reader, items, now }: Planning): Release {
  const approved = new Map<Digest, Digest>();
  for (const [approval, state] of [...of.approvals].sort(([one], [other]) => (one < other ? -1 : 1))) {
    const { item } = state.approval;
    const isFor = state.approval.roster === id && state.approval.reader === reader && !state.withdrawn;
    // What cannot be given any more (taken out, past its end) is left out of what was not named.
    const isChosen = items.length > 0 ? items.includes(item) : isGivable(of, roster, state, now);
    if (isFor && isChosen) approved.set(item, approval);
  }
  const isOfHouse = (item: Digest): boolean => of.items.get(item)?.item.supplier === house.housePartner();
  const { agenda } = roster;
  const goesAlong = agenda !== undefined && items.length === 0 && canBeGiven(of, roster, agenda, now);
  const own = goesAlong ? [agenda] : items.filter(isOfHouse);
  const consulted = [...of.consultations].find(([, consultation]) => consultation.roster === id);
  const plan: Release = {
    kind: "release",
    case: of.number,
    roster: id,
    consultation: consulted?.[0],
    reader,
    approved: [...approved].map(([item, approval]) => ({ item, approval })),
    own: own.map((item) => ({ item, grantLabel: NOTHING, grantBody: NOTHING })),
    gaps: 0,
    ...narrowed(of, own, roster),
  };
  return { ...plan, gaps: shownGaps(of, plan) };
}

function isGivable(of: CaseState, roster: Roster, { approval }: ApprovalState, now: Moment): boolean {
  return now < approval.until && canBeGiven(of, roster, approval.item, now);
}

/** What the house itself supplies has no approval with a window of its own: the release must fit its rules. */
function narrowed(of: CaseState, own: readonly Digest[], roster: Roster): Pick<Release, "from" | "until"> {
  let { from, until } = roster;
  for (const id of own) {
    const item = of.items.get(id)?.item;
    if (item === undefined) continue;
    const gone = ends(item.retention);
    from = later(item.from ?? from, from);
    until = earlier(earlier(item.until ?? gone, gone), until);
  }
  return { from, until };
}

/** Whether there is nothing in it, or nothing that the reader does not have. */
function bringsNothing(of: CaseState, roster: Roster, plan: Release): boolean {
  return (plan.approved.length === 0 && plan.own.length === 0) || isOnRecord(of, roster, plan);
}

/** Whether the reader's present release of this roster has just this already. */
function isOnRecord(of: CaseState, { meeting }: Roster, plan: Release): boolean {
  const latest = of.released.get(meeting)?.get(plan.reader);
  const old = latest && of.releases.get(latest);
  if (old === undefined || old.roster !== plan.roster || old.gaps !== plan.gaps) return false;
  const isSame = releasedItems(old).sort().join() === releasedItems(plan).sort().join();
  // An approval that was given anew has other headers.
  const before = new Set(old.approved.map(({ item, approval }) => `${item} ${approval}`));
  return isSame && plan.approved.every(({ item, approval }) => before.has(`${item} ${approval}`));
}

/** A release, with the grants that it passes on. */
interface Pack {
  readonly plan: Release;
  readonly grants: readonly ReaderGrants[];
}

/** An item, and the reader for whom its approval holds no grants. */
interface Spoilt {
  readonly item: Digest;
  readonly reader: MemberId;
}

/**
 * Takes the readers' grants out of the approvals. The hub can't look into these, so one supplier's nonsense is left out,
 * and given back: else it would keep from everyone what the others approved.
 */
async function takenOut(entered: Entered, plans: readonly Release[]): Promise<{ packs: Pack[]; spoilt: Spoilt[] }> {
  const packs: Pack[] = [];
  const spoilt: Spoilt[] = [];
  for (const plan of plans) {
    const taken = new Map<Release["approved"][number], ReaderGrants>();
    for (const each of plan.approved) {
      const grants = await grantsIn(entered, each.approval);
      if (grants === undefined) spoilt.push({ item: each.item, reader: plan.reader });
      else taken.set(each, grants);
    }
    const left = { ...plan, approved: [...taken.keys()] };
    packs.push({ plan: { ...left, gaps: shownGaps(entered.of, left) }, grants: [...taken.values()] });
  }
  return { packs, spoilt };
}

/** The grants in an approval; none if its supplier put in something else than it signed for. */
async function grantsIn({ work: { world }, of, keys }: Entered, id: Digest): Promise<ReaderGrants | undefined> {
  const { approval } = there(of.approvals.get(id), "not-approved");
  let bytes: Uint8Array;
  try {
    bytes = await keys.text(world, id, "grants", "vault");
  } catch (error) {
    // What the hub changed is no supplier's fault, and stops it all.
    if (isCode(error, "sealed-wrong") || (error instanceof Refused && OF_PAYLOAD.has(error.code))) return undefined;
    throw error;
  }
  try {
    const grants = ReaderGrants.parse(bytes);
    grants.require(approval.readerLabel, approval.readerBody);
    return grants;
  } catch (error) {
    if (error instanceof Refused || error instanceof Refusal) return undefined;
    throw error;
  }
}

/** What is wrong with a payload that is the one that was signed for. */
const OF_PAYLOAD: ReadonlySet<string> = new Set([
  "truncated payload",
  "altered payload",
  "trailing data",
  "empty last chunk",
]);

/** Of which items the approval is no good, and for whom. */
async function spoiltLines(entered: Entered, spoilt: readonly Spoilt[]): Promise<Both[]> {
  const { world } = entered.work;
  const looks = await look(entered, new Set(spoilt.map(({ item }) => item)));
  return spoilt.map(({ item, reader }) => {
    const supplier = world.house.partnerName(there(entered.of.items.get(item), "unknown-item").item.supplier);
    const [title, name] = [titleOf(entered, looks, item), world.nameOf(reader)];
    return {
      nl: `"${title}" van ${supplier} gaat niet mee naar ${name}: de sleutel in het akkoord deugt niet. Vraag ${supplier} om dit akkoord in te trekken en opnieuw te geven.`,
      en: `"${title}" of ${supplier} does not go along to ${name}: the key in the approval is no good. Ask ${supplier} to withdraw this approval and to give it again.`,
    };
  });
}

function chosenSpoilt(told: readonly Both[]): ClientError {
  return ClientError.said(
    "wrong-grants",
    [...told.map(({ nl }) => nl), "Er is niets vrijgegeven. Kies opnieuw, zonder wat niet mee kan."].join(" "),
    [...told.map(({ en }) => en), "Nothing was released. Choose again, without what can't go along."].join(" "),
  );
}

function drafted(
  draft: Draft,
  house: House,
  { plan, grants: taken }: Pack,
  ownKeys: ReadonlyMap<Digest, ItemKeys>,
): ReleaseLine {
  for (const { label, body } of taken) {
    draft.header(label);
    draft.header(body);
  }
  const recipient = memberRecipient(house, plan.reader, draft.signedAt);
  const own = plan.own.map(({ item }) => {
    const grants = ReaderGrants.wrap(there(ownKeys.get(item), "unknown-item"), recipient);
    return { item, grantLabel: draft.header(grants.label), grantBody: draft.header(grants.body) };
  });
  const release = draft.push({ ...plan, own });
  return { release, reader: plan.reader, items: plan.approved.length + own.length, gaps: plan.gaps };
}
