// Keys: five people of one house get theirs, one of them loses a device, and everything that people fear on the way.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import type { Page } from "playwright-core";

import { Browser } from "../support/chromium.ts";
import { Carrier, enrols, entersByCode, slipOf } from "../support/enrolling.ts";
import { House, ZEGEL, type Person } from "../support/house.ts";
import { settled } from "../support/person.ts";

const HOUSE = "Zorg- en Veiligheidshuis";
const KARIM: Person = { name: "Karim El Idrissi", partner: HOUSE, mail: "karim@zvh.example", roles: ["secretaris"] };
const JORIS: Person = {
  name: "Joris van der Waal",
  partner: HOUSE,
  mail: "joris@zvh.example",
  roles: ["procesregisseur"],
};
const SANNE: Person = { name: "Sanne Verhoeven", partner: "Gemeente", mail: "sanne@gemeente.example" };
const FEMKE: Person = { name: "Femke Oosterhof", partner: "Politie", mail: "femke@politie.example" };
const AMRANI: Person = { name: "dr. Samira Amrani", partner: "GGZ", mail: "amrani@ggz.example" };
const FOUR = [JORIS, SANNE, FEMKE, AMRANI];

/** Where screenshots go, for who wants to look. */
const SHOTS = process.env["SHOTS"];

async function shot(page: Page, name: string): Promise<void> {
  if (SHOTS === undefined) return;
  await page.screenshot({ path: `${SHOTS}/keys-${name}.png`, fullPage: true });
}

/** What Chromium itself says where a page asks something of a hub that is away. */
const WHILE_AWAY = /^console error: Failed to load resource: net::ERR_CONNECTION_REFUSED \(\S+\/visitors\.json\)$/;

/** The people, browsers and house of one story; whatever it comes to, nothing is left. */
async function story(
  tell: (house: House, open: () => Promise<Page>) => Promise<void>,
  ...allowed: readonly RegExp[]
): Promise<void> {
  const house = await House.open([HOUSE, "Gemeente", "Politie", "GGZ"]);
  const browsers: Browser[] = [];
  const open = async (): Promise<Page> => {
    const browser = await Browser.open();
    browsers.push(browser);
    browser.watch.allow(...allowed);
    return browser.tab();
  };
  try {
    await tell(house, open);
  } catch (error) {
    for (const [at, { context }] of browsers.entries()) {
      await shot(context.pages().at(-1)!, `failed-${at}`).catch(() => undefined);
    }
    throw error;
  } finally {
    await Browser.closeAll(browsers);
    await house.close();
  }
}

/** Counts what somebody presses. */
class Hand {
  clicks = 0;

  constructor(readonly page: Page) {}

  async press(name: string | RegExp, role: "button" | "link" = "button"): Promise<void> {
    this.clicks += 1;
    await this.page.getByRole(role, { name }).first().click();
  }

  sees(heading: string | RegExp): Promise<void> {
    return this.page.getByRole("heading", { name: heading, level: 1 }).waitFor();
  }

  /** Goes to a place by its link beside the work. */
  async goTo(place: string): Promise<void> {
    this.clicks += 1;
    await this.page.getByRole("navigation").getByRole("link", { name: place }).click();
    await this.sees(place);
  }
}

function pagesOf(pdf: Buffer): number {
  return pdf.toString("latin1").split(/\/Type\s*\/Page\b(?!s)/).length - 1;
}

/** How many databases of homes there are in a browser. */
function homes(page: Page): Promise<number> {
  return page.evaluate(async () => (await indexedDB.databases()).length);
}

test("five people get their keys: Karim carries, the authority is offline, and each is let in live", async () => {
  await story(async (house, open) => {
    const recovery = house.enrol(KARIM);
    const karim = new Hand(await open());
    await entersByCode(karim, house, recovery);
    await karim.sees("Mijn werk");
    await karim.goTo("Huis");
    await karim.page.getByText("Er wachten geen sleutels op bevestiging.").waitFor();

    const carrier = new Carrier(house, karim);
    const slips = FOUR.map((person) => slipOf(house, person));
    const toPublish = await carrier.brings(slips);
    await karim.page.getByRole("heading", { name: "4 strookjes" }).waitFor();
    await shot(karim.page, "slips");
    assert.equal(pagesOf(await karim.page.pdf()), 4, "one slip on a page, and nothing else");
    await karim.page.emulateMedia({ media: "print" });
    await shot(karim.page, "slips-printed");
    await karim.page.emulateMedia({ media: null });
    await carrier.publishes(toPublish);

    const people: { person: Person; hand: Hand; words: string }[] = [];
    for (const [at, person] of FOUR.entries()) {
      const hand = new Hand(await open());
      const began = performance.now();
      const { words } = await enrols(hand, house, readFileSync(slips[at]!, "utf8"));
      assert.equal(hand.clicks, 4, "link, slip, passkey, code");
      const seconds = (performance.now() - began) / 1000;
      assert.ok(seconds < 60, `${seconds} s`);
      if (at === 0) await shot(hand.page, "waiting");
      people.push({ person, hand, words });
    }

    // Their keys show up by themselves, with the words that each reads aloud.
    for (const { person, words } of people) await carrier.takes(person, words);
    await shot(karim.page, "keys-wait");
    house.authority("directory");
    await carrier.publishes(await carrier.brings());
    // Nobody touches anything: the page that waits lets its owner in.
    for (const { person, hand } of people) {
      await hand.sees("Mijn werk");
      await hand.page.getByText(person.name).first().waitFor();
    }
    await karim.page.getByText("Er wachten geen sleutels op bevestiging.").waitFor();
    assert.equal(await karim.page.locator("#refused").count(), 0);

    const { members } = house.types(KARIM, "directory") as { members: { name: string }[] };
    assert.deepEqual(members.map(({ name }) => name).sort(), [KARIM, ...FOUR].map(({ name }) => name).sort());
  });
});

test("Femke loses her device: in by the code elsewhere, new keys, and the first browser catches up", async () => {
  await story(async (house, open) => {
    const recovery = house.enrol(KARIM);
    const karim = new Hand(await open());
    await entersByCode(karim, house, recovery);
    await karim.sees("Mijn werk");
    await karim.goTo("Huis");
    const carrier = new Carrier(house, karim);

    const slip = house.slip(FEMKE);
    await carrier.brings();
    const first = new Hand(await open());
    const { code, words } = await enrols(first, house, slip);
    await carrier.takes(FEMKE, words);
    house.authority("directory");
    await carrier.publishes(await carrier.brings());
    await first.sees("Mijn werk");

    // Elsewhere, by the code alone: two presses.
    const second = new Hand(await open());
    await entersByCode(second, house, code);
    await second.sees("Mijn werk");
    assert.equal(second.clicks, 2);
    await second.goTo("Mijn sleutels");
    await second.page.getByText("Uw sleutels gaan open met 1 passkey en met uw herstelcode.").waitFor();
    assert.equal(await second.page.locator("#own-words").textContent(), words, "the same key");

    // The device that is gone is signed out at once.
    await second.press(/^Beëindigen/);
    await second.page.getByText("U bent alleen hier ingelogd.").waitFor();

    // New keys: shown, agreed to, and waiting for the house.
    second.clicks = 0;
    await second.press("Nieuwe sleutels maken");
    await second.page.getByRole("heading", { name: "Klopt dit?" }).waitFor();
    await shot(second.page, "rotate-agree");
    assert.equal(second.clicks, 1);
    // The answer gets lost on the way; nothing else does.
    await second.page.context().route("**/v1/statements", async (route) => {
      await route.fetch();
      await route.abort();
    });
    await second.press("Ja, nieuwe sleutels maken");
    await second.page.getByText("De hub is niet bereikbaar").waitFor();
    await second.page.context().unroute("**/v1/statements");
    await second.press("Terug");
    await second.press("Opnieuw versturen");
    await second.page.getByText("Uw nieuwe sleutels zijn gemaakt. Bel nu het huis.").waitFor();
    const fresh = (await second.page.locator("#check-words").textContent()) ?? "";
    assert.notEqual(fresh, words);
    await shot(second.page, "rotated");
    await carrier.takes(FEMKE, fresh);
    house.authority("directory");
    await carrier.publishes(await carrier.brings());
    await second.page.getByText("Het huis heeft uw nieuwe sleutels bevestigd.").waitFor();
    assert.equal(await second.page.locator("#own-words").textContent(), fresh);

    // The first browser has the old keys still; one touch, and it has the new ones.
    await first.page.reload();
    await first.sees("Inloggen");
    await first.press("Inloggen met uw passkey");
    await first.sees("Mijn werk");
    await first.goTo("Mijn sleutels");
    assert.equal(await first.page.locator("#own-words").textContent(), fresh);

    // A second passkey; then a new code, and only what is touched stays.
    await first.press("Passkey toevoegen");
    await first.press("Ja, toevoegen");
    await first.page.getByText("Uw sleutels gaan open met 2 passkeys en met uw herstelcode.").waitFor();
    await first.press("Herstelcode vernieuwen, of passkey verwijderen");
    await first.sees("Herstelcode en passkeys vernieuwen");
    await first.page.getByText("U houdt 1 passkey.").waitFor();
    await shot(first.page, "renew-keep");
    await first.press("Verder");
    const renewed = (await first.page.locator("#recovery-code").textContent()) ?? "";
    await shot(first.page, "renew-code");
    await first.page.getByLabel("Typ de code over").fill("oops");
    await first.press("Verder");
    await first.page.getByText("Dit is niet dezelfde code").first().waitFor();
    assert.equal(await first.page.getByLabel("Typ de code over").inputValue(), "oops", "what was typed stays");
    await first.page.getByLabel("Typ de code over").fill(renewed);
    await first.press("Verder");
    await shot(first.page, "renew-agree");
    await first.press("Ja, vernieuwen");
    await first.page.getByText("Vernieuwd. Uw oude herstelcode werkt niet meer.").waitFor();
    await first.page.getByText("Uw sleutels gaan open met 1 passkey en met uw herstelcode.").waitFor();

    // The old code opens nothing any more, not even where it did before; the new one does.
    const third = new Hand(await open());
    await entersByCode(third, house, code);
    await third.page.getByText("Met deze code gaat niets open.").waitFor();
    assert.equal(await homes(third.page), 0, "nothing is left of what came to nothing");
    await third.page.getByLabel("Herstelcode", { exact: true }).fill(renewed);
    await third.press("Inloggen");
    await third.sees("Mijn werk");
    await second.page.reload();
    await entersByCode(second, house, code);
    await second.page.getByText("Met deze code gaat niets open.").waitFor();

    // All of it is in the journal as the hub's own administrator checks it.
    await house.stop();
    execFileSync(ZEGEL, ["check", "--config", house.path("hub/zegel.toml")]);
  });
});

test("what people fear: no passkey, typing errors, two windows, a hub that is away, walking away", async () => {
  await story(async (house, open) => {
    const recovery = house.enrol(KARIM);

    // A device whose passkeys have no PRF: said, and the way on is the one button.
    const page = await open();
    const old = await page.context().newPage();
    await page.close();
    const sanne = new Hand(old);
    const devtools = await old.context().newCDPSession(old);
    await devtools.send("WebAuthn.enable");
    await devtools.send("WebAuthn.addVirtualAuthenticator", {
      options: {
        protocol: "ctap2",
        transport: "internal",
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    const slip = house.slip(SANNE);
    await old.goto(house.url);
    await sanne.press("Sleutels maken met een strookje", "link");
    await old.getByLabel("De tekst van uw strookje").fill("hub: localhost");
    await sanne.press("Verder");
    await old.getByText("Het strookje klopt niet").waitFor();
    assert.equal(await old.getByLabel("De tekst van uw strookje").inputValue(), "hub: localhost");
    await old.getByLabel("De tekst van uw strookje").fill(slip);
    await sanne.press("Verder");
    await sanne.press("Passkey maken");
    await old.getByText("Dit apparaat kan uw sleutels niet met een passkey openen.").waitFor();
    assert.equal(await old.getByRole("button", { name: "Passkey maken" }).count(), 0);
    await shot(old, "no-prf");
    await sanne.press("Zonder passkey verder");
    const code = (await old.locator("#recovery-code").textContent()) ?? "";
    assert.equal(await homes(old), 0, "nothing is kept before the code was written down");
    // A password manager sees a user name and a new password.
    const form = old.locator("form", { has: old.getByLabel("Typ de code over") });
    assert.equal(await form.locator("[autocomplete=username]").inputValue(), SANNE.mail);
    assert.equal(await form.locator("input[type=password][autocomplete=new-password]").count(), 1);
    await shot(old, "code");
    await old.getByLabel("Typ de code over").fill(code);
    // The hub goes away at the worst moment: it is sent again until it is there, and once.
    await house.stop();
    await sanne.press("Klaar, sleutels versturen");
    await old.getByText("Wij blijven het proberen").waitFor();
    assert.equal(await homes(old), 1, "the keys are kept before anyone hears of them");
    await house.serve();
    await sanne.sees("Het huis moet u nog bevestigen");

    // Who closes the page goes on later, with the code alone.
    await old.reload();
    await sanne.sees("Inloggen");
    await sanne.press("Inloggen met uw herstelcode", "link");
    const field = old.getByLabel("Herstelcode", { exact: true });
    assert.equal(await old.locator("input[type=password][autocomplete=current-password]").count(), 1);
    await field.fill(code.slice(0, -3));
    await sanne.press("Inloggen");
    await old.getByText(/Een code heeft 33 tekens; u typte er 3\d/).first().waitFor();
    const swapped = code.slice(0, 5) + (code[5] === "A" ? "B" : "A") + code.slice(6);
    await field.fill(swapped);
    await sanne.press("Inloggen");
    await old.getByText("Er zit een tikfout in de code.").first().waitFor();
    assert.equal(await field.inputValue(), swapped, "nothing is lost");
    await shot(old, "wrong-code");
    await field.fill(code);
    await sanne.press("Inloggen");
    await sanne.sees("Het huis moet u nog bevestigen");

    // Karim, in two windows: the second is told where to go, and the first goes on.
    const karim = new Hand(await open());
    await entersByCode(karim, house, recovery);
    await karim.sees("Mijn werk");
    const other = new Hand(await karim.page.context().newPage());
    await entersByCode(other, house, recovery);
    await other.page.getByText("Zegel is al open in een ander venster.").waitFor();
    await shot(other.page, "locked");
    await karim.goTo("Huis");

    // A reload asks to unlock again, and goes on where he was.
    await karim.page.reload();
    await karim.sees("Inloggen");
    assert.equal(await karim.page.getByRole("navigation").count(), 0);
    // The hub is away: it goes on trying, and he need not do it again.
    await house.stop();
    await karim.press("Inloggen met uw herstelcode", "link");
    await karim.page.getByLabel("Herstelcode", { exact: true }).fill(recovery);
    await karim.press("Inloggen");
    await karim.page.getByText("Wij blijven het proberen").waitFor();
    await shot(karim.page, "away");
    await karim.press("Stoppen met proberen");
    await karim.page.getByText("De hub is niet bereikbaar").waitFor();
    assert.equal(await karim.page.getByLabel("Herstelcode", { exact: true }).inputValue(), recovery);
    await karim.press("Inloggen");
    await karim.page.getByText("Wij blijven het proberen").waitFor();
    await house.serve();
    await karim.sees("Huis");

    // Nobody there for a quarter of an hour: locked, and nothing is shown any more.
    await karim.page.clock.install();
    await karim.page.reload();
    await karim.sees("Inloggen");
    await karim.press("Inloggen met uw herstelcode", "link");
    await karim.page.getByLabel("Herstelcode", { exact: true }).fill(recovery);
    await karim.press("Inloggen");
    await karim.sees("Huis");
    // While it is fetched nothing locks.
    await settled(karim.page);
    await karim.page.clock.fastForward("15:01");
    await karim.sees("Inloggen");
    assert.equal(await karim.page.getByText(KARIM.name).count(), 0);
  }, WHILE_AWAY);
});
