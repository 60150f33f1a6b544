import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { codeOf, sentenceOf } from "../src/client/error.ts";
import { BadCert, BadSignature, SecretCert, signStatement } from "../src/protocol/cert.ts";
import { signDetached } from "../src/protocol/cert/mail.ts";
import { moment } from "../src/protocol/id.ts";
import { BadLabel } from "../src/protocol/label.ts";
import { BadStatement } from "../src/protocol/lines.ts";
import { BadLetter } from "../src/protocol/mime.ts";
import { CODES, Refusal, refusal, refused, refusalOf, refuseUnless, there, type Language } from "../src/protocol/refusal.ts";
import { phaseWords } from "../src/protocol/words.ts";
import { shown } from "../src/protocol/zone.ts";

declare const ROOT: string;

const STATUS = { malformed: "400", forbidden: "403", "not-found": "404", conflict: "409" } as const;

const MOMENTS = { at: "2026-01-01T08:00:00Z", until: "2027-01-01T08:00:00Z", from: "2028-01-01T08:00:00Z" };

/** A refusal's sentence, with the name of each place where something is filled in. */
function unfilled(code: (typeof CODES)[number], language: Language): string {
  const names = ["problem", "partner", "next", "phase", "gaps", "most", "member"];
  const no = new Refusal(code, { ...Object.fromEntries(names.map((name) => [name, `{${name}}`])), ...MOMENTS });
  return Object.entries(MOMENTS).reduce(
    (told, [name, each]) => told.replace(shown(moment(each), language), `{${name}}`),
    no.sentence(language),
  );
}

test("each code has the status and the English sentence of the protocol", () => {
  const documented = readFileSync(join(ROOT, "docs", "protocol.md"), "utf8");
  const section = documented.slice(documented.indexOf("## 17. Refusals"), documented.indexOf("## 18. Vectors"));
  const rows = section.matchAll(/^\| `([a-z-]+)` \| (\d+) \| (.*) \|$/gm);
  const expected = [...rows].map(([, code, status, sentence]) => ({ code, status, sentence }));
  const told = CODES.map((code) => {
    return { code, status: STATUS[new Refusal(code, MOMENTS).class], sentence: unfilled(code, "en") };
  });
  assert.deepEqual(told, expected);
});

test("the hub says the same in Dutch", () => {
  const source = readFileSync(join(ROOT, "src", "protocol", "refusal.rs"), "utf8");
  const rows = source.matchAll(/ = "([a-z-]+)", \w+,\s+"([^"]+)",\s+"([^"]+)";/g);
  const expected = [...rows].map(([, code, nl, en]) => ({ code, nl, en }));
  const told = CODES.map((code) => ({ code, nl: unfilled(code, "nl"), en: unfilled(code, "en") }));
  assert.deepEqual(told, expected);
});

test("no sentence names a command, which nobody in a browser can type", () => {
  const named = CODES.filter((code) => (["nl", "en"] as const).some((each) => /zegel [a-z-]/.test(unfilled(code, each))));
  assert.deepEqual(named, []);
});

test("what a refusal tells stands in its sentence", () => {
  const suspended = refusal("suspended", { until: moment("2026-12-01T08:00:00Z") });
  assert.equal(
    suspended.sentence("nl"),
    "Deze persoon is geschorst tot 1-12-2026 09:00. Neem contact op met de manager van het huis.",
  );
  assert.equal(suspended.message, "This person is suspended until 2026-12-01 09:00. Contact the house's manager.");
  assert.deepEqual(suspended.details, { until: "2026-12-01T08:00:00Z" });
  // What is filled in is not filled in again.
  const named = refusal("not-signed-partner", { partner: "{partner} $1 $&" });
  assert.match(named.sentence("en"), /^\{partner\} \$1 \$& has not signed/);
});

test("a text that is no statement is refused with its problem", () => {
  const no = refusalOf(new BadStatement("not-text", "it is not UTF-8 text"));
  assert.equal(no.code, "bad-text");
  assert.match(no.message, /not well formed: it is not UTF-8 text\./);
});

test("what is wrong is told in the reader's language", () => {
  const wrong = refusal("bad-signature", { problem: new BadSignature("wrong").flaw });
  assert.equal(
    wrong.sentence("nl"),
    "De handtekening klopt niet: zij is niet met de juiste sleutel onder deze verklaring gezet. Onderteken opnieuw; lukt dat weer niet, bel dan het huis.",
  );
  assert.match(wrong.message, /: the signature is not this key's over this statement\./);
  const expired = refusal("no-usable-cert", { problem: new BadLetter("expired").flaw });
  assert.match(expired.sentence("nl"), /: de sleutel is verlopen\./);
  const phase = refusal("wrong-phase", { phase: phaseWords("referral") });
  assert.match(phase.sentence("nl"), /waarin de casus nu is: aanmelding\./);
  assert.match(phase.message, /that the case is in: referral\./);
});

test("what only a broken program makes has its name in Dutch", () => {
  const value = refusalOf(new BadStatement("too-many", "line 7: there are too many item lines", 7));
  assert.match(value.sentence("nl"), /niet goed opgebouwd: too-many \(regel 7\)\./);
  assert.match(refusalOf(new BadStatement("not-text", "")).sentence("nl"), /niet goed opgebouwd: not-text\./);
  const cert = refusal("bad-cert", { problem: new BadCert("subkeys").flaw });
  assert.match(cert.sentence("nl"), /klopt niet: subkeys\./);
  const hash = refusal("bad-signature", { problem: new BadSignature("weak-hash").flaw });
  assert.match(hash.sentence("nl"), /klopt niet: weak-hash\./);
  assert.equal(BadLabel.of("padding").flaw.nl, "padding");
  assert.equal(BadLabel.field("title").flaw.nl, "de titel is leeg, te lang, of heeft tekens die niet mogen");
});

test("who signs by a clock from before the own keys is told of the clock", async () => {
  const femke = await SecretCert.generate("Femke", "femke@politie.example", moment("2025-10-05T09:00:00Z"));
  const before = moment("2025-10-05T08:59:59Z");
  const behind: unknown = await signStatement(femke, "login", new Uint8Array(), before).catch((why: unknown) => why);
  assert.equal(codeOf(behind), "clock-behind");
  assert.match(sentenceOf(behind, "nl"), /loopt de klok achter: zet datum en tijd goed/);
  assert.match(sentenceOf(behind, "en"), /clock is probably behind: set date and time right/);
  const late: unknown = await signStatement(femke, "login", new Uint8Array(), moment("2106-02-07T06:28:16Z")).catch((why: unknown) => why);
  assert.deepEqual([codeOf(late), sentenceOf(late, "nl")], ["bad-cert", "De sleutel klopt niet: dit moment ligt na 2106. Bel het huis."]);
  await assert.rejects(signDetached(new Uint8Array(), femke, before), { code: "date" });
});

test("only a refusal is an answer", () => {
  assert.equal(
    refused(() => undefined),
    undefined,
  );
  assert.equal(refused(() => refuseUnless(false, "retracted"))?.code, "retracted");
  assert.equal(refused(() => there(undefined, "no-vault"))?.code, "no-vault");
  assert.equal(there(0, "no-vault"), 0);
  assert.throws(() => refused(() => assert.fail("a mistake")), /a mistake/);
});
