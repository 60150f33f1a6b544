// The people of one house, who all make their keys in the portal, with a passkey that has PRF. Some work on there, each
// in a browser of their own; others take their keys to the command line, with the recovery code that they wrote down.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { Browser } from "./chromium.ts";
import { Carrier, enrols, entersByCode, slipOf } from "./enrolling.ts";
import { Hand } from "./hand.ts";
import type { House, Person } from "./house.ts";
import { kept } from "./kept.ts";
import { hearTouches, ofRecoveryCode, ofSlip, ofTouch } from "./secrets.ts";
import type { Canaries } from "./tap.ts";

/** How many make their keys at one time. */
const AT_ONCE = 3;

export class Cast {
  private readonly browsers = new Map<Hand, Browser>();
  /** By mail address. */
  private readonly hands = new Map<string, Hand>();
  private readonly codes = new Map<string, string>();
  private readonly touches = new Map<Hand, readonly Uint8Array[]>();
  private readonly paper: Canaries[] = [];
  private left = 0;

  private constructor(
    readonly house: House,
    private readonly secretary: { hand: Hand; carrier: Carrier },
  ) {}

  /** With the secretary only, who got keys on the command line: somebody has to carry those of the others. */
  static async begin(house: House, secretary: Person): Promise<Cast> {
    const code = house.enrol(secretary);
    const browser = await Browser.open();
    const hand = new Hand(await browser.tab());
    await entersByCode(hand, house, code);
    await hand.page.getByRole("heading", { name: "Mijn werk" }).waitFor();
    await hand.at("huis");
    const cast = new Cast(house, { hand, carrier: new Carrier(house, hand) });
    cast.paper.push(ofRecoveryCode(secretary.mail, code));
    cast.browsers.set(hand, browser);
    return cast;
  }

  /** All of these make keys in the portal, and the house vouches for them. Some leave it then, for the command line. */
  async enrol(staying: readonly Person[], leaving: readonly Person[] = []): Promise<void> {
    const people = [...leaving, ...staying];
    await this.enrolWith(people, people.map((person) => slipOf(this.house, person)), leaving);
    for (const person of leaving) this.house.recovers(person, this.code(person));
  }

  /** The same of a member whose keys no longer count. */
  async enrolAgain(person: Person, member: string): Promise<void> {
    await this.enrolWith([person], [slipOf(this.house, person, member)]);
  }

  private async enrolWith(
    people: readonly Person[],
    slips: readonly string[],
    leaving: readonly Person[] = [],
  ): Promise<void> {
    const { carrier } = this.secretary;
    await carrier.publishes(await carrier.brings(slips));
    const words: string[] = [];
    while (words.length < people.length) {
      const some = people.slice(words.length, words.length + AT_ONCE);
      const slipAt = (at: number): string => readFileSync(slips[words.length + at]!, "utf8");
      words.push(...(await Promise.all(some.map((person, at) => this.makesKeys(person, slipAt(at))))));
      for (const person of some) if (leaving.includes(person)) await this.leaves(person);
    }
    for (const [at, person] of people.entries()) await carrier.takes(person, words[at]!);
    await this.published();
  }

  /** The authority signs a new directory, and the secretary publishes it with whatever else was signed. */
  async published(): Promise<void> {
    const { house, secretary } = this;
    house.authority("directory");
    await secretary.carrier.publishes(await secretary.carrier.brings());
  }

  private async makesKeys(person: Person, slip: string): Promise<string> {
    const hand = await this.newHand();
    const { code, words } = await enrols(hand, this.house, slip);
    // Somebody may make keys more than once.
    const who = `${person.mail} (${this.paper.length})`;
    this.paper.push(ofSlip(who, slip), ofRecoveryCode(who, code));
    this.hands.set(person.mail, hand);
    this.codes.set(person.mail, code);
    return words;
  }

  /** A browser that nobody used before. */
  async newHand(): Promise<Hand> {
    const browser = await Browser.open();
    const touches = await hearTouches(browser.context);
    const hand = new Hand(await browser.tab());
    this.browsers.set(hand, browser);
    this.touches.set(hand, touches);
    return hand;
  }

  /** Somebody who works in the portal. */
  hand(person: Person): Hand {
    const hand = this.hands.get(person.mail);
    if (hand === undefined) throw new Error(`${person.name} does not work in the portal`);
    return hand;
  }

  /** The recovery code that somebody wrote down. */
  code(person: Person): string {
    return this.codes.get(person.mail) ?? "";
  }

  /** The browser in which somebody works. */
  browserOf(hand: Hand): Browser {
    return this.browsers.get(hand)!;
  }

  /** What these people had on paper, and what their passkeys answered, with what is made of that. */
  get secrets(): Canaries {
    const outputs = [...this.touches.values()].flat();
    const touched = outputs.map((output, at) => ofTouch(`touch ${at + 1}`, output));
    return Object.assign({}, ...this.paper, ...touched) as Canaries;
  }

  /** What the browsers kept that were closed, in a folder for each: everything, and what programs read of it. */
  get remains(): string {
    return this.house.path("remains");
  }

  /** Somebody who works in the portal, once the page that waits has let them in by itself. */
  async isIn(person: Person): Promise<Hand> {
    const hand = this.hand(person);
    await hand.page.locator(".portal-places").waitFor();
    await hand.done();
    return hand;
  }

  /** Somebody closes the browser for good. */
  private async leaves(person: Person): Promise<void> {
    await this.closes(this.hand(person));
    this.hands.delete(person.mail);
  }

  /** Everybody does. */
  async everyoneLeaves(): Promise<void> {
    for (const hand of this.browsers.keys()) await this.closes(hand);
    this.hands.clear();
  }

  private async closes(hand: Hand): Promise<void> {
    const browser = this.browserOf(hand);
    const folder = join(this.remains, String(this.left += 1));
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "read"), await kept(hand.page));
    this.browsers.delete(hand);
    await browser.close(folder);
  }

  /** What everyone sees now, for who wants to look. */
  async shots(name: string): Promise<void> {
    for (const [mail, hand] of this.hands) await hand.shot(`${name}-${mail.split("@")[0]}`);
  }

  async end(): Promise<void> {
    await Browser.closeAll(this.browsers.values());
  }
}
