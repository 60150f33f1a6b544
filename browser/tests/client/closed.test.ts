// A member seals to a vault what no key of it opens. The hub can't see that, and nobody can mend it; but it must not keep
// the vault as it is: whoever lost a key could never be taken out of it.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { Work, type Context } from "../../src/client/context.ts";
import { codeOf, isCode, sentenceOf } from "../../src/client/error.ts";
import { namedPart, ReaderGrants } from "../../src/client/grant.ts";
import { Remote } from "../../src/client/remote.ts";
import { vaultKey } from "../../src/client/vault.ts";
import { enter } from "../../src/client/verbs/choose.ts";
import { ask } from "../../src/client/verbs/meeting.ts";
import { changeVault } from "../../src/client/verbs/vault.ts";
import { base64 } from "../../src/protocol/bytes.ts";
import type { Digest, MemberId } from "../../src/protocol/id.ts";
import { FileKey, Header, sealSmall, SealingKey } from "../../src/protocol/seal.ts";
import type { VaultState } from "../../src/protocol/vault.ts";
import { Demo, HURRIED, NO_HUB } from "../support/demo.ts";
import { beforeMeeting, done, type Table } from "../support/meeting.ts";

const READERS = ["noor", "daan", "bram"] as const;

/** The statements of which somebody opens what the case's vault was given, and those of which not. */
interface Seen {
  readonly open: ReadonlySet<Digest>;
  readonly closed: ReadonlySet<Digest>;
}

describe("what one supplier spoilt keeps nobody in a vault", { skip: NO_HUB }, () => {
  let demo: Demo;
  let joris: Context;
  let mila: Context;
  let table: Table;
  /** Femke's approvals that nobody opens. */
  const spoilt = new Set<Digest>();

  before(async () => {
    demo = await Demo.begin();
    [joris, mila] = [await demo.person("joris"), await demo.person("mila")];
    table = await beforeMeeting(demo, READERS);
    await done(ask(joris, table.number));
    // To a stranger, twice by the very same header; and with another key in it than was signed for.
    const key = FileKey.generate();
    const stranger = Header.wrap(key, SealingKey.generate().recipient);
    const other = Header.wrap(key, (await vaultNow()).recipient);
    for (const [at, header] of [stranger, stranger, other].entries()) {
      spoilt.add(await approvesWith((await demo.bundle(READERS[at]!)).member, header));
    }
  });
  after(async () => demo?.end());

  async function vaultNow(): Promise<VaultState> {
    const { of } = await enter(joris, table.number);
    return of.vault!;
  }

  async function approvesWith(reader: MemberId, header: Header): Promise<Digest> {
    const { work, of } = await enter(await demo.person("femke"), table.number);
    const draft = work.draft();
    const directors = of.directors(work.world.house);
    const key = FileKey.generate();
    const made = ReaderGrants.wrap({ label: key, body: key }, SealingKey.generate().recipient);
    const { part } = sealSmall(made.toBytes(), [directors.recipient]);
    draft.attach(part.payload);
    const { from, until } = of.rosters.get(table.planned.roster)!;
    const id = draft.push({
      kind: "approval",
      case: table.number,
      roster: table.planned.roster,
      item: table.report,
      reader,
      readerLabel: made.label.digest,
      readerBody: made.body.digest,
      grants: part.name,
      grantGrants: [draft.grant(header, directors)],
      from,
      until,
    });
    await work.send(draft);
    return id;
  }

  async function seen(ctx: Context): Promise<Seen> {
    const { work, of } = await enter(ctx, table.number);
    const key = await vaultKey(work.remote, work.secrets, of.vault!);
    const [open, closed] = [new Set<Digest>(), new Set<Digest>()];
    for (const { statement, part, header } of await work.remote.vaultHeaders(of.vault!.vault)) {
      const { commitment } = namedPart(work.world, statement, part);
      try {
        header.openCommitted(key, commitment).wipe();
        open.add(statement);
      } catch {
        closed.add(statement);
      }
    }
    return { open, closed };
  }

  async function isRefusedAsSealedWrong(): Promise<void> {
    const { work, keys } = await enter(joris, table.number);
    for (const approval of spoilt) {
      const error = await keys.text(work.world, approval, "grants", "vault").catch((problem: unknown) => problem);
      assert.equal(codeOf(error), "sealed-wrong");
      assert.ok(sentenceOf(error, "nl").includes("Femke") && sentenceOf(error, "en").includes("Femke"));
    }
  }

  test("it is renewed, all else opens, and whoever is taken out is out", async () => {
    const { number } = table;
    const { member } = await demo.bundle("mila");
    await isRefusedAsSealedWrong();
    const first = await seen(mila);
    assert.deepEqual(first.closed, spoilt);
    assert.ok(first.open.has(table.report));

    // A hub that remembers what it gave first.
    const old = await (await Work.begin(joris)).remote.vaultHeaders((await vaultNow()).vault);
    await done(changeVault(mila, { case: number }));
    for (const who of [mila, joris]) assert.deepEqual(await seen(who), first);
    await isRefusedAsSealedWrong();

    const generation = (await vaultNow()).generation;
    const vault = (await vaultNow()).vault;
    const headers = old.map((row) => ({ ...row, scope: number, header: base64.encode(row.header.toBytes()) }));
    // What the supplier signed once is no good any more where it was wrapped anew since: nobody would open it again.
    for (const [path, body] of [
      ["headers", JSON.stringify({ headers })],
      ["set", "nothing"],
    ] as const) {
      let asked = 0;
      const lies: typeof fetch = (input, init) => {
        const isIt = new URL(input instanceof Request ? input.url : input).pathname === `/v1/vaults/${vault}/${path}`;
        if (isIt) asked += 1;
        return isIt ? Promise.resolve(new Response(body)) : fetch(input, init);
      };
      const lied = { ...joris, remote: new Remote(demo.url, { language: "nl", waits: HURRIED, fetch: lies }) };
      const refused = changeVault(lied, { case: number, remove: [member] });
      await assert.rejects(refused, (error) => isCode(error, "wrong-vault-key"), path);
      assert.equal(asked, 1, path);
    }
    assert.equal((await vaultNow()).generation, generation, "nothing was signed");

    const plan = await changeVault(joris, { case: number, remove: [member] });
    for (const [language, what] of [
      ["nl", `Let op: de sleutel in een akkoord over "Zorgmelding" (casus ${number}) gaat niet open. Femke`],
      ["en", `Note: the key in an approval of "Zorgmelding" (case ${number}) does not open. Femke`],
    ] as const) {
      assert.equal(plan.warnings.filter((warning) => warning[language].startsWith(what)).length, spoilt.size);
    }
    await plan.send();
    await assert.rejects(seen(mila), (error) => isCode(error, "not-holder"));
    assert.deepEqual(await seen(joris), first);
    await isRefusedAsSealedWrong();
  });
});
