declare module "*.css";

declare module "virtual:outline" {
  /** Coasts and borders around Vietnam; `rings` in 1/1000°: longitude and latitude of the first point, then steps. */
  export const countries: readonly { own: boolean; rings: readonly (readonly number[])[] }[];
}

declare module "qrcode" {
  /** The dark and light squares of a QR code, row by row; 1 is dark. */
  export function create(
    text: string,
    options: { errorCorrectionLevel: "L" | "M" | "Q" | "H" },
  ): { modules: { size: number; data: Uint8Array } };
}

/** Address of a module that is built on its own. */
declare module "*?worker&url" {
  const address: string;
  // biome-ignore lint/style/noDefaultExport: the bundler gives it that name
  export default address;
}

interface ImportMeta {
  /** Filled in by the build. */
  readonly env: { readonly PROD: boolean };
}
