// What is wrong with a page as it stands, for who can't see, hear, point or bear as others do.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import type { Frame, Page } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
/** What is shown of an item is a part of a page, and no page: it needs no landmarks. */
const RULES_WITHIN = RULES.filter((rule) => rule !== "best-practice");
/** What moves sideways by itself, a wide table, moves by keyboard too. */
const RULES_NARROW = { type: "rule", values: ["scrollable-region-focusable"] };
export const WIDE = { width: 1280, height: 900 };
/** A phone; and at 200 % a window of 1280 pixels has room for 640. */
const NARROW = [
  { width: 320, height: 800 },
  { width: 640, height: 450 },
];

/** What axe finds wrong, each with where. */
export async function found(page: Page | Frame, rules: readonly string[] | typeof RULES_NARROW = RULES): Promise<string[]> {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axe);
  return page.evaluate(async (rules) => {
    const { axe } = globalThis as unknown as {
      axe: { run(what: Document, how: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const { violations } = await axe.run(document, { runOnly: rules, resultTypes: ["violations"], iframes: false });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
  }, rules);
}

/** What one can't see all of without going sideways, or not at all: how much too wide it is, and each text cut off. */
function cutOff(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { clientWidth, scrollWidth } = document.documentElement;
    const wrong = new Set<string>();
    if (scrollWidth > clientWidth) wrong.add(`the page is ${scrollWidth - clientWidth} pixels too wide`);
    const cuts = (element: Element): boolean => {
      const { overflow } = getComputedStyle(element);
      // A table has two directions: a wide one moves by itself (WCAG 1.4.10).
      return overflow !== "visible" && !element.matches(".utrecht-table-container");
    };
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const text = texts.currentNode;
      const parent = text.parentElement!;
      // What is there for screen readers alone is not to be seen; a field's own text moves within it.
      if (parent.closest(".visually-hidden, .utrecht-skip-link, option, textarea, script") !== null) continue;
      const isInTable = parent.closest(".utrecht-table-container") !== null;
      const around = isInTable ? [] : [new DOMRect(0, -1e6, clientWidth, 2e6)];
      for (let above: Element | null = parent; above !== null && above !== document.body; above = above.parentElement) {
        if (cuts(above)) around.push(above.getBoundingClientRect());
      }
      const range = document.createRange();
      range.selectNodeContents(text);
      // A line is as high as its letters may be: a few pixels of that are empty.
      const isWithin = (of: DOMRect, box: DOMRect): boolean =>
        of.left >= box.left - 1 && of.right <= box.right + 1 && of.top >= box.top - 3 && of.bottom <= box.bottom + 3;
      const isOut = (of: DOMRect): boolean => of.width > 1 && !around.every((box) => isWithin(of, box));
      if ([...range.getClientRects()].some(isOut)) wrong.add(`cut off: ${text.textContent!.trim().slice(0, 80)}`);
    }
    for (const control of document.querySelectorAll("button, input, select, textarea, iframe")) {
      const { left, right, width } = control.getBoundingClientRect();
      const isSeen = width > 1 && !control.classList.contains("visually-hidden");
      if (isSeen && (left < -1 || right > clientWidth + 1)) wrong.add(`cut off: ${control.outerHTML.slice(0, 80)}`);
    }
    return [...wrong];
  });
}

/** What moves: an animation that runs, or one that would, on a part of the page or before or behind it. */
export function moving(of: Page | Frame): Promise<string[]> {
  return of.evaluate(() => {
    const parts = [...document.querySelectorAll("*")].flatMap((element) =>
      [undefined, "::before", "::after"].map((pseudo) => [element, getComputedStyle(element, pseudo)] as const),
    );
    const moves = ({ animationName, transitionDuration }: CSSStyleDeclaration): boolean =>
      animationName !== "none" || transitionDuration.split(", ").some((duration) => Number.parseFloat(duration) > 0);
    const running = document.getAnimations().map(() => "an animation runs");
    const moved = parts.filter(([, style]) => moves(style));
    return [...running, ...moved.map(([{ outerHTML }]) => `moves: ${outerHTML.slice(0, 80)}`)];
  });
}

/**
 * Whether Tab has come to all. A frame of another process takes the focus and gives it back in its own time, and
 * swallows what is pressed meanwhile: within one, nothing more is pressed until it had that time.
 */
function isAllCameTo(page: Page): Promise<boolean> {
  return page.evaluate(async () => {
    const { missing } = globalThis as unknown as { missing: Set<string> };
    const isOver = (): boolean => missing.size === 0 || document.activeElement?.tagName !== "IFRAME";
    for (let waits = 0; waits < 25 && !isOver(); waits += 1) await new Promise((done) => setTimeout(done, 20));
    return missing.size === 0;
  });
}

/** What one can press or type in, and does not come to with Tab; and where one does not see that one is. */
async function outOfReach(page: Page): Promise<string[]> {
  const many = await page.evaluate(() => {
    const controls = "a[href], button, input, select, textarea, summary, [tabindex='0']";
    // What cannot be pressed now is passed over; and of a few choices the arrows take one to the others.
    const isWanted = (one: HTMLElement): boolean =>
      one.checkVisibility() && !one.matches(":disabled") && one.closest("[aria-hidden=true]") === null;
    const wanted = [...document.querySelectorAll<HTMLElement>(controls)].filter(isWanted);
    const nameOf = (one: Element): string =>
      one.matches("[type=radio]")
        ? `radio ${one.getAttribute("name")}`
        : one.outerHTML.replace(/\s+/g, " ").slice(0, 100);
    const missing = new Set(wanted.map(nameOf));
    const unseen = new Set<string>();
    const focused = ({ target }: FocusEvent): void => {
      if (!(target instanceof HTMLElement) || target === document.body) return;
      missing.delete(nameOf(target));
      // A field for files is one with the button that stands for it.
      const shows = target.matches(".drop__input") ? target.nextElementSibling! : target;
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(shows);
      if ((outlineStyle === "none" || outlineWidth === "0px") && boxShadow === "none") unseen.add(nameOf(target));
    };
    document.addEventListener("focusin", focused);
    document.body.tabIndex = -1;
    document.body.focus();
    document.body.removeAttribute("tabindex");
    Object.assign(globalThis, { missing, unseen, stops: () => document.removeEventListener("focusin", focused) });
    // A day and a time have a part for each number, and one to choose them.
    return wanted.reduce((sum, one) => sum + (one.matches("[type^=date]") ? 8 : 1), 5);
  });
  for (let presses = 0; presses < 3 * many; presses += 1) {
    await page.keyboard.press("Tab");
    if (await isAllCameTo(page)) break;
  }
  return page.evaluate(() => {
    type Kept = { readonly missing: Set<string>; readonly unseen: Set<string>; stops(): void };
    const { missing, unseen, stops } = globalThis as unknown as Kept;
    stops();
    const never = [...missing].map((one) => `Tab never comes to ${one}`);
    return [...never, ...[...unseen].map((one) => `no focus is seen on ${one}`)];
  });
}

/** All that is wrong with a page as it stands: light and dark, without motion, by Tab, then narrow. */
export async function wrongWith(page: Page): Promise<string[]> {
  const wrong: string[] = [];
  const says = (how: string, what: readonly string[]): void => void wrong.push(...what.map((one) => `${how}: ${one}`));
  const inside = page.frames().slice(1);
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    says(colorScheme, await found(page));
  }
  await page.emulateMedia({ reducedMotion: "reduce" });
  for (const each of [page, ...inside]) says("less motion", await moving(each));
  await page.emulateMedia({ reducedMotion: null });
  for (const frame of inside) says("in the frame", await found(frame, RULES_WITHIN));
  for (const size of NARROW) {
    await page.setViewportSize(size);
    says(`${size.width} pixels`, [...(await cutOff(page)), ...(await found(page, RULES_NARROW))]);
  }
  await page.setViewportSize(WIDE);
  says("by keyboard", await outOfReach(page));
  return wrong;
}
