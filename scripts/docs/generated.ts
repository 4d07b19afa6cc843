import { renderErrors } from "./errors.ts";
import { renderLicences } from "./licences.ts";
import { renderProtocol } from "./protocol.ts";

/** A page that is generated from the sources. */
export interface Generated {
  /** Path from the root. */
  readonly file: string;
  render(): Promise<string> | string;
}

export const GENERATED: readonly Generated[] = [
  { file: "docs/errors.md", render: renderErrors },
  { file: "docs/licences.md", render: renderLicences },
  { file: "docs/protocol.md", render: renderProtocol },
];
