// Where a member works: the keys, what was proven, and everything that is done with them. It lives in a Worker; the page
// gets what a person is to see, and nothing that opens anything.

import type { Context } from "../client/context.ts";
import { requireAddress, type Home } from "../client/home.ts";
import { Remote } from "../client/remote.ts";
import { listCases, type CaseLine } from "../client/verbs/case.ts";
import { caseNumber, digest, hubName, type MemberId } from "../protocol/id.ts";
import type { Language } from "../protocol/refusal.ts";
import type { Phase } from "../protocol/words.ts";
import { Openers, planRotation, rotateAgain, seeAccount, seeSessions, type AccountSeen, type SessionSeen } from "./account.ts";
import { planApproval, planRefusal, seeAsks, type Answer, type ApprovalPrepared, type AskSeen } from "./approvals.ts";
import { seeCase, type CaseSeen } from "./case.ts";
import * as contributions from "./contributions.ts";
import { Drafts, type Draft, type Unkept } from "./drafts.ts";
import { Entrance, type PasskeyGave, type SlipRead, type Standing } from "./entrance.ts";
import { AuthorityFiles, type FilesSeen, type PublishedSeen } from "./files.ts";
import { hasHomes } from "./homes.ts";
import { planSuspension, planSuspensionEnd, seeHouse, type HouseSeen } from "./house.ts";
import * as inviting from "./inviting.ts";
import * as letters from "./letters.ts";
import * as meetings from "./meetings.ts";
import { seeJournal, seePortal, seeRecords, type JournalSeen, type PortalSeen, type RecordsSeen } from "./journal.ts";
import * as minutes from "./minutes.ts";
import { OpenItem, type OpenedSeen, type OpeningTold } from "./opened.ts";
import { seePacks, type PackSeen } from "./packs.ts";
import * as path from "./path.ts";
import { Plans, type Prepared } from "./plans.ts";
import { seeReaders, type ReadersSeen } from "./readers.ts";
import { type Tell, Underways } from "./underway.ts";
import { planVault, seeVault, type RenewingTold, type VaultPrepared, type VaultSeen, type VaultWanted } from "./vault.ts";
import { seeWork, type WorkSeen } from "./work.ts";
import * as writing from "./writing.ts";

export type { PasskeyGave, SlipRead, Standing, Who } from "./entrance.ts";

/** How long a page has to put away what is on it, in milliseconds. */
const LEAVING = 3000;

export class Desk {
  readonly #entrance: Entrance;
  readonly #underways = new Underways();
  readonly #open = new OpenItem();
  #drafts: Drafts | undefined;
  readonly #plans = new Plans();
  readonly #openers: Openers;
  #files: AuthorityFiles | undefined;
  /** Where letters say that one can answer. */
  readonly #portal: string;

  /** At this page's own origin, which is where the hub is. */
  constructor(origin: string) {
    const base = new URL("/", origin);
    const hub = hubName(base.hostname);
    this.#portal = base.href;
    requireAddress(base, hub);
    const remote = new Remote(base, { language: "nl", voice: (sentence) => this.#entrance.voice?.(sentence) });
    this.#entrance = new Entrance(base, hub, remote);
    this.#openers = new Openers(this.#entrance, this.#plans);
  }

  /** Speaks this language from here on, and tells the page what is waited for. */
  speak(language: Language, voice?: (sentence: string) => void): void {
    this.#entrance.speak(language);
    if (voice !== undefined) this.#entrance.voice = voice;
  }

  hubName(): string {
    return this.#entrance.hub;
  }

  /** Whether keys of anyone are in this browser. */
  knowsSomebody(): Promise<boolean> {
    return hasHomes();
  }

  // The way in and out.

  /** Unlocks; if need be in the place of another window of this browser, which locks. */
  unlock(gave: PasskeyGave, takes = false): Promise<Standing> {
    return this.#entrance.unlock(gave, takes);
  }

  unlockByCode(typed: string, takes = false): Promise<Standing> {
    return this.#entrance.unlockByCode(typed, takes);
  }

  /** Locks when another window goes on: the page first puts away what is on it, if it still can. */
  givesWay(leave: () => Promise<void>): void {
    const late = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, LEAVING));
    this.#entrance.asked = () => void Promise.race([leave(), late()]).then(() => this.lock());
  }

  async lock(): Promise<void> {
    this.#plans.clear();
    this.#underways.leave();
    // Its key first; what lies here of it is sealed.
    await this.#open.leave().catch(() => undefined);
    this.#openers.clear();
    this.#files = undefined;
    // What was typed last is still on its way into the home.
    await this.#drafts?.settled();
    this.#drafts = undefined;
    return this.#entrance.lock();
  }

  standing(): Promise<Standing> {
    return this.#entrance.standing();
  }

  readSlip(text: string): Promise<SlipRead> {
    return this.#entrance.readSlip(text);
  }

  beginEnrolment(text: string, passkey: PasskeyGave | undefined): Promise<string> {
    return this.#entrance.beginEnrolment(text, passkey);
  }

  endEnrolment(): Promise<Standing> {
    return this.#entrance.endEnrolment();
  }

  get #home(): Home {
    return this.#entrance.home;
  }

  get #context(): Context {
    return this.#entrance.context;
  }

  // What the screens show. What they name comes from an address, which anybody can have typed.

  work(): Promise<WorkSeen[]> {
    return seeWork(this.#context);
  }

  cases(): Promise<CaseLine[]> {
    return listCases(this.#context);
  }

  async case(number: string): Promise<CaseSeen> {
    return seeCase(this.#context, caseNumber(number));
  }

  async asks(number: string): Promise<AskSeen[]> {
    return seeAsks(this.#context, caseNumber(number));
  }

  async packs(number: string): Promise<PackSeen[]> {
    return seePacks(this.#context, caseNumber(number));
  }

  async open(number: string, item: string, tell: OpeningTold): Promise<OpenedSeen> {
    return this.#open.open(this.#context, caseNumber(number), digest(item), tell);
  }

  /** Saves the item that is open, to a file that the person chose. */
  saveTo(file: FileSystemFileHandle, tell: OpeningTold): Promise<void> {
    return this.#open.saveTo(file, tell);
  }

  /** The item that is open in one piece, to be saved where there is no way to choose a file. */
  wholeItem(tell: OpeningTold): Promise<Blob> {
    return this.#open.whole(tell);
  }

  /** Who was given an item, and who opened it; refused to who may not know. */
  async readers(number: string, item: string): Promise<ReadersSeen> {
    return seeReaders(this.#context, caseNumber(number), digest(item));
  }

  /** Nobody looks at the item any more. */
  leaveItem(): Promise<void> {
    return this.#open.leave();
  }

  house(): Promise<HouseSeen> {
    return seeHouse(this.#context);
  }

  /** Suspends somebody until a moment, by the manager. */
  async planSuspension(member: MemberId, until: string): Promise<Prepared> {
    return planSuspension(this.#context, this.#plans, member, until);
  }

  async planSuspensionEnd(member: MemberId): Promise<Prepared> {
    return planSuspensionEnd(this.#context, this.#plans, member);
  }

  /** The vault of a case, or of one's own partner. */
  async vault(number: string | undefined): Promise<VaultSeen> {
    return seeVault(this.#context, number === undefined ? undefined : caseNumber(number));
  }

  async planVault(number: string | undefined, wanted: VaultWanted, tell: RenewingTold): Promise<VaultPrepared> {
    const ofCase = number === undefined ? undefined : caseNumber(number);
    return planVault(this.#context, this.#plans, ofCase, wanted, tell);
  }

  // What is signed: prepared and shown first, then sent.

  async planApproval(number: string, answer: Answer): Promise<ApprovalPrepared> {
    return planApproval(this.#context, this.#plans, caseNumber(number), answer);
  }

  async planRefusal(number: string, answer: Answer, reason: string): Promise<Prepared> {
    return planRefusal(this.#context, this.#plans, caseNumber(number), answer, reason);
  }

  // The meeting, by who runs the case.

  async meetings(number: string): Promise<meetings.MeetingsSeen> {
    return meetings.seeMeetings(this.#context, caseNumber(number));
  }

  async planMeeting(number: string, wanted: meetings.MeetingWanted): Promise<Prepared> {
    return meetings.planMeeting(this.#context, this.#plans, caseNumber(number), wanted);
  }

  async planAsk(number: string, roster: string, items: readonly string[]): Promise<Prepared> {
    const shown = items.map((item) => digest(item));
    return meetings.planAsk(this.#context, this.#plans, caseNumber(number), digest(roster), shown);
  }

  async planConsultation(number: string, wanted: Parameters<typeof meetings.planConsultation>[3]): Promise<Prepared> {
    return meetings.planConsultation(this.#context, this.#plans, caseNumber(number), wanted);
  }

  async planRelease(number: string, wanted: meetings.ReleaseWanted): Promise<meetings.ReleasePrepared> {
    return meetings.planRelease(this.#context, this.#plans, caseNumber(number), wanted);
  }

  // Putting things in, and the path of a case.

  async ground(number: string | undefined): Promise<contributions.Ground> {
    return contributions.seeGround(this.#context, number === undefined ? undefined : caseNumber(number));
  }

  get #sender(): contributions.Sender {
    return { ctx: this.#context, plans: this.#plans, underways: this.#underways };
  }

  async planContribution(
    number: string,
    wanted: contributions.ContributionWanted,
    tell: contributions.Tell,
  ): Promise<Prepared> {
    return contributions.planContribution(this.#sender, caseNumber(number), wanted, tell);
  }

  async sendContribution(plan: number): Promise<contributions.ContributedSeen> {
    return contributions.sendContribution(this.#sender, plan);
  }

  async planReferral(wanted: contributions.ReferralWanted, tell: contributions.Tell): Promise<Prepared> {
    return contributions.planReferral(this.#sender, wanted, tell);
  }

  async sendReferral(plan: number): Promise<contributions.ReferralSent> {
    return contributions.sendReferral(this.#sender, plan);
  }

  /** Stops what is sealed and sent; it goes on where it stopped when it is wanted again. */
  leaveSending(): void {
    this.#underways.leave();
  }

  /** Forgets files that were sealed for a case, or for a referral, and are not on record. */
  async dropOutgoing(number: string | undefined): Promise<void> {
    await contributions.dropOutgoing(this.#context, number === undefined ? undefined : caseNumber(number));
  }

  async planOpening(number: string, holders: readonly MemberId[]): Promise<Prepared> {
    return path.planOpening(this.#context, this.#plans, caseNumber(number), holders);
  }

  async planPhase(number: string, phase: Phase, outcome: string): Promise<Prepared> {
    return path.planPhase(this.#context, this.#plans, caseNumber(number), phase, outcome);
  }

  async planRetraction(number: string, item: string): Promise<Prepared> {
    return path.planRetraction(this.#context, this.#plans, caseNumber(number), digest(item));
  }

  async planWithdrawal(number: string, item: string, readers: readonly MemberId[]): Promise<Prepared> {
    return path.planWithdrawal(this.#context, this.#plans, caseNumber(number), digest(item), readers);
  }

  // Letters: read and answered, and written.

  letters(): Promise<letters.LettersSeen> {
    return letters.seeLetters(this.#context);
  }

  async letter(number: string, letter: string, tell: Tell<"fetching">): Promise<letters.LetterSeen> {
    return letters.seeLetter(this.#context, caseNumber(number), digest(letter), tell);
  }

  async planReply(number: string, letter: string, wanted: letters.AnswerWanted): Promise<Prepared> {
    return letters.planReply(this.#context, this.#plans, caseNumber(number), digest(letter), wanted);
  }

  planDelivery(...[way, language]: letters.DeliveryWanted): Promise<Prepared> {
    return letters.planDelivery(this.#context, this.#plans, way, language);
  }

  async writing(number: string): Promise<writing.WritingSeen> {
    return writing.seeWriting(this.#context, caseNumber(number));
  }

  async planQuestion(
    number: string,
    wanted: writing.QuestionWanted,
    tell: writing.SealingTold,
  ): Promise<writing.LettersPrepared> {
    return writing.planQuestion(this.#context, this.#plans, caseNumber(number), this.#portal, wanted, tell);
  }

  async planMessage(
    number: string,
    wanted: writing.MessageWanted,
    tell: writing.SealingTold,
  ): Promise<writing.LettersPrepared> {
    return writing.planMessage(this.#context, this.#plans, caseNumber(number), this.#portal, wanted, tell);
  }

  async inviting(number: string, roster: string): Promise<inviting.InvitingSeen> {
    return inviting.seeInviting(this.#context, caseNumber(number), digest(roster));
  }

  async planInvitation(
    number: string,
    wanted: inviting.InvitationWanted,
    tell: writing.SealingTold,
  ): Promise<writing.LettersPrepared> {
    return inviting.planInvitation(this.#context, this.#plans, caseNumber(number), this.#portal, wanted, tell);
  }

  async reporting(number: string, roster: string): Promise<minutes.ReportingSeen> {
    return minutes.seeReporting(this.#context, caseNumber(number), digest(roster));
  }

  async planMinutes(number: string, wanted: minutes.ReportWanted): Promise<Prepared> {
    return minutes.planMinutes(this.#context, this.#plans, caseNumber(number), this.#portal, wanted);
  }

  async planMinutesLetters(number: string, wanted: minutes.ReportWanted): Promise<writing.LettersPrepared> {
    return minutes.planMinutesLetters(this.#context, this.#plans, caseNumber(number), this.#portal, wanted);
  }

  // What is typed and not sent yet, sealed in this browser.

  async keepDraft(place: string, draft: Draft): Promise<Unkept | undefined> {
    return this.#draftsHere.keep(place, draft);
  }

  async draft(place: string): Promise<Draft> {
    return this.#draftsHere.of(place);
  }

  async forgetDraft(place: string): Promise<void> {
    await this.#draftsHere.forget(place);
  }

  get #draftsHere(): Drafts {
    const [home, before] = [this.#home, this.#drafts];
    const drafts = before?.home === home ? before : new Drafts(home);
    this.#drafts = drafts;
    return drafts;
  }

  // One's own keys, and what opens them.

  account(): Promise<AccountSeen> {
    return seeAccount(this.#context, this.#entrance.openedWith?.by);
  }

  sessions(): Promise<SessionSeen[]> {
    return seeSessions(this.#context);
  }

  async endSession(session: string): Promise<void> {
    await this.#context.remote.endSession(session);
  }

  /** Refuses who unlocked too long ago to change what opens the keys: to be asked before a passkey is made. */
  requireFresh(): void {
    this.#openers.requireFresh();
  }

  planPasskey(gave: PasskeyGave): Promise<Prepared> {
    return this.#openers.planPasskey(gave);
  }

  /** The passkeys that stay when the others go, this one among them; without one it begins anew. How many. */
  keptPasskeys(gave?: PasskeyGave): number {
    return this.#openers.keptPasskeys(gave);
  }

  /** A new recovery code, to be shown once. */
  newCode(): string {
    return this.#openers.newCode();
  }

  planOpeners(): Promise<Prepared> {
    return this.#openers.planOnly();
  }

  planRotation(): Promise<Prepared> {
    return planRotation(this.#context, this.#plans);
  }

  /** Sends new keys again, of which no answer came. */
  rotateAgain(): Promise<boolean> {
    return rotateAgain(this.#context);
  }

  // What the house's secretary carries from the authority to the hub.

  async readFiles(files: readonly File[]): Promise<FilesSeen> {
    this.#files = await AuthorityFiles.read(this.#context, files);
    return this.#files.seen;
  }

  async publishFiles(): Promise<readonly PublishedSeen[]> {
    return this.#files === undefined ? [] : this.#files.publish(this.#context);
  }

  // The journal.

  journal(): Promise<JournalSeen> {
    return seeJournal(this.#context);
  }

  async records(number: string, item: string): Promise<RecordsSeen> {
    return seeRecords(this.#context, caseNumber(number), digest(item));
  }

  portal(): Promise<PortalSeen> {
    return seePortal(this.#context);
  }

  /** Signs and sends what was shown. */
  async send(plan: number): Promise<void> {
    await this.#plans.send(plan);
  }
}
