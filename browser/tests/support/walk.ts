// A walk past every screen of the portal in every state (screens.ts), in one tab.

import { address, type Place, type PlaceName, placeOf } from "../../src/app/router.ts";
import { CASE } from "./known.ts";
import { at, visit } from "./person.ts";
import { offline, refused, type Scene, SCREENS, stalls, type State, type Undo } from "./screens.ts";

/** Those that ask nothing of the hub, or not as soon as somebody comes. */
const ASKS_NOTHING: readonly PlaceName[] = ["start", "enrol", "waiting", "recover", "accessibility"];
/**
 * Where somebody is who has no line. It looks the same everywhere, since one part of the page shows it (App.draw), and each
 * of these takes the seconds in which it is tried again.
 */
const CUT_OFF: readonly PlaceName[] = ["work", "case", "item", "letters", "contribute"];

const NOBODY_YET = "nobody yet";

/** A state as it is walked to. */
interface Stop {
  readonly name: PlaceName;
  readonly state: State<PlaceName>;
  /** While the hub does not answer: the page waits. */
  readonly isWaiting?: true;
}

/** All of them, each person's one after the other; each screen that fetches also awaited, and some offline. */
function stops(): Stop[] {
  const all = Object.entries(SCREENS).flatMap(([key, states]): Stop[] => {
    const name = key as PlaceName;
    const [first] = states as readonly [State<PlaceName>];
    const own = states.map((state): Stop => ({ name, state: state as State<PlaceName> }));
    if (ASKS_NOTHING.includes(name)) return own;
    const { then: _, ...bare } = first;
    const waits: Stop = { name, state: { ...bare, is: "awaited", when: stalls() }, isWaiting: true };
    const cut: Stop = { name, state: { ...bare, is: "offline", when: offline, then: ({ page }) => refused(page) } };
    return [...own, waits, ...(CUT_OFF.includes(name) ? [cut] : [])];
  });
  const whose = [...new Set(all.map(({ state }) => state.who))];
  return whose.flatMap((who) => all.filter(({ state }) => state.who === who));
}

/** The place of that name, of what it needs of these. */
function placeIn(about: Record<"number" | "item" | "letter" | "roster", string>, name: PlaceName): Place {
  return { ...about, name } as Place;
}

/** Goes to every state of every screen in this tab, and judges what is there by its name. What could not be come to. */
export async function walk(scene: Scene, judge: (name: string) => Promise<void>): Promise<string[]> {
  const { page, demo, known } = scene;
  const missed: string[] = [];
  const first = { number: CASE, item: known.items.text, letter: known.letters.invitation };
  let who: string | undefined = NOBODY_YET;
  for (const { name, state, isWaiting } of stops()) {
    const seen = `${name}, ${state.who ?? "nobody"}: ${state.is}`;
    const undo: (Undo | void)[] = [];
    try {
      if (state.who !== who || state.who === undefined) await visit(page, demo.url, state.who);
      const roster = name === "report" ? known.rosters.over : known.rosters.ahead;
      const about = { ...first, roster, ...state.about?.(known) };
      const hash = address(placeIn(about, state.from ?? name)).replace("#/", "");
      // Who is there already goes away first: a page is not fetched anew by itself.
      if (name !== "accessibility") await at(page, "toegankelijkheid");
      undo.push(await state.when?.(scene));
      if (isWaiting) {
        await page.evaluate((to) => void (location.hash = to), `#/${hash}`);
        await page.locator("main [aria-busy=true]").waitFor();
      } else await at(page, hash);
      undo.push(await state.then?.(scene));
      const there = placeOf(new URL(page.url()).hash).name;
      if (there !== name) throw new Error(`one is at ${there}`);
      await judge(seen);
      // Who locked, or waits, is nobody any more.
      who = name === "start" || name === "waiting" ? NOBODY_YET : state.who;
    } catch (error) {
      missed.push(`${seen}: ${String(error)}`);
      who = NOBODY_YET;
    }
    for (const undone of undo) await undone?.();
  }
  return missed;
}
