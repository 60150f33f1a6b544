// How everything that runs in a browser is bundled.

/** esbuild's options for the portal: what is tested in a browser is made of the same. */
export const PORTAL = {
  bundle: true,
  minify: true,
  format: "esm",
  platform: "browser",
  target: ["es2022"],
  charset: "utf8",
  legalComments: "none",
  write: false,
  loader: { ".hbs": "text" },
  logLevel: "warning",
};
