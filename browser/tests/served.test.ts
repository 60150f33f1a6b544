// What the hub says beside the portal is no door to anything.

import assert from "node:assert/strict";
import { test } from "node:test";

import { visitors } from "../src/app/served.ts";

test("no hub but the example house's lets a visitor step in, whatever it says", async () => {
  const before = globalThis.fetch;
  const femke = { name: "Femke de Boer", partner: "Politie", roles: [], code: "0123-4567" };
  let asked = 0;
  globalThis.fetch = async () => {
    asked += 1;
    return new Response(JSON.stringify([femke]));
  };
  try {
    assert.deepEqual(await visitors("zvh-ml.example"), []);
    assert.deepEqual(await visitors("localhost.zvh-ml.example"), []);
    assert.equal(asked, 0, "it is not even asked");
    assert.deepEqual(await visitors("localhost"), [femke]);
  } finally {
    globalThis.fetch = before;
  }
});
