// One open tab: which place is shown, in which language, and who unlocked it.

import { html, render, type TemplateResult } from "lit-html";

import { frame } from "../ui/frame.ts";
import type { Words } from "../words/nl.ts";
import { type Language, firstLanguage, keepLanguage, wordsOf } from "./language.ts";
import { chosenLook, type Look, showLook } from "./look.ts";
import { address, type Place, type PlaceName, placeOf } from "./router.ts";

/** What stands in the middle of the page: one purpose, and one primary action. */
export interface Screen {
  /** Names the page, in its heading and in the window's title. */
  title(words: Words): string;
  view(words: Words): TemplateResult;
  /** Once, when it is first shown. What it throws is shown as a refusal. */
  arrive?(): Promise<void>;
  /** When somebody goes elsewhere. */
  leave?(): void;
}

/** How a place's screen is made. */
export type Screens = { [Name in PlaceName]?: (app: App, place: Extract<Place, { name: Name }>) => Screen };

export class App {
  language: Language = firstLanguage();
  place: Place = { name: "start" };
  private screen: Screen | undefined;

  constructor(
    private readonly root: HTMLElement,
    private readonly screens: Screens,
  ) {}

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
    this.arriveAt(placeOf(location.hash));
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
    document.title = `${title} - ${words.name}`;
    document.documentElement.lang = this.language;
    render(frame(this, title, screen.view(words)), this.root);
  }

  speak(language: Language): void {
    keepLanguage(language);
    this.language = language;
    this.draw();
  }

  showAs(look: Look): void {
    showLook(look);
    this.draw();
  }

  private arriveAt(place: Place): void {
    this.screen?.leave?.();
    const made = (this.screens[place.name] ?? this.screens.start) as ((app: App, place: Place) => Screen) | undefined;
    if (!made) return;
    const moved = this.screen !== undefined;
    this.place = place;
    this.screen = made(this, place);
    this.draw();
    // Who reads with the keyboard or with a screen reader begins at the new page, not where the old one ended.
    if (moved) document.getElementById("work")?.focus();
    void this.settle(this.screen);
  }

  private async settle(screen: Screen): Promise<void> {
    await screen.arrive?.();
    if (this.screen === screen) this.draw();
  }
}

/** Nothing to see. */
export const nothingYet = html``;
