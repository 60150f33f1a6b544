// New keys that come too late, and what lies damaged in the browser: neither locks its owner out.

import assert from "node:assert/strict";
import { test } from "node:test";

import type { Page, Route } from "playwright-core";

import { Browser } from "../support/chromium.ts";
import { entersByCode } from "../support/enrolling.ts";
import { House, type Person } from "../support/house.ts";

const HOUSE = "Zorg- en Veiligheidshuis";
const KARIM: Person = { name: "Karim El Idrissi", partner: HOUSE, mail: "karim@zvh.example", roles: ["secretaris"] };

/** As the hub says it of what was signed more than five minutes ago. */
const TOO_LATE = {
  status: 400,
  contentType: "application/problem+json",
  body: JSON.stringify({
    type: "urn:zegel:problem:clock-off",
    title: "clock-off",
    status: 400,
    detail: "Uw klok wijkt meer dan vijf minuten af van die van de hub.",
    code: "clock-off",
  }),
};

class Hand {
  constructor(readonly page: Page) {}

  press(name: string | RegExp, role: "button" | "link" = "button"): Promise<void> {
    return this.page.getByRole(role, { name }).first().click();
  }

  sees(heading: string): Promise<void> {
    return this.page.getByRole("heading", { name: heading, level: 1 }).waitFor();
  }

  reads(text: string): Promise<void> {
    return this.page.getByText(text).first().waitFor();
  }

  /** What becomes of the next thing that is sent. */
  async whileSent(how: (route: Route) => Promise<void>, work: () => Promise<void>): Promise<void> {
    const context = this.page.context();
    await context.route("**/v1/statements", how);
    await work();
    await context.unroute("**/v1/statements");
  }
}

/** Writes over the end of what a browser keeps under a name. */
function damages(page: Page, name: string): Promise<void> {
  return page.evaluate(async (name) => {
    const answer = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const [home] = await indexedDB.databases();
    const database = await answer(indexedDB.open(home!.name!));
    const table = (): IDBObjectStore => database.transaction("kept", "readwrite").objectStore("kept");
    const bytes = (await answer(table().get(name))) as Uint8Array;
    await answer(table().put(bytes.slice().fill(0, -20), name));
    database.close();
  }, name);
}

test("new keys that came too late, and a damaged memory, lock nobody out", async () => {
  const house = await House.open([HOUSE]);
  const browser = await Browser.open();
  try {
    const hand = new Hand(await browser.tab());
    const recovery = house.enrol(KARIM);
    await entersByCode(hand, house, recovery);
    await hand.sees("Mijn werk");
    await hand.page.getByRole("navigation").getByRole("link", { name: "Mijn sleutels" }).click();
    await hand.sees("Mijn sleutels");

    // They never reach the hub; then it is too late for them.
    await hand.press("Nieuwe sleutels maken");
    await hand.whileSent((route) => route.abort(), async () => {
      await hand.press("Ja, nieuwe sleutels maken");
      await hand.reads("De hub is niet bereikbaar");
    });
    await hand.press("Terug");
    await hand.reads("er kwam geen antwoord van de hub");
    await hand.whileSent((route) => route.fulfill(TOO_LATE), async () => {
      await hand.press("Nieuwe sleutels opnieuw versturen");
      await hand.reads("kwamen niet bij de hub aan, en daarvoor is het nu te laat");
    });
    assert.equal(await hand.page.getByText("Uw klok wijkt").count(), 0);
    await hand.press("Ja, nieuwe sleutels maken");
    await hand.reads("Uw nieuwe sleutels zijn gemaakt. Bel nu het huis.");

    // Whatever lies damaged: the keys go on from what they were kept with.
    await hand.page.reload();
    await hand.sees("Inloggen");
    await damages(hand.page, "trust");
    await entersByCode(hand, house, recovery);
    await hand.sees("Mijn werk");
  } finally {
    await browser.close();
    await house.close();
  }
});
