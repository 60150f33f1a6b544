// Two windows on one person's keys: why this one locked, and how to go on in it.

import { nothing } from "lit-html";

import type { App } from "../app/app.ts";
import { alert, buttons, secondary, type Content } from "./parts.ts";

/** Why it locked, if the person did not do so. */
export function lockedBy({ locked, words: { start } }: App): Content {
  return locked === undefined ? nothing : alert("info", start.lockedBy[locked]);
}

/** Where another window has the keys: a way to go on here. */
export function instead(app: App, busy: boolean, go: () => void): Content {
  const { start, wait } = app.words;
  if (!app.wasRefused("home-locked")) return nothing;
  return buttons(secondary(busy ? wait : start.instead, go, { busy }));
}
