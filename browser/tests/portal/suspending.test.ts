// Schorsen: Ellen, the manager, suspends Noor, who is signed in elsewhere: Noor gets no further, Joris can give her
// nothing, and once Ellen ends it she reads her pack again. Nobody else can do so, nor sees how.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import type { Page } from "playwright-core";

import { found } from "../support/faults.ts";
import { Browser } from "../support/chromium.ts";
import { Demo } from "../support/demo.ts";
import { Hand } from "../support/hand.ts";
import { inDays } from "../support/house.ts";
import { visit } from "../support/person.ts";

const CASE = "ZVH-2026-0001";
const UNTIL = "Laatste dag van de schorsing";
const SUSPEND = /^Schorsen ?: Noor Wijngaarden \(/;
const END = /^Schorsing beëindigen ?: Noor Wijngaarden \(/;

interface Shown {
  readonly rosters: readonly { readonly roster: string; readonly participants: readonly { readonly name: string }[] }[];
}

const focused = (page: Page): Promise<string | undefined> => page.evaluate(() => document.activeElement?.id);

describe("suspending somebody", () => {
  let demo: Demo;
  const browsers: Browser[] = [];
  const wrong: string[] = [];

  let roster = "";

  before(async () => {
    demo = await Demo.begin();
    roster = await approved("Nieuwe melding");
  });
  after(async () => {
    for (const browser of browsers) await browser.close();
    await demo?.end();
  });

  /** Something that Femke approved for Noor, and that Joris did not release yet. The roster by which he can. */
  async function approved(title: string): Promise<string> {
    const file = join(demo.folder, "melding.txt");
    writeFileSync(file, "Nieuwe melding.\n");
    const regime = ["--regime", "wpg", "--police", "fact", "--reliability", "proces-verbaal"];
    const about = [...regime, "--ground", "artikel 20 Wpg"];
    await demo.zegel("femke", "contribute", CASE, file, "--title", title, ...about);
    const { rosters } = await demo.zegel<Shown>("joris", "case", "show", CASE);
    const withNoor = rosters.filter(({ participants }) => participants.some(({ name }) => name.startsWith("Noor")));
    const last = withNoor.at(-1)!.roster;
    await demo.zegel("joris", "ask", CASE, "--roster", last, "--item", title);
    await demo.zegel("femke", "approve", CASE, "--roster", last, "--item", title, "--reader", "Noor");
    return last;
  }

  async function opens(who: string): Promise<Hand> {
    const browser = await Browser.open();
    browsers.push(browser);
    const page = await browser.tab();
    page.on("pageerror", (error) => wrong.push(String(error)));
    page.setDefaultTimeout(15_000);
    await visit(page, demo.url, who);
    return new Hand(page);
  }

  /** How many suspensions stand in the list, and how many of its people can be suspended. */
  async function buttons({ page }: Hand): Promise<{ ends: number; suspends: number; people: number }> {
    const of = (name: RegExp): Promise<number> => page.locator("main").getByRole("button", { name }).count();
    const people = await page.locator("main tbody tr").count();
    return { ends: await of(/^Schorsing beëindigen/), suspends: await of(/^Schorsen/), people };
  }

  test("who is no manager has nothing to press", async () => {
    for (const who of ["Karim", "Joris", "Noor"]) {
      const hand = await opens(who);
      assert.doesNotMatch(await hand.at("huis"), /Schors/, who);
      const { ends, suspends, people } = await buttons(hand);
      assert.deepEqual([ends, suspends], [0, 0], who);
      assert.ok(people > 5, who);
    }
  });

  test("Ellen suspends Noor, who gets no further; Joris can give her nothing; Ellen ends it", async (t) => {
    const release = ["release", CASE, "--roster", roster, "--reader", "Noor"];
    const [noor, ellen, joris] = [await opens("Noor"), await opens("Ellen"), await opens("Joris")];
    assert.match(await noor.at(`casus/${CASE}/pakket`), /Overzicht zorgmeldingen/);

    await t.test("Ellen is told what happens at once, and what is missing", async () => {
      await ellen.at("huis");
      const { ends, suspends, people } = await buttons(ellen);
      assert.equal(ends, 0);
      assert.ok(suspends > 5 && suspends < people, "not herself");
      assert.equal(await ellen.page.getByRole("button", { name: /^Schorsen ?: Ellen/ }).count(), 0);
      await ellen.press(SUSPEND);
      assert.equal(await focused(ellen.page), "suspending");
      const told = /Noor Wijngaarden \(.*\) schorsen[^]*Dit gebeurt meteen:[^]*overal uitgelogd[^]*eerder beëindigen/;
      assert.match(await ellen.text(), told);
      assert.deepEqual(await found(ellen.page), []);
      await ellen.shot("suspending");

      // Back to where she was.
      await ellen.press("Niet doen");
      assert.match(await ellen.page.evaluate(() => document.activeElement?.textContent ?? ""), /Schorsen: Noor/);
      await ellen.press(SUSPEND);
      for (const [day, told] of [
        ["", /Kies de laatste dag van de schorsing/],
        [inDays(-1), /Deze dag is al voorbij/],
      ] as const) {
        await ellen.fill(UNTIL, day);
        await ellen.press("Schorsen");
        assert.equal(await focused(ellen.page), "error-summary");
        assert.match(await ellen.text(), told);
        assert.deepEqual(await found(ellen.page), []);
      }
    });

    await t.test("Ellen signs it, and a lost answer does not do it twice", async () => {
      const { page } = ellen;
      await ellen.fill(UNTIL, inDays(3));
      await page.context().setOffline(true);
      await ellen.press("Schorsen");
      assert.match(await ellen.refusal(), /niet bereikbaar/);
      assert.equal(await page.getByLabel(UNTIL).inputValue(), inDays(3), "what was typed stays");
      await page.context().setOffline(false);
      await ellen.press("Schorsen");
      await page.getByRole("heading", { name: "Klopt dit?" }).waitFor();
      assert.match(await ellen.text(), /U schorst Noor Wijngaarden \(.*\) tot en met[^]*kan niets meer openen/);
      assert.deepEqual(await found(page), []);
      await ellen.shot("suspending-agree");
      await ellen.press("Terug");
      assert.equal(await focused(page), "suspended-until");
      await ellen.press("Schorsen");
      await page.context().route("**/v1/statements", async (route) => {
        await route.fetch();
        await route.abort();
      });
      await ellen.press("Ja, schorsen");
      assert.match(await ellen.refusal(), /niet bereikbaar/);
      await page.context().unroute("**/v1/statements");
      await ellen.press("Ja, schorsen");
      await page.locator("#done:focus").waitFor();
      assert.match(await ellen.text(), /Noor Wijngaarden \(.*\) is geschorst tot en met[^]*geschorst tot /);
      assert.deepEqual(await found(page), []);
      assert.equal((await buttons(ellen)).ends, 1);
      await ellen.shot("suspended");
      // Whoever types it as well is told that it was done.
      const typed = ["directory", "suspend", "Noor", "--until", inDays(3)];
      assert.equal((await demo.zegel<{ new: boolean }>("ellen", ...typed)).new, false);
    });

    await t.test("Noor gets no further where she is, and can't sign in", async () => {
      await noor.at("casussen");
      assert.match(await noor.refusal(), /Deze persoon is geschorst tot .*Neem contact op met de manager van het huis/);
      assert.doesNotMatch(await noor.text(), new RegExp(CASE));
      await noor.page.reload();
      await noor.page.getByRole("button", { name: / Noor\b/ }).click();
      assert.match(await noor.refusal(), /geschorst tot/);
      assert.equal(await noor.page.locator(".portal-places").count(), 0);
      await assert.rejects(demo.zegel("noor", "pack", "list"), /geschorst/);
    });

    await t.test("Ellen gives it another last day", async () => {
      await ellen.press(/^Andere einddatum ?: Noor/);
      assert.match(await ellen.text(), /Dit komt in de plaats van de schorsing tot/);
      await ellen.press("Niet doen");
      assert.match(await ellen.page.evaluate(() => document.activeElement?.textContent ?? ""), /Andere einddatum: Noor/);
      await ellen.press(/^Andere einddatum ?: Noor/);
      await ellen.fill(UNTIL, inDays(8));
      await ellen.press("Schorsen");
      await ellen.press("Ja, schorsen");
      await ellen.page.locator("#done:focus").waitFor();
      const typed = ["directory", "suspend", "Noor", "--until", inDays(8)];
      assert.equal((await demo.zegel<{ new: boolean }>("ellen", ...typed)).new, false);
      await assert.rejects(demo.zegel("noor", "pack", "list"), /geschorst/);
    });

    await t.test("Joris can't put her on a roster, write to her or release to her", async () => {
      await joris.at(`casus/${CASE}/overleg`);
      await joris.press(/overleg plannen/i);
      assert.equal(await joris.page.getByRole("checkbox", { name: /^Noor Wijngaarden/ }).isDisabled(), true);
      assert.match(await joris.text(), /Noor Wijngaarden\s+Deze persoon is geschorst tot/);
      const meeting = ["roster", CASE, "--date", `${inDays(6)} 09:00`, "--participant", "Noor:Artikel 9.2e."];
      await assert.rejects(demo.zegel("joris", ...meeting), /geschorst/);
      await assert.rejects(demo.zegel("joris", ...release), /geschorst/);
    });

    await t.test("Ellen ends it, and Noor reads her pack again", async () => {
      await ellen.press(END);
      await ellen.page.getByRole("heading", { name: "Klopt dit?" }).waitFor();
      assert.match(await ellen.text(), /U beëindigt de schorsing van Noor Wijngaarden[^]*kan meteen weer inloggen/);
      await ellen.press("Terug");
      assert.match(await ellen.page.evaluate(() => document.activeElement?.textContent ?? ""), /beëindigen: Noor/);
      await ellen.press(END);
      await ellen.press("Ja, beëindigen");
      await ellen.page.locator("#done").waitFor();
      assert.match(await ellen.text(), /De schorsing van Noor Wijngaarden \(.*\) is beëindigd/);
      const { ends, suspends, people } = await buttons(ellen);
      assert.deepEqual([ends, suspends < people], [0, true]);
      assert.equal(await ellen.page.getByRole("button", { name: SUSPEND }).count(), 1);

      await visit(noor.page, demo.url, "Noor");
      assert.match(await noor.at(`casus/${CASE}/pakket`), /Overzicht zorgmeldingen/);
      await noor.press(/Overzicht zorgmeldingen/, "link");
      await noor.page.locator("iframe.content").waitFor();
      await demo.zegel("joris", ...release);
      assert.match(await noor.at(`casus/${CASE}/pakket`), /Nieuwe melding/);
    });

    await t.test("what was ended elsewhere meanwhile is refused, and shown", async () => {
      await demo.zegel("ellen", "directory", "suspend", "Noor", "--until", inDays(9));
      await ellen.at("huis");
      await demo.zegel("ellen", "directory", "suspend", "Noor", "--end");
      assert.equal((await demo.zegel<{ new: boolean }>("ellen", "directory", "suspend", "Noor", "--end")).new, false);
      await ellen.press(END);
      await ellen.press("Ja, beëindigen");
      await ellen.page.locator("#done").waitFor();
      assert.equal(await ellen.page.getByRole("button", { name: SUSPEND }).count(), 1);
      for (const [who, args, told] of [
        ["ellen", ["Noor", "--until", inDays(-2)], /al voorbij/],
        ["ellen", ["Ellen", "--until", inDays(2)], /uzelf niet schorsen/],
        ["ellen", ["Bram", "--end"], /niet geschorst/],
        ["joris", ["Noor", "--until", inDays(2)], /Alleen een manager/],
      ] as const) {
        await assert.rejects(demo.zegel(who, "directory", "suspend", ...args), told);
      }
      assert.deepEqual(wrong, []);
    });
  });
});
