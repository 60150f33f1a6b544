import type { BuildOptions } from "esbuild";

/** esbuild's options for the portal. */
export declare const PORTAL: BuildOptions & { write: false };
