// The one program beside the page's own: the desk's Worker. Under the page's policy (Trusted Types) no other text can
// become the address of a program.

/** The Worker's file, which carries its digest in its name; set when the portal is bundled. */
declare const DESK: string;

interface Policies {
  createPolicy(name: string, rules: { createScriptURL(text: string): string }): { createScriptURL(text: string): string };
}

export function startDesk(): Worker {
  const policies = (globalThis as { trustedTypes?: Policies }).trustedTypes;
  const policy = policies?.createPolicy("zegel", {
    createScriptURL(text) {
      if (text !== DESK) throw new TypeError("not the desk");
      return text;
    },
  });
  return new Worker(policy?.createScriptURL(DESK) ?? DESK, { type: "module", name: "desk" });
}
