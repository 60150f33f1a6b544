// Files for a browser, from this process, at an address of their own.

import { createServer, type Server } from "node:http";

/** As the hub says for the portal: nothing is made into a program while it runs. */
const POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'; worker-src 'self'";
const KINDS: Readonly<Record<string, string>> = { js: "text/javascript", html: "text/html" };

export class Served {
  private constructor(private readonly server: Server) {}

  /** Serves what is found at each path, such as `/desk.js`; `/` is `/index.html`. */
  static async begin(find: (path: string) => string | Uint8Array | undefined): Promise<Served> {
    const server = createServer(({ url = "/" }, answer) => {
      const path = url === "/" ? "/index.html" : decodeURIComponent(url);
      const found = find(path);
      const kind = KINDS[path.split(".").at(-1) ?? ""] ?? "application/octet-stream";
      answer.writeHead(found === undefined ? 404 : 200, { "content-type": kind, "content-security-policy": POLICY });
      answer.end(found);
    });
    await new Promise<void>((resolve) => server.unref().listen(0, "127.0.0.1", resolve));
    return new Served(server);
  }

  get url(): string {
    const address = this.server.address();
    if (address === null || typeof address === "string") throw new Error("it does not listen");
    return `http://localhost:${address.port}/`;
  }

  async end(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
