import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { moment } from "../src/protocol/id.ts";
import { BadStatement } from "../src/protocol/lines.ts";
import { CODES, Refusal, refusal, refused, refusalOf, refuseUnless, there } from "../src/protocol/refusal.ts";

declare const ROOT: string;

const STATUS = { malformed: "400", forbidden: "403", "not-found": "404", conflict: "409" } as const;

/** A refusal whose sentences show what is filled in, and where. */
function unfilled(code: (typeof CODES)[number]): Refusal {
  const names = ["problem", "at", "until", "from", "partner", "next", "phase", "gaps", "most", "member"];
  return new Refusal(code, Object.fromEntries(names.map((name) => [name, `{${name}}`])));
}

test("each code has the status and the English sentence of the protocol", () => {
  const documented = readFileSync(join(ROOT, "docs", "protocol.md"), "utf8");
  const section = documented.slice(documented.indexOf("## 17. Refusals"), documented.indexOf("## 18. Vectors"));
  const rows = section.matchAll(/^\| `([a-z-]+)` \| (\d+) \| (.*) \|$/gm);
  const expected = [...rows].map(([, code, status, sentence]) => ({ code, status, sentence }));
  const told = CODES.map((code) => {
    const no = unfilled(code);
    return { code, status: STATUS[no.class], sentence: no.sentence("en") };
  });
  assert.deepEqual(told, expected);
});

test("the hub says the same in Dutch", () => {
  const source = readFileSync(join(ROOT, "src", "protocol", "refusal.rs"), "utf8");
  const rows = source.matchAll(/ = "([a-z-]+)", \w+,\s+"([^"]+)",\s+"([^"]+)";/g);
  const expected = [...rows].map(([, code, nl, en]) => ({ code, nl, en }));
  const told = CODES.map((code) => {
    const no = unfilled(code);
    return { code, nl: no.sentence("nl"), en: no.sentence("en") };
  });
  assert.deepEqual(told, expected);
});

test("no sentence names a command, which nobody in a browser can type", () => {
  const named = CODES.filter((code) => (["nl", "en"] as const).some((each) => /zegel [a-z-]/.test(unfilled(code).sentence(each))));
  assert.deepEqual(named, []);
});

test("what a refusal tells stands in its sentence", () => {
  const suspended = refusal("suspended", { until: moment("2026-12-01T08:00:00Z") });
  assert.equal(
    suspended.sentence("nl"),
    "Deze persoon is geschorst tot 2026-12-01T08:00:00Z. Neem contact op met de manager van het huis.",
  );
  assert.equal(suspended.message, "This person is suspended until 2026-12-01T08:00:00Z. Contact the house's manager.");
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
