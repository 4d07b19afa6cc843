import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { LoaError } from "@loa/kernel/errors";
import { keptOrMade } from "./key-files.ts";

const CIPHER = "aes-256-gcm";
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Seals secrets that the store holds, with a key that lies in a file of its own: who copies the database alone reads none of them. */
export class SecretBox {
  readonly #key: Uint8Array;

  private constructor(key: Uint8Array) {
    this.#key = key;
  }

  /** Opens the key's file (0600), or makes it. @throws INTERNAL when it holds no key */
  static async open(file: string): Promise<SecretBox> {
    const text = await keptOrMade(file, () => `${randomBytes(KEY_BYTES).toString("base64url")}\n`);
    const key = Buffer.from(text.trim(), "base64url");
    if (key.length !== KEY_BYTES) throw new LoaError("INTERNAL", `${file} holds no key`, { file });
    return new SecretBox(key);
  }

  /** Seals bytes for one owner: moved to another's row they do not open. */
  seal(secret: Uint8Array, owner: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.#key, nonce).setAAD(Buffer.from(owner));
    const sealed = Buffer.concat([cipher.update(secret), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString("base64url");
  }

  /** @throws INTERNAL when it was sealed by another key, for another owner, or changed */
  unseal(text: string, owner: string): Uint8Array {
    const bytes = Buffer.from(text, "base64url");
    const [nonce, rest] = [bytes.subarray(0, NONCE_BYTES), bytes.subarray(NONCE_BYTES)];
    try {
      const cipher = createDecipheriv(CIPHER, this.#key, nonce, { authTagLength: TAG_BYTES })
        .setAAD(Buffer.from(owner))
        .setAuthTag(rest.subarray(0, TAG_BYTES));
      return Buffer.concat([cipher.update(rest.subarray(TAG_BYTES)), cipher.final()]);
    } catch (cause) {
      throw new LoaError(
        "INTERNAL",
        "a sealed secret does not open: its key file is another",
        { owner },
        { cause },
      );
    }
  }
}
