// One open tab: which place is shown, in which language, and who unlocked it.

import { html, render, type TemplateResult } from "lit-html";

import type { Standing, Who } from "../desk/desk.ts";
import type { Unkept } from "../desk/drafts.ts";
import type { PortalSeen } from "../desk/journal.ts";
import { DeskRefusal, told, type FarDesk } from "../desk/line.ts";
import type { MemberId } from "../protocol/id.ts";
import { frame } from "../ui/frame.ts";
import { secondary } from "../ui/parts.ts";
import type { Words } from "../words/nl.ts";
import { Idle } from "./idle.ts";
import { type Language, firstLanguage, keepLanguage, wordsOf } from "./language.ts";
import { chosenLook, type Look, showLook } from "./look.ts";
import { servedDigest } from "./served.ts";
import { Turns, WentElsewhere } from "./turn.ts";
import { address, isOpen, type Place, type PlaceName, placeOf } from "./router.ts";

export { WentElsewhere } from "./turn.ts";

/** What stands in the middle of the page: one purpose, and one primary action. */
export interface Screen {
  /** Names the page, in its heading and in the window's title. */
  title(words: Words): string;
  /** The window's title, where the heading says what something is about: what a page is called, the browser keeps. */
  tab?(words: Words): string;
  view(words: Words): TemplateResult;
  /** A column for reading, not the whole width. */
  readonly isNarrow?: boolean;
  /** Once, when it is first shown. What it throws is shown as a refusal. */
  arrive?(): Promise<void>;
  /** When somebody goes elsewhere. */
  leave?(): void;
}

/** How a place's screen is made. */
export type Screens = { [Name in PlaceName]?: (app: App, place: Extract<Place, { name: Name }>) => Screen };

/** A sentence in both languages, as a refusal brings it. */
export interface Refused {
  readonly code: string;
  readonly nl: string;
  readonly en: string;
}

/** What went wrong, as a person is told: a refusal in its own words, or that this program failed. */
export function refusedBy(error: unknown): Refused {
  if (error instanceof DeskRefusal && error.code === "bundle-number") {
    return { code: error.code, nl: wordsOf("nl").keys.elsewhere, en: wordsOf("en").keys.elsewhere };
  }
  if (error instanceof DeskRefusal) return { code: error.code, nl: error.nl, en: error.en };
  const [nl, en] = [wordsOf("nl").errors.unknown, wordsOf("en").errors.unknown];
  return { code: "unexpected", nl, en };
}

/** What can't be kept as it was typed: its fields as they are called on screen, and why. */
export interface UnkeptSaid {
  readonly labels: readonly string[];
  readonly why: Unkept["why"];
}

/** Why it locks by itself. */
export type LockedBy = "idle" | "elsewhere";

export class App {
  language: Language = firstLanguage();
  place: Place = { name: "start" };
  /** Who unlocked; nobody while it is locked, or while the house has not vouched. */
  who: Who | undefined;
  /** Which portal the hub serves: its word, until somebody unlocked who can check that it is on record. */
  portal: PortalSeen | undefined;
  /** What is waited for, to be told while a screen is busy. */
  waits: string | undefined;
  /** What was done on the screen before, to be told on this one. */
  news: ((words: Words) => string) | undefined;
  /** What somebody typed that this browser can't keep, by where. */
  readonly unkept = new Map<string, UnkeptSaid>();
  /** Whether somebody unlocked for whom the house has to vouch first. */
  private isWaiting = false;
  /** Where somebody wanted to go before unlocking. */
  private wanted: Place | undefined;
  /** Whose place that was, where it was somebody's. */
  private wantedBy: MemberId | undefined;
  private screen: Screen | undefined;
  private coming: App["news"];
  private refused: Refused | undefined;
  /** Whether what the screen shows could not be fetched. */
  private isStuck = false;
  private readonly idle = new Idle(() => void this.lock("idle"));
  /** Why it was locked, if not by the person. */
  locked: LockedBy | undefined;
  private readonly turns = new Turns();
  /** As the screens have it: to who locked it answers no more. */
  readonly desk: FarDesk;

  constructor(
    private readonly root: HTMLElement,
    private readonly always: FarDesk,
    private readonly screens: Screens,
  ) {
    this.desk = this.turns.of(always);
  }

  get words(): Words {
    return wordsOf(this.language);
  }

  get look(): Look {
    return chosenLook();
  }

  /** Shows the place in the address, and follows it from here on. */
  start(): void {
    showLook(this.look);
    window.addEventListener("hashchange", () => this.arriveAt(placeOf(location.hash)));
    // Who leaves the page leaves nothing open behind.
    window.addEventListener("pagehide", () => void this.always.lock());
    // A page that the browser kept as it was would show what was open before.
    window.addEventListener("pageshow", (event) => event.persisted && void this.lock());
    // A browser asks first whether what it could not keep may be lost.
    window.addEventListener("beforeunload", (event) => this.unkept.size > 0 && event.preventDefault());
    // What could not be fetched is tried again as soon as the line is back.
    window.addEventListener("online", () => this.isStuck && this.screen && this.again(this.screen));
    // Paper says at what time it was printed.
    window.addEventListener("beforeprint", () => this.draw());
    void this.tellLanguage();
    void this.always.givesWay(told(() => this.lock("elsewhere")));
    void this.lookAtPortal(async () => ({ digest: await servedDigest(), at: undefined, alarm: undefined }));
    this.arriveAt(placeOf(location.hash));
  }

  /** Says in the foot which portal this is. That it can't be said is no reason not to work. */
  private async lookAtPortal(look: () => Promise<PortalSeen>): Promise<void> {
    const seen = await look().catch(() => undefined);
    if (seen === undefined) return;
    this.portal = seen;
    this.draw();
  }

  go(place: Place): void {
    const wanted = address(place);
    if (location.hash === wanted) this.arriveAt(place);
    else location.hash = wanted;
  }

  /** Shows the screen as it is now. */
  draw(): void {
    const { screen, words } = this;
    if (!screen) return;
    const title = screen.title(words);
    document.title = `${screen.tab?.(words) ?? title} - ${words.name}`;
    document.documentElement.lang = this.language;
    const { isNarrow = false } = screen;
    const stuck = this.isStuck ? secondary(words.again, () => this.again(screen)) : undefined;
    render(frame(this, { title, work: stuck ?? screen.view(words), isNarrow, refused: this.refused }), this.root);
  }

  speak(language: Language): void {
    keepLanguage(language);
    this.language = language;
    void this.tellLanguage();
    this.draw();
  }

  showAs(look: Look): void {
    showLook(look);
    this.draw();
  }

  /** Somebody unlocked: goes where that person wanted to be. */
  entered(standing: Standing): void {
    this.isWaiting = standing.kind === "waiting";
    if (standing.kind === "in") {
      this.who = standing.who;
      this.locked = undefined;
      this.idle.begin();
      void this.lookAtPortal(() => this.desk.portal());
      // Whoever unlocks after somebody else is not shown where that person was.
      const isTheirs = this.wantedBy === undefined || this.wantedBy === standing.who.member;
      const wanted = (isTheirs ? this.wanted : undefined) ?? { name: "work" };
      this.wanted = this.wantedBy = undefined;
      this.go(wanted);
      return;
    }
    this.who = undefined;
    this.go({ name: "waiting" });
  }

  /** Goes elsewhere, where it is told what was done here. */
  goWith(news: (words: Words) => string, place: Place): void {
    this.coming = news;
    this.go(place);
  }

  /** Says at once that what was typed somewhere can't be kept; or no more, if it can be. */
  tellUnkept(place: string, unkept: UnkeptSaid | undefined): void {
    if (unkept === undefined && !this.unkept.has(place)) return;
    if (unkept === undefined) this.unkept.delete(place);
    else this.unkept.set(place, unkept);
    this.draw();
  }

  /** Whether it was this that was refused just now. */
  wasRefused(code: string): boolean {
    return this.refused?.code === code;
  }

  /** Wipes the keys, and shows nothing of what was there. */
  async lock(by?: LockedBy): Promise<void> {
    this.idle.end();
    this.turns.end();
    this.locked = by;
    // Who did not choose to leave comes back where that was.
    if (by !== undefined && !isOpen(this.place)) [this.wanted, this.wantedBy] = [this.place, this.who?.member];
    this.who = undefined;
    this.isWaiting = false;
    this.screen?.leave?.();
    this.screen = undefined;
    this.news = this.coming = this.waits = undefined;
    render(html``, this.root);
    await this.always.lock();
    // Only now, as what was on its way was answered before.
    this.unkept.clear();
    this.go({ name: "start" });
  }

  /** Does something that may be refused, and shows it if it is. Whether it was done. */
  async tries(work: () => Promise<void>): Promise<boolean> {
    this.refused = undefined;
    const { who } = this;
    try {
      await this.idle.during(work);
      return true;
    } catch (error) {
      // What somebody did who locked meanwhile is not for whoever comes next.
      if (!(error instanceof WentElsewhere) && this.who === who) this.refused = refusedBy(error);
      return false;
    } finally {
      this.waits = undefined;
      this.draw();
      if (this.refused !== undefined) document.getElementById("refused")?.focus();
    }
  }

  /** Waits within such work for something that may never come: meanwhile the screen locks when nobody is there. */
  idles<T>(waiting: () => Promise<T>): Promise<T> {
    return this.idle.except(waiting);
  }

  /** Somebody reads in the frame of what was opened. */
  touched(): void {
    this.idle.hears();
  }

  private async tellLanguage(): Promise<void> {
    const voice = (sentence: string): void => {
      this.waits = sentence;
      this.draw();
    };
    await this.always.speak(this.language, told(voice));
  }

  private arriveAt(place: Place): void {
    this.screen?.leave?.();
    this.refused = undefined;
    const isNobodys = place.name === "waiting" && !this.isWaiting;
    if (isNobodys || (this.who === undefined && !isOpen(place))) {
      this.wanted = isNobodys ? undefined : place;
      this.go({ name: "start" });
      return;
    }
    const made = (this.screens[place.name] ?? this.screens.start) as ((app: App, place: Place) => Screen) | undefined;
    if (!made) return;
    const moved = this.screen !== undefined;
    this.place = place;
    [this.news, this.coming] = [this.coming, undefined];
    this.screen = made(this, place);
    this.draw();
    // Who reads with the keyboard or with a screen reader begins at the new page, not where the old one ended.
    if (moved) document.getElementById("work")?.focus();
    void this.arrival(this.screen);
  }

  /** Fetches what a screen shows. If that is refused there is nothing to show but why, and a way to try again. */
  private async arrival(screen: Screen): Promise<void> {
    this.isStuck = false;
    if (screen.arrive === undefined) return;
    try {
      await this.idle.during(() => screen.arrive?.() ?? Promise.resolve());
    } catch (error) {
      if (this.screen !== screen) return;
      this.refused = refusedBy(error);
      this.isStuck = true;
    }
    // Who went elsewhere meanwhile is told nothing of it.
    if (this.screen !== screen) return;
    this.waits = undefined;
    this.draw();
    if (this.isStuck) document.getElementById("refused")?.focus();
  }

  private again(screen: Screen): void {
    this.refused = undefined;
    void this.arrival(screen);
    this.draw();
  }
}
